"""Markdown: render it as safe HTML, isolate it from other documents, and write plain text as it.

The dialect is GitHub Flavored Markdown with footnotes; raw HTML is text.
"""

from app.content.markdown.isolation import (
    free_bullet as free_bullet,
    isolated as isolated,
    prefix_for as prefix_for,
)
from app.content.markdown.limits import MarkdownRefused as MarkdownRefused
from app.content.markdown.rendered import Rendered as Rendered
from app.content.markdown.rendering import to_html as to_html
from app.content.markdown.writing import escape as escape, link as link
