"""Plain text of our own HTML, for search and for readers without markup."""

import re
from html import unescape

_TAG = re.compile(
    r"<(?P<name>/?[a-z][a-z0-9]*)(?P<attributes>(?:\s+[a-z-]+(?:=\"[^\"]*\"|='[^']*')?)*)\s*/?>",
    re.IGNORECASE,
)
_SAID = re.compile(r"\salt=\"([^\"]*)\"")
_OF_FOOTNOTES = re.compile(
    r'<sup class="footnote-ref">.*?</sup>|<a class="footnote-back"[^>]*>[^<]*</a>', re.DOTALL
)
"""Footnote references and back links: not words of the text."""

_INLINE = frozenset({"em", "strong", "del", "a", "code", "sup", "input"})


def plain_text(html: str) -> str:
    """Remove markup; block elements remain separate lines.

    Accepts only HTML made by `app.content.markdown`.
    """
    if 'class="footnote' in html:
        html = _OF_FOOTNOTES.sub("", html)
    text = unescape(_TAG.sub(_break, html))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _break(tag: re.Match[str]) -> str:
    # Table cells and list items are not separated by spaces in the source.
    name = tag["name"].lstrip("/").lower()
    if name == "img":
        said = _SAID.search(tag["attributes"])
        return f"{said[1]}\n" if said else "\n"
    return "" if name in _INLINE else "\n"
