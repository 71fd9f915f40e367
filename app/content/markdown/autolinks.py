"""Bare addresses in text (GitHub Flavored Markdown 0.29, section 6.9, autolinks extension)."""

import re
from collections.abc import Callable, Iterator

Anchor = Callable[[str, str], str]
"""Formats a link from an address and a text."""

_HINT = re.compile(r"://|www\.|@", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:(?<![^\W_])https?://|(?<![^\s*_~(])www\.)[^\s<]*", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:https?://|(?=www\.))([^\W_](?:[\w.-]*[^\W_])?)", re.IGNORECASE)
_MAIL_HOST = re.compile(r"@([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)")
_MAILBOX = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_+")
_TRAILING = frozenset("?!.,:*_~'\"")


def may_hold_address(text: str) -> bool:
    """Cheap check whether a text may contain a bare address."""
    return _HINT.search(text) is not None


def linked(text: str, *, anchor: Anchor, escape: Callable[[str], str]) -> str:
    """Convert plain text to HTML with bare addresses as links."""
    written, done = [], 0
    for start, end, href in _found(text):
        written.append(escape(text[done:start]))
        written.append(anchor(href, text[start:end]))
        done = end
    written.append(escape(text[done:]))
    return "".join(written)


def last_address(text: str) -> int | None:
    """Return the start of the address at the very end of a text, if there is one.

    Markup may have cut it short.
    """
    for match in _ADDRESS.finditer(text):
        if match.end() == len(text) and match[0][:4].lower() == "http":
            return match.start()
    return None


def trimmed(address: str) -> str:
    """Remove trailing punctuation from an address: stops, quotes, unbalanced brackets."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last in _TRAILING:
            end -= 1
        elif last == ")" and surplus > 0:
            end -= 1
            surplus -= 1
        elif last == ";" and (start := _entity_start(address, end)) is not None:
            end = start
        else:
            break
    return address[:end]


def _entity_start(address: str, end: int) -> int | None:
    start = end - 2
    while start >= 0 and address[start].isascii() and address[start].isalnum():
        start -= 1
    return start if 0 <= start < end - 2 and address[start] == "&" else None


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    done = 0
    for match in _ADDRESS.finditer(text):
        address = trimmed(match[0])
        domain = _DOMAIN.match(address)
        if domain is None or not _is_domain(domain[1], is_bare=address[:1] in "wW"):
            continue
        yield from _mailboxes(text, done, match.start())
        done = match.start() + len(address)
        yield match.start(), done, address if address[:1] in "hH" else f"http://{address}"
    yield from _mailboxes(text, done, len(text))


def _is_domain(domain: str, *, is_bare: bool) -> bool:
    names = domain.split(".")
    enough = len(names) > 1 or not is_bare
    return enough and all(names) and "_" not in "".join(names[-2:])


def _mailboxes(text: str, done: int, end: int) -> Iterator[tuple[int, int, str]]:
    for match in _MAIL_HOST.finditer(text, done, end):
        start = match.start()
        while start > done and text[start - 1] in _MAILBOX:
            start -= 1
        if start == match.start() or match[1][-1] in "-_":
            continue
        done = match.end()
        yield start, done, f"mailto:{text[start:done]}"
