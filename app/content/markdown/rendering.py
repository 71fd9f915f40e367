"""Markdown as HTML: what the parser reads, written element by element, then cleaned once more.

No text is lost. What a dialect drops is written as text where it stands: definitions that lead
nowhere or that nothing refers to, cells beyond the width of their table, raw HTML. Notes that
nothing refers to stand among the footnotes.
"""

from app.content.markdown.cleaning import clean
from app.content.markdown.footnotes import SLUG
from app.content.markdown.limits import max_html, too_long
from app.content.markdown.page import Page

_LONGEST_SLUG = 80


def to_html(markdown: str, *, slug: str = "") -> str:
    """Render a document as HTML that is safe to place in a page.

    Only http, https and mailto addresses survive, and none that is relative; links carry
    `rel="nofollow noopener"`. `slug`: part of the ids of footnotes, so that two documents in one
    page share none.

    Raises:
        MarkdownRefused: `too_deep` or `too_long`, see `app.content.markdown.limits`.
    """
    return with_slug(render(markdown), slug)


def with_slug(html: str, slug: str) -> str:
    """Put a slug into the ids of footnotes of rendered HTML."""
    return html.replace(SLUG, slug)


def render(markdown: str) -> str:
    """Render a document as `to_html` does, with `SLUG` in place of the slug."""
    page = Page(markdown)
    written = page.write()
    if page.cut_addresses:
        # Once more, with those addresses told apart by angle brackets.
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
