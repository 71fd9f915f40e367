"""Counting the statements that a piece of work costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_BOOKKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SELECT SET_CONFIG", "PRAGMA")
_WATCH = ("SELECT content_version.name, content_version.number", "SELECT pg_notify")
"""What a process asks by itself, requests or not: for changes, and whether it is notified."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement of every engine of this process, but for the borders of transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        is_bookkeeping = statement.lstrip().upper().startswith(_BOOKKEEPING)
        if not is_bookkeeping and not statement.startswith(_WATCH):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
