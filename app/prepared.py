"""A statement compiled once and run by the SQLite driver itself.

SQLAlchemy spends 70 us on what takes SQLite 13: looking up what it compiled, making its context and
its rows. Here a statement is compiled by SQLAlchemy, which knows the dialect and the types, and
then run as it stands.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import BindParameter, Connection, Dialect, Executable, Row, Select
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]


class Prepared:
    """One SELECT, ready for a SQLite connection; its rows are named tuples."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        """Compile it. Raises `ValueError` for one whose text depends on its parameters."""
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        binds: list[BindParameter[Any]] = [compiled.binds[n] for n in compiled.positiontup or ()]
        if any(bind.expanding or bind.literal_execute for bind in binds):
            raise ValueError("its text depends on its parameters")
        self.text = str(compiled)
        self._defaults = compiled.params
        self._places = compiled.positiontup or []
        processors = {b.key: b.type.dialect_impl(dialect).bind_processor(dialect) for b in binds}
        self._written = [(name, write) for name, write in processors.items() if write]
        columns = list(statement.selected_columns)
        row = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self._make: Callable[[Sequence[Any]], Any] = row._make
        types = [column.type.dialect_impl(dialect) for column in columns]
        converters = [kind.result_processor(dialect, None) for kind in types]
        self._converted = [(n, convert) for n, convert in enumerate(converters) if convert]

    def rows(
        self, connection: Connection, parameters: Mapping[str, object] | None
    ) -> Sequence[Any]:
        """Run it and hand back all rows. Raises `sqlite3.Error`."""
        given = {**self._defaults, **(parameters or {})}
        for name, write in self._written:
            given[name] = write(given[name])
        values = [given[name] for name in self._places]
        driver: Any = connection.connection.driver_connection
        # Whoever listens to the engine hears of this statement too: tests count and judge them.
        for heard in connection.engine.dispatch.before_cursor_execute:
            heard(connection, None, self.text, values, None, False)
        make, converted = self._make, self._converted
        rows: list[Any] = driver.execute(self.text, values).fetchall()
        for number, row in enumerate(rows):
            read = list(row)
            for place, convert in converted:
                if read[place] is not None:
                    read[place] = convert(read[place])
            rows[number] = make(read)
        return rows


_known: WeakKeyDictionary[Select[Any], Prepared | None] = WeakKeyDictionary()
_refused: WeakSet[Select[Any]] = WeakSet()


def find_prepared(statement: Executable, dialect: Dialect) -> Prepared | None:
    """The statement prepared, from its second use on: some are built for one use only.

    Kept for the whole process: to SQLite a statement is the same text whichever file is asked.
    """
    if not isinstance(statement, Select) or statement in _refused:
        return None
    if statement not in _known:
        _known[statement] = None
    elif _known[statement] is None:
        try:
            _known[statement] = Prepared(statement, dialect)
        except ValueError:
            _refused.add(statement)
    return _known[statement]


def fetch(
    connection: Connection,
    statement: Executable,
    parameters: Mapping[str, object] | None,
    prepared: Prepared | None,
) -> Sequence[Row[Any]]:
    """Run a statement as it was prepared, or by SQLAlchemy where it was not or the driver fails."""
    if prepared is not None:
        try:
            # Named tuples, which are read as rows are: by attribute, place and `_fields`.
            return cast("Sequence[Row[Any]]", prepared.rows(connection, parameters))
        except sqlite3.Error:
            pass  # SQLAlchemy raises it again, as an error of its own
    return connection.execute(statement, parameters).fetchall()
