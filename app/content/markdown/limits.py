"""Limits of Markdown documents: nesting depth and size of the HTML.

Each limit bounds time or output by structure, so none depends on a clock.
"""

import re

MAX_DEPTH = 100
"""Maximum nesting of lists, quotes and footnotes, and of emphasis and links."""

MAX_URL = 2_000
"""Maximum characters of the address of a link or image."""

MAX_ELEMENTS = 50_000
"""Maximum number of paragraphs, items, cells, links and so on: ten times that of dense prose of
200,000 characters. Each costs some microseconds, however short it is."""

MAX_FILLED_CELLS = 20_000
"""Maximum number of missing cells per document. GFM adds missing cells: 200 kB of rows with one
character each could become 800,000 cells."""

EXPANDED = 100_000
"""Bytes of addresses and titles that references may repeat in a short document; a long document may
repeat as many as its length. This is the limit of the parser."""

_MARKERS = 400
"""Container markers at the beginning of a line. Each later line is matched against all open
containers: with 50,000 of them, 200 kB take minutes to parse; with 400, less than half a second."""

_DEEP_LINE = re.compile(
    rf"^(?:[ \t]|>|[-+*](?=[ \t]|$)|\d{{1,9}}[.)](?=[ \t]|$)){{{_MARKERS}}}",
    re.MULTILINE | re.ASCII,
)


class MarkdownRefused(Exception):
    """A document that is not rendered, with a stable code and how to correct it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def max_html(markdown: str) -> int:
    """Return the maximum characters of HTML: ten times the length of the document, plus 100,000."""
    return 10 * len(markdown) + 100_000


def too_deep() -> MarkdownRefused:
    return MarkdownRefused("too_deep", f"It nests deeper than {MAX_DEPTH} levels; flatten it.")


def too_long(detail: str) -> MarkdownRefused:
    return MarkdownRefused("too_long", detail)


def refuse_deep_lines(markdown: str) -> None:
    """Raises `MarkdownRefused` if a line opens so many containers that parsing would be slow."""
    if _DEEP_LINE.search(markdown):
        raise too_deep()
