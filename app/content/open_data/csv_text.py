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
    written = StringIO()
    csv.writer(written, lineterminator="\n").writerows(cells)
    return written.getvalue().encode()


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.type == "boolean":
        return "true" if value else "false"
    if column.type != "string":
        return str(value)
    text = str(value)
    return GUARD + text if text.startswith(FORMULA_SIGNS) else text
