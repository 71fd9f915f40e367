"""Markdown: read into safe HTML, and written for the readers who want text."""

import re
from collections.abc import Iterator, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_WHOLE_ADDRESS = re.compile(r"https?://[^/]|mailto:", re.IGNORECASE)
"""How an address begins that leads to the same place wherever it stands. With one slash or none
after it, `https:` is relative in a page that was fetched by it (URL Standard, special relative)."""


def _without_relative_addresses(state: StateCore) -> None:
    """Leave of links that are relative their words, and of such pictures what is said of them.

    The same HTML stands in our pages, in other people's, in feed readers and in mail: there is no
    page that such an address could be relative to.
    """
    for block in state.tokens:
        if block.children:
            block.children = list(_whole(block.children))


def _whole(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens of a line; links stand in no links, so one mark is enough to end them."""
    is_dropped = False
    for token in tokens:
        if token.type == "link_open":
            is_dropped = not _WHOLE_ADDRESS.match(str(token.attrGet("href")))
        if token.type in ("link_open", "link_close") and is_dropped:
            continue
        if token.type == "image" and not _WHOLE_ADDRESS.match(str(token.attrGet("src"))):
            yield from _whole(token.children or ())
        else:
            yield token


# CommonMark with tables and strike-through. HTML in the source stays text: it is escaped here,
# and what the renderer makes is cleaned once more below, since scripts are not to be trusted.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_MARKDOWN.core.ruler.push("whole_addresses", _without_relative_addresses)

_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("em", "strong", "s", "ul", "ol", "li", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
}

_REFERENCE = r"&(?=#?[0-9A-Za-z]{1,40};)"
"""An ampersand that begins a character reference, as in `&copy;`; another one is plain text."""
_SPECIAL = re.compile(rf"([\\`*_{{}}\[\]<>#|~]|{_REFERENCE})")
_LINE_START = re.compile(r"^((?:\d{1,9}(?=[.)]))?)([-+.)](?= |$)|[-=](?=[-=]*$))", re.ASCII)
"""What would begin a list, a rule or a heading, were it to stand first on a line."""


def to_html(markdown: str) -> str:
    """Render Markdown as HTML that is safe to place in a page.

    Only http, https and mailto addresses survive, and none that is relative; links carry
    `rel="nofollow noopener"`.
    """
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="nofollow noopener",
    )


def escape(text: str) -> str:
    """Write plain text so that Markdown reads it as that text, on one line."""
    plain = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LINE_START.sub(r"\1\\\2", plain)


def link(text: str, url: str | None) -> str:
    """Write a Markdown link, or just the text where there is no address."""
    if url is None:
        return escape(text)
    address = url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    address = re.sub(_REFERENCE, r"\\&", address)
    return f"[{escape(text)}](<{address}>)"
