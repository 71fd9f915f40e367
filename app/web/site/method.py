"""How trending is counted, as readers are told; the text is a section of docs/trending.md too."""

from functools import cache
from pathlib import Path

from app.content.markdown import to_html

METHOD = (Path(__file__).parent / "method.md").read_text("utf-8")
"""Markdown, with headings of the third level and below."""


@cache
def method_html() -> str:
    """The text as HTML, its headings raised to stand below that of a page."""
    return to_html(METHOD).replace("<h3", "<h2").replace("</h3>", "</h2>")
