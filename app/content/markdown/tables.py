"""Tables: head, rows and aligned cells, with a limit on missing cells."""

from collections.abc import Sequence

from app.content.markdown.limits import MAX_FILLED_CELLS, too_long

_ALIGN = {"None": "", "Left": ' align="left"', "Center": ' align="center"'}
_ALIGN["Right"] = ' align="right"'


class Tables:
    """The current table; tables cannot be nested."""

    def __init__(self) -> None:
        self._aligned: list[str] = []
        self._column = self._filled = 0
        self._tag = "td"
        self._has_rows = False
        self.cell_end = 0
        """End of the last cell in the source."""

    def begin(self, alignments: Sequence[str]) -> str:
        self._aligned = [_ALIGN[each] for each in alignments]
        self._has_rows = False
        return "<table>\n"

    def begin_row(self, *, is_head: bool) -> str:
        self._tag, self._column = ("th" if is_head else "td"), 0
        if is_head:
            return "<thead>\n<tr>\n"
        is_first, self._has_rows = not self._has_rows, True
        return "<tbody>\n<tr>\n" if is_first else "<tr>\n"

    def begin_cell(self, start: int, end: int) -> str:
        """Raises `MarkdownRefused` if too many cells are missing."""
        if start == end:
            self._filled += 1
            if self._filled > MAX_FILLED_CELLS:
                raise too_long(f"Rows of its tables lack more than {MAX_FILLED_CELLS} cells.")
        align = self._aligned[self._column] if self._column < len(self._aligned) else ""
        self._column += 1
        return f"<{self._tag}{align}>"

    def end_cell(self, end: int) -> str:
        self.cell_end = end
        return f"</{self._tag}>\n"

    def end_row(self) -> str:
        return "</tr>\n</thead>\n" if self._tag == "th" else "</tr>\n"

    def end(self) -> str:
        return "</tbody>\n</table>\n" if self._has_rows else "</table>\n"
