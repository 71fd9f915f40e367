"""CSV (RFC 4180) that spreadsheets, DuckDB and pandas read alike.

UTF-8, a header row, lines that end with a line feed, quotes only where needed. An empty cell is
null.
"""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from app.content.open_data.columns import Column, Columns

MEDIA_TYPE = "text/csv"

FORMULA_SIGNS = tuple("=+-@\t\r＝＋－＠")
"""A spreadsheet runs a text that begins with one of these (OWASP, CSV injection, read 2026-11)."""
GUARD = "'"
"""Stands before such a text, so that spreadsheets show it as text."""


def header(columns: Columns) -> bytes:
    """Return the first line."""
    return _lines([[column.name for column in columns]])


def lines(columns: Columns, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a line for each row. A member that a row lacks is null."""
    return _lines([[_cell(column, row.get(column.name)) for column in columns] for row in rows])


def _lines(cells: Iterable[Iterable[str]]) -> bytes:
    file = _File()
    csv.writer(file, lineterminator=_CRLF).writerows(cells)
    return file.content.getvalue().encode()


_CRLF = "\r\n"


class _File:
    """Takes the lines of a CSV writer, and ends them with a line feed alone.

    Before Python 3.13 the writer quotes a carriage return only if its own lines end in one, and
    readers take an unquoted one for the end of a line.
    """

    def __init__(self) -> None:
        self.content = StringIO(newline="")

    def write(self, line: str) -> None:
        self.content.write(line.removesuffix(_CRLF) + "\n")


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.type == "boolean":
        return "true" if value else "false"
    if column.type != "string":
        return str(value)
    text = str(value)
    return GUARD + text if text.startswith(FORMULA_SIGNS) else text
