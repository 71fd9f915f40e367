"""What a Markdown document may cost: how deep it nests, how much HTML comes of it.

Each limit bounds time or output by structure, so that none depends on a clock.
"""

import re

MAX_DEPTH = 100
"""Levels of lists, quotes and footnotes inside each other, and of emphasis and links likewise."""

MAX_URL = 2_000
"""Characters of the address of a link, a picture or a bare address."""

MAX_ELEMENTS = 50_000
"""Paragraphs, items, cells, links and so on in one document: ten times what dense prose of 200,000
characters has. Each costs some microseconds, however short it is."""

MAX_FILLED_CELLS = 20_000
"""Cells that a table may lack. GFM adds them, so that a row of one character becomes one of many
cells: 200 kB of such rows would come out as 800,000 cells."""

EXPANDED = 100_000
"""Bytes of addresses and titles that references may repeat in a short document; in a long one as
many as it has. It is the limit of the parser itself."""

_MARKERS = 400
"""Container markers at the beginning of one line. Later lines are matched against every open
container: with 50,000 of them, 200 kB take minutes to parse; with 400, less than half a second."""

_DEEP_LINE = re.compile(
    rf"^(?:[ \t]|>|[-+*](?=[ \t]|$)|\d{{1,9}}[.)](?=[ \t]|$)){{{_MARKERS}}}",
    re.MULTILINE | re.ASCII,
)


class MarkdownRefused(Exception):
    """A document that is not rendered, with a stable code and what would be right."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def max_html(markdown: str) -> int:
    """Characters of HTML that may come of a document: ten times its length, and 100,000."""
    return 10 * len(markdown) + 100_000


def too_deep() -> MarkdownRefused:
    return MarkdownRefused("too_deep", f"It nests deeper than {MAX_DEPTH} levels; flatten it.")


def too_long(detail: str) -> MarkdownRefused:
    return MarkdownRefused("too_long", detail)


def refuse_deep_lines(markdown: str) -> None:
    """Raises `MarkdownRefused` where a line opens so many containers that parsing would be slow."""
    if _DEEP_LINE.search(markdown):
        raise too_deep()
