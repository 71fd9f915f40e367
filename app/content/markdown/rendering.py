"""Rendering Markdown as HTML.

No text is lost: link definitions that are unused or lead nowhere, cells beyond the width of their
table, and raw HTML are written as text. Unreferenced footnotes are listed with the others.
"""

from app.content.markdown.cleaning import clean
from app.content.markdown.footnotes import SLUG
from app.content.markdown.limits import max_html, too_long
from app.content.markdown.page import Page
from app.content.markdown.parsing import with_line_feeds

_LONGEST_SLUG = 80


def to_html(markdown: str, *, slug: str = "") -> str:
    """Render a document as safe HTML.

    Only absolute http, https and mailto addresses are kept; links have `rel="nofollow noopener"`.
    `slug` becomes part of footnote ids, so that two documents on one page do not share ids.

    Raises:
        MarkdownRefused: `too_deep` or `too_long`, see `app.content.markdown.limits`.
    """
    return with_slug(render(markdown), slug)


def with_slug(html: str, slug: str) -> str:
    """Insert a slug into the footnote ids of rendered HTML."""
    return html.replace(SLUG, slug)


def render(markdown: str) -> str:
    """Render a document as `to_html` does, with `SLUG` as a placeholder."""
    page = Page(with_line_feeds(markdown))
    written = page.write()
    if page.cut_addresses:
        # Render again, with those addresses in angle brackets.
        written = Page(_bracketed(page.source, page.cut_addresses)).write()
    html = clean(written)
    limit = max_html(markdown)
    if len(html) + _LONGEST_SLUG * html.count(SLUG) > limit:
        raise too_long(f"It comes out as more than {limit} characters of HTML; shorten it.")
    return html


def _bracketed(source: bytes, places: list[tuple[int, int]]) -> str:
    done, written = 0, list[bytes]()
    for start, end in places:
        written += [source[done:start], b"<", source[start:end], b">"]
        done = end
    return b"".join([*written, source[done:]]).decode()
