"""Prepared statements in write transactions on SQLite: reads, changes, and inserts of many rows.

An issue in print has sixty rows, and each that is inserted costs SQLAlchemy as much as SQLite.
Many rows share a statement: FTS5 writes a full-text segment at the end of each, and merges those.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Insert, Row, Update
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from app.database.prepared import Prepared, fetch, find_prepared

T = TypeVar("T")


def read(
    connection: Connection, statement: Executable, parameters: Mapping[str, object] | None = None
) -> Sequence[Row[Any]]:
    """Execute a statement that is kept: as prepared on SQLite, else by SQLAlchemy."""
    is_sqlite = connection.dialect.name == "sqlite"
    prepared = find_prepared(statement, connection.dialect) if is_sqlite else None
    return fetch(connection, statement, parameters, prepared)


def change(
    connection: Connection, statement: Insert | Update, parameters: Mapping[str, object]
) -> Sequence[Row[Any]]:
    """Execute an INSERT or UPDATE that is kept, and return its rows; as prepared on SQLite.

    Raises:
        DBAPIError: as SQLAlchemy does.
    """
    if connection.dialect.name != "sqlite":
        done = connection.execute(statement, parameters)
        return done.all() if done.returns_rows else ()
    prepared = _prepared_change(statement)
    values = prepared.values(connection, parameters)
    driver: Any = connection.connection.driver_connection
    try:
        return prepared.named(driver.execute(prepared.text, values).fetchall())
    except sqlite3.Error as error:
        # Not executed again by SQLAlchemy: the transaction may have been rolled back.
        raise _as_sqlalchemy_raises(error, prepared.text, connection) from error


@cache
def _prepared_change(statement: Insert | Update) -> Prepared:
    return Prepared(statement, SQLiteDialect_pysqlite())


MOST_ROWS = 512
"""Rows of a statement: SQLite takes 32,766 values, and no table has 60 columns."""


class PreparedInsert:
    """An INSERT of rows with the same columns for a SQLite connection."""

    def __init__(self, statement: Insert, names: Sequence[str]) -> None:
        dialect = SQLiteDialect_pysqlite()
        compiled = statement.inline().compile(dialect=dialect, column_keys=[*names])
        assert isinstance(compiled, SQLCompiler)
        assert not compiled.insert_prefetch, "defaults in Python are not filled in"
        self.text = str(compiled)
        """For one row."""
        self._names = compiled.positiontup or []
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in self._names]
        self._writers = [kind.bind_processor(dialect) for kind in types]

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows. Raises `DBAPIError`."""
        columns = [
            _written([row[name] for row in rows], write)
            for name, write in zip(self._names, self._writers, strict=True)
        ]
        values = [*zip(*columns, strict=True)]
        # Reported to listeners of the engine like other statements: tests count them.
        for heard in connection.engine.dispatch.before_cursor_execute:
            heard(connection, None, self.text, values, None, True)
        driver: Any = connection.connection.driver_connection
        try:
            for part in _in_powers_of_two(values):
                driver.execute(self._text_for(len(part)), [*chain.from_iterable(part)])
        except sqlite3.Error as error:
            # Not executed again by SQLAlchemy: the first rows may be in.
            raise _as_sqlalchemy_raises(error, self.text, connection) from error

    def _text_for(self, count: int) -> str:
        row = self.text.partition(" VALUES ")[2]
        return ", ".join([self.text, *[row] * (count - 1)])


def _written(values: list[Any], write: Callable[[Any], Any] | None) -> list[Any]:
    """Convert the values of a column: each once, since the rows of an issue share its date."""
    if write is None:
        return values
    known = {value: write(value) for value in {*values}}
    return [known[value] for value in values]


def _as_sqlalchemy_raises(error: sqlite3.Error, text: str, connection: Connection) -> BaseException:
    return DBAPIError.instance(text, None, error, sqlite3.Error, dialect=connection.dialect)


def _in_powers_of_two(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Divide rows into parts of few sizes: the driver keeps a prepared statement for each."""
    while rows:
        count = min(MOST_ROWS, 1 << (len(rows).bit_length() - 1))
        yield rows[:count]
        rows = rows[count:]


def insert_rows(
    connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows with the same columns by a statement that is kept, as prepared on SQLite.

    Raises:
        DBAPIError: as SQLAlchemy does.
    """
    if connection.dialect.name == "sqlite":
        _prepared_insert(statement, tuple(rows[0])).run(connection, rows)
    else:
        connection.execute(statement, rows)


@cache
def _prepared_insert(statement: Insert, names: tuple[str, ...]) -> PreparedInsert:
    return PreparedInsert(statement, names)
