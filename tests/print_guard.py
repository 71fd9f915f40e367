"""A watch over all statements: what is in print is read through `in_print`, or the test fails.

The rows of print exist before their time, from the moment when an issue is scheduled. So a SELECT
of them without its condition on `visible_from` is a draft on its way out.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import SQLModel

import app.models

TESTS = str(Path(__file__).resolve().parent)
APP = str(Path(app.__file__).parent)
"""Of the checkout, or of the package that is tested."""

COPYING = f"{APP}/content/copying.py"
"""Copies whole tables for the operator, as a backup does; nothing of it is shown."""

GUARDED = sorted(
    table.name
    for table in SQLModel.metadata.tables.values()
    if "visible_from" in table.columns and table.name != "issue"
)
"""The print tables. The state of `issue` itself is asked for by editors too, in many ways."""

INDEX = "search_index"
"""The full-text index of SQLite: it has words and ids alone, and is read beside its rows."""
_BESIDE_ITS_ROWS = re.compile(rf"\bsearch_entry\.id = {INDEX}\.rowid\b")

_READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_TABLES = re.compile(
    # Whatever else searches is guarded by its name.
    rf'(?:\bFROM|\bJOIN|,)\s+"?(?P<table>{"|".join(GUARDED)}|search\w*)"?'
    r'(?!\w|\s*[.(])(?:\s+AS\s+"?(?P<alias>\w+)"?)?',
    re.IGNORECASE,
)


def unguarded(statement: str) -> list[str]:
    """Name the print tables, or their aliases, that a statement reads without the condition."""
    if not _READS.match(statement):
        return []
    bare = _TEXT.sub("''", statement)
    names = {match["alias"] or match["table"] for match in _TABLES.finditer(bare)}
    if INDEX in names and _BESIDE_ITS_ROWS.search(bare):
        # Joined row by row, it gives no more than the condition on its rows lets through.
        names = names - {INDEX} | {"search_entry"}
    return sorted(
        name for name in names if not re.search(rf'\b{name}"?\.visible_from <= ', bare)
    )  # fmt: skip


@dataclass
class PrintGuard:
    """What was read of print during a test, and what of it without its condition."""

    reads: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def look(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Note a statement that is about to run, unless a test itself looks at the rows."""
        if _READS.match(statement) and _TABLES.search(statement) and not _is_a_tests_own():
            self.reads.append(statement)
            self.violations += [
                f"reads {name} without in_print: {statement}" for name in unguarded(statement)
            ]


def _is_a_tests_own() -> bool:
    """Whether the nearest caller that is ours stands among the tests; none at all is the app."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        place = frame.f_code.co_filename
        if place == COPYING:
            return True
        if place.startswith(APP):
            return False
        if place.startswith(TESTS):
            return True
        frame = frame.f_back
    return False


@contextmanager
def guarding() -> Iterator[PrintGuard]:
    """Watch every engine of this process."""
    guard = PrintGuard()
    event.listen(Engine, "before_cursor_execute", guard.look)
    try:
        yield guard
    finally:
        event.remove(Engine, "before_cursor_execute", guard.look)
