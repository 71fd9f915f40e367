"""Copying a whole paper from one database to another, table by table.

Everything that is stored goes along with its ids: issues, revisions, keys, idempotency records,
trends. Not copied is the search index, which follows from what is in print and differs between
databases.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Integer, Table, delete, func, insert, literal, select, text
from sqlmodel import SQLModel
from xxhash import xxh3_128_intdigest

from app.models import TABLES_OF_SEARCH

BATCH = 1_000
"""Rows read and inserted at a time."""
_SEEDED = frozenset({"content_version", "signing_secret"})
"""Tables in which a new paper has rows already."""

Note = Callable[[str, int, int], None]
"""Called with a table, the rows that are done, and the rows in all."""


def tables() -> Sequence[Table]:
    """The tables that are copied, parents before children."""
    return [t for t in SQLModel.metadata.sorted_tables if t.name not in TABLES_OF_SEARCH]


def holds_a_paper(connection: Connection) -> bool:
    """Whether anything was stored since the migrations."""
    return any(
        connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None
        for table in tables()
        if table.name not in _SEEDED
    )


class CopyDiffers(ValueError):
    """What was written is not what was read; nothing may be committed."""


def copy_paper(source: Connection, target: Connection, *, note: Note) -> Mapping[str, int]:
    """Replace what the target holds by what the source holds; return the rows of each table.

    The source reads one instant (`app.db.snapshot`). The caller commits, or rolls back.

    Raises:
        CopyDiffers: what was written reads back differently.
    """
    for table in reversed(SQLModel.metadata.sorted_tables):
        target.execute(delete(table))
    copied: dict[str, int] = {}
    for table in tables():
        wanted = _copy_table(source, target, table, note)
        if _fingerprint(target, table) != wanted:
            raise CopyDiffers(f"Table {table.name} reads back differently.")
        copied[str(table.name)] = wanted[0]
    _continue_ids(source, target)
    return copied


def _copy_table(
    source: Connection, target: Connection, table: Table, note: Note
) -> tuple[int, int]:
    total = source.execute(select(func.count()).select_from(table)).scalar_one()
    note(table.name, 0, total)
    count = digest = 0
    statement = insert(table)
    for rows in _batches(source, table):
        target.execute(statement, rows)
        count += len(rows)
        digest = _added(digest, rows)
        note(table.name, count, total)
    return count, digest


def _fingerprint(connection: Connection, table: Table) -> tuple[int, int]:
    """Number and digest of the rows of a table; the same in whatever order they are read."""
    count = digest = 0
    for rows in _batches(connection, table):
        count += len(rows)
        digest = _added(digest, rows)
    return count, digest


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    names = [str(column.key) for column in table.columns]
    result = connection.execute(select(table), execution_options={"yield_per": BATCH})
    for part in result.partitions():
        yield [dict(zip(names, row, strict=True)) for row in part]


def _added(digest: int, rows: Sequence[Mapping[str, Any]]) -> int:
    for row in rows:
        written = orjson.dumps(row, default=_plain, option=orjson.OPT_SORT_KEYS)
        digest = (digest + xxh3_128_intdigest(written)) % (1 << 128)
    return digest


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _continue_ids(source: Connection, target: Connection) -> None:
    """Let new rows get ids behind all that were given, those of deleted rows included."""
    given = _last_ids(source)
    for table in tables():
        column = table.autoincrement_column
        if column is None or not isinstance(column.type, Integer):
            continue
        highest = target.execute(select(func.max(column))).scalar_one() or 0
        last = max(highest, given.get(table.name, 0))
        if last:
            _set_last_id(target, table.name, column.name, last)


_GIVEN_IDS = text("SELECT name, seq FROM sqlite_sequence")
_LAST_ID = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)")
_LIST_TABLE = text(
    "INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master"
    " WHERE name = :table AND sql LIKE '%AUTOINCREMENT%'"
    " AND name NOT IN (SELECT name FROM sqlite_sequence)"
)
"""SQLite lists there the tables that never use an id again, each from its first row on."""
_SET_GIVEN_ID = text("UPDATE sqlite_sequence SET seq = :last WHERE name = :table AND seq < :last")
_SET_LAST_ID = text(
    "SELECT setval(sequence, :last) FROM"
    " (SELECT pg_get_serial_sequence(:table, :column) AS sequence) AS found"
    " WHERE sequence IS NOT NULL"
)


def _last_ids(connection: Connection) -> dict[str, int]:
    """Return the last id that was given to a row of each table; 0 if that is not known."""
    if connection.dialect.name == "sqlite":
        return {row.name: row.seq for row in connection.execute(_GIVEN_IDS)}
    found: dict[str, int] = {}
    for table in tables():
        column = table.autoincrement_column
        if column is not None:
            named = {"table": f'"{table.name}"', "column": column.name}
            found[table.name] = connection.execute(_LAST_ID, named).scalar_one() or 0
    return found


def _set_last_id(connection: Connection, table: str, column: str, last: int) -> None:
    if connection.dialect.name == "sqlite":
        # A table without rows is not listed, although ids were given and deleted.
        connection.execute(_LIST_TABLE, {"table": table})
        connection.execute(_SET_GIVEN_ID, {"last": last, "table": table})
    else:
        named = {"table": f'"{table}"', "column": column, "last": last}
        connection.execute(_SET_LAST_ID, named)
