"""Two output formats for the items of blocks: Markdown for `.md`, HTML for feeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape as html_escape

from app.content.markdown import escape, link


@dataclass(frozen=True, slots=True)
class Marks:
    """The functions of a format: plain text, links, emphasis and lists."""

    text: Callable[[str], str]
    link: Callable[[str, str | None], str]
    """Takes a text and an address; without an address it formats only the text."""
    strong: Callable[[str], str]
    """Takes formatted text."""
    items: Callable[[Sequence[str]], str]
    """Takes formatted lines."""


def _anchor(text: str, url: str | None) -> str:
    said = html_escape(text)
    if url is None:
        return said
    return f'<a href="{html_escape(url)}" rel="nofollow noopener">{said}</a>'


def _html_items(written: Sequence[str]) -> str:
    inside = "".join(f"<li>{each}</li>\n" for each in written)
    return f"<ul>\n{inside}</ul>\n" if written else ""


MARKDOWN = Marks(
    text=escape,
    link=link,
    strong=lambda written: f"**{written}**",
    items=lambda written: "\n".join(f"- {each}" for each in written),
)
HTML = Marks(
    text=html_escape,
    link=_anchor,
    strong=lambda written: f"<strong>{written}</strong>",
    items=_html_items,
)


def paragraph(written: str | None) -> str:
    """Format a paragraph of HTML; empty if there is no text."""
    return f"<p>{written}</p>\n" if written and written.strip() else ""


def standfirst(text: str | None) -> str:
    """Format a standfirst as HTML."""
    return f"<p><em>{html_escape(text)}</em></p>\n" if text and text.strip() else ""
