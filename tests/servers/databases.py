"""Databases of PostgreSQL for one test each, emptied and used again.

To make one and drop it takes 25 to 50 ms, to empty one 3: there are thousands of tests.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql
from sqlalchemy import URL

from app.migrations import upgrade
from tests.made_once import made_once

EMPTY = "empty_paper"
"""The template of all: as the migrations leave a paper."""
USES = 50
"""So often a database is used before it is dropped: rows that were deleted stay in its files."""

_TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename
"""
_SCHEMA = """
    SELECT array_agg((oid, relnatts)::text ORDER BY oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
"""
_CUT_OFF = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_RESTART = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class Databases:
    """The databases of one worker, all of them as the migrations leave a paper.

    Args:
        server: the maintenance database.
        name: what the names of all of them begin with; no other worker may use it.
        folder: shared with the other workers, to make templates once.
    """

    def __init__(self, server: URL, *, name: str, folder: Path) -> None:
        self._server = server
        self._name = name
        self._folder = folder
        self._made = 0
        self._free: list[str] = []
        self._uses: Counter[str] = Counter()
        self._inside: dict[str, psycopg.Connection] = {}
        """A connection to each database, to empty it."""

    def __enter__(self) -> Self:
        self._maintenance = psycopg.connect(self._server.render_as_string(), autocommit=True)
        self._make_once(EMPTY, upgrade)
        template = self._server.set(database=EMPTY)
        with psycopg.connect(template.render_as_string()) as connection:
            self._schema = connection.execute(_SCHEMA).fetchone()
            self._empty = _emptying(connection)
        return self

    def __exit__(self, *_: object) -> None:
        for connection in (*self._inside.values(), self._maintenance):
            connection.close()

    def take(self) -> URL:
        """A database that nobody else has."""
        if not self._free:
            self._free.append(self._make())
        name = self._free.pop()
        self._uses[name] += 1
        return self._server.set(database=name)

    def take_full(self, paper: str, fill: Callable[[str, URL], None]) -> URL:
        """A database that nobody else has, filled."""
        template = f"full_{paper}"
        self._make_once(template, lambda url: fill(paper, url), of=EMPTY)
        name = self._next_name()
        self._copy(template, name)
        return self._server.set(database=name)

    def give_back(self, url: URL) -> None:
        """Empty it for the next test, or drop it where that left another schema."""
        name = url.database
        assert name is not None
        if name not in self._inside:
            self._drop(name)
            return
        inside = self._inside[name]
        inside.execute(_CUT_OFF)
        is_as_it_was = inside.execute(_SCHEMA).fetchone() == self._schema
        if is_as_it_was and self._uses[name] < USES:
            inside.execute(self._empty)
            self._free.append(name)
        else:
            self._inside.pop(name).close()
            self._drop(name)

    def _make(self) -> str:
        name = self._next_name()
        self._copy(EMPTY, name)
        url = self._server.set(database=name).render_as_string()
        self._inside[name] = psycopg.connect(url, autocommit=True)
        return name

    def _make_once(
        self, name: str, change: Callable[[URL], None], *, of: str = "template1"
    ) -> None:
        """Make a template, unless another worker has made it."""

        def make(mark: Path) -> None:
            self._copy(of, name)
            change(self._server.set(database=name, drivername="postgresql+psycopg"))
            mark.touch()

        made_once(self._folder / f"{name}.postgresql", make)

    def _next_name(self) -> str:
        self._made += 1
        return f"{self._name}_{self._made}"

    def _copy(self, template: str, name: str) -> None:
        # Copying files beats writing a log of them when nothing needs to reach a disk.
        create = "CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
        self._execute(create, name, template=template)

    def _drop(self, name: str) -> None:
        # Connections to it may still be on their way out.
        self._execute("DROP DATABASE {name} WITH (FORCE)", name)

    def _execute(self, statement: str, name: str, **others: str) -> None:
        names = {key: sql.Identifier(value) for key, value in {"name": name, **others}.items()}
        self._maintenance.execute(sql.SQL(statement).format(**names))


def _emptying(template: psycopg.Connection) -> sql.Composed:
    """What makes a database as the migrations left it, in one go."""
    # No foreign key stands in the way of the order, no trigger tells of it.
    parts: list[sql.Composable] = [sql.SQL("SET session_replication_role = replica")]
    for (table,) in template.execute(_TABLES).fetchall():
        name = sql.Identifier(table)
        parts.append(sql.SQL("DELETE FROM {}").format(name))
        every = sql.SQL("SELECT row_to_json(t)::text FROM {} AS t").format(name)
        insert = sql.SQL("INSERT INTO {} SELECT * FROM json_populate_record(null::{}, {})")
        for (row,) in template.execute(every).fetchall():
            parts.append(insert.format(name, name, sql.Literal(row)))
    return sql.SQL(";").join([*parts, sql.SQL(_RESTART)])
