"""Two ways to write what is said of an item: as Markdown for `.md`, as HTML for feeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape as html_escape

from app.content.markdown import escape, link


@dataclass(frozen=True, slots=True)
class Marks:
    """How plain text, links, stress and lists are written."""

    text: Callable[[str], str]
    link: Callable[[str, str | None], str]
    """Of a text and an address; without an address just the text."""
    strong: Callable[[str], str]
    """Of what is written already."""
    items: Callable[[Sequence[str]], str]
    """A list of what is written already."""


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
    """A paragraph of HTML; nothing where nothing is said."""
    return f"<p>{written}</p>\n" if written and written.strip() else ""


def standfirst(text: str | None) -> str:
    """The sentence below a heading, as HTML."""
    return f"<p><em>{html_escape(text)}</em></p>\n" if text and text.strip() else ""
