"""Rows in tables that are empty, for tests of what must not leave a table out."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Table,
    func,
    insert,
    select,
)
from sqlmodel import SQLModel

from app.models import TABLES_OF_SEARCH

_INSTANT = datetime(2026, 5, 3, 4, 5, 6, 789_012, tzinfo=UTC)
_TEXT = "é\N{PARAGRAPH SEPARATOR}\N{NEWSPAPER}'\"\\"


def fill_empty_tables(connection: Connection) -> None:
    """Give each empty table one row, with values that conversions tend to change."""
    for table in SQLModel.metadata.sorted_tables:
        if table.name in TABLES_OF_SEARCH or _count(connection, table):
            continue
        row = {column.key: _value(connection, column) for column in table.columns}
        connection.execute(insert(table), [row])


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _value(connection: Connection, column: Column[Any]) -> object:
    for key in column.foreign_keys:
        return connection.execute(select(func.max(key.column))).scalar_one()
    kind = getattr(column.type, "impl_instance", column.type)
    match kind:
        case Boolean():
            return True
        case Enum():
            return kind.enums[0]
        case Integer():
            return 7
        case Float():
            return 0.1
        case LargeBinary():
            return bytes(range(256))
        case DateTime():
            return _INSTANT
        case Date():
            return date(2026, 5, 3)
    return _TEXT[: getattr(kind, "length", None)]
