"""Markdown: read into safe HTML, and written for the readers who want text."""

import re

import nh3
from markdown_it import MarkdownIt

# CommonMark with tables and strike-through. HTML in the source stays text: it is escaped here,
# and what the renderer makes is cleaned once more below, since scripts are not to be trusted.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

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

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def to_html(markdown: str) -> str:
    """Render Markdown as HTML that is safe to place in a page.

    Only http, https and mailto addresses survive; links carry `rel="nofollow noopener"`.
    """
    return nh3.clean(
        _MARKDOWN.render(markdown),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )


def escape(text: str) -> str:
    """Write plain text so that Markdown reads it as that text, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def link(text: str, url: str | None) -> str:
    """Write a Markdown link, or just the text where there is no address."""
    if url is None:
        return escape(text)
    address = url.replace("<", "%3C").replace(">", "%3E")
    return f"[{escape(text)}](<{address}>)"
