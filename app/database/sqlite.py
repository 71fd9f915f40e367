"""SQLite: opening a file for writes and reads, and reading in the event loop."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import NullPool, Pool, StaticPool

from app.database.errors import database_errors
from app.database.file import keep_private
from app.database.prepared import fetch, find_prepared
from app.database.reader import Parameters, Rows
from app.database.slow_reads import SlowReads
from app.database.wakeups import set_or_timeout

BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for other processes; writers of one process use a queue."""

POLL_SECONDS = 0.25
"""Interval of checks for writes by other processes."""


def write_engine(url: URL) -> Engine:
    """Open the engine for write sessions."""
    if url.database:
        keep_private(Path(url.database))
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_writer)
    event.listen(engine, "begin", _begin_immediate)
    return engine


class SQLiteReader:
    """One connection in the event loop: reading 20 rows costs less than a thread switch."""

    def __init__(self, connection: Connection, threads: SlowReads) -> None:
        self._connection = connection
        self._threads = threads

    @property
    def pool(self) -> Pool:
        """That of the one connection."""
        return self._connection.engine.pool

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Raises `DatabaseAway`."""
        prepared = find_prepared(statement, self._connection.dialect)
        with database_errors():
            return fetch(self._connection, statement, parameters, prepared)

    async def slow_rows(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Read in a thread, so that other requests are answered. Raises `DatabaseAway`."""
        prepared = find_prepared(statement, self._connection.dialect)
        with database_errors():
            return await self._threads.run(
                lambda connection: fetch(connection, statement, parameters, prepared)
            )

    async def probe(
        self, statement: Executable, parameters: Parameters = None, *, seconds: float
    ) -> Rows:
        """Read as `rows` does: a local file answers or fails at once."""
        return await self.rows(statement, parameters)

    async def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield at once, then four times a second and whenever `event` is set."""
        while True:
            yield
            await set_or_timeout(event, POLL_SECONDS)


@asynccontextmanager
async def open_reader(url: URL) -> AsyncIterator[SQLiteReader]:
    """Open the read connection while the block runs."""
    engine = create_engine(
        url,
        creator=lambda: _connect_reader(url),
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
    )
    threads = SlowReads(url, connect=lambda: _connect_reader(url))
    with database_errors():
        connection = engine.connect()
    try:
        yield SQLiteReader(connection, threads)
    finally:
        threads.close()
        connection.close()
        engine.dispose()


def long_read_engine(url: URL) -> Engine:
    """Open an engine with one connection per long read, without locks."""
    return create_engine(
        url,
        creator=lambda: _connect_reader(url),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
    )


def prepare_migration(connection: sqlite3.Connection, _record: object) -> None:
    """Disable foreign keys, and sort large tables in files; a listener for new connections."""
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA temp_store = FILE")


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    try:
        _prepare(connection)
        # In a savepoint SQLite copies each page before it changes it. The copies of one post with
        # `?publish=true` take 1 MB, which would otherwise be written to a temporary file.
        connection.execute("PRAGMA temp_store = MEMORY")
        # 8 MB hold what a group of posts changes. With the default of 2 MB pages are written
        # before the commit, and read again.
        connection.execute("PRAGMA cache_size = -8192")
        # The log has about 16 MB in place of 4: of several versions of a page only the last is
        # copied to the file.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
    except sqlite3.OperationalError as error:
        # In a read-only folder SQLite reports a readable file as one that cannot be opened,
        # because it cannot create the files beside it.
        path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN and path.exists():
            error.sqlite_errorcode = sqlite3.SQLITE_READONLY
        raise


def _prepare(connection: sqlite3.Connection) -> None:
    # Disables the driver's own transactions, which `_begin_immediate` replaces.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode; wait for other processes that do the same to a new file.

    SQLite reports "locked" here at once, whatever its busy timeout, because waiting could deadlock.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline:
                raise
        time.sleep(0.01)  # the switch itself takes about a millisecond


def _begin_immediate(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail if another one wrote in between.
    # Taking the write lock at the start makes it wait instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _connect_reader(url: URL) -> sqlite3.Connection:
    """Open a file for reading, even if it is read-only.

    Readers in WAL mode share an index file, which cannot be created on read-only media. SQLite can
    read such a file if it is declared immutable, but then ignores the write-ahead log. So this is
    only done if there is no log. https://www.sqlite.org/wal.html, section 5, read 2026-11.
    """
    path = Path(url.database or "")
    arguments, options = SQLiteDialect_pysqlite().create_connect_args(url)
    given: dict[str, Any] = {**options, "check_same_thread": False}
    try:
        return _opened_to_read(lambda: sqlite3.connect(arguments[0], **given))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _CANNOT_WRITE or not path.exists():
            raise
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    log = path.with_name(f"{path.name}-wal")
    if not (log.exists() and log.stat().st_size):
        address += "&immutable=1"
    return _opened_to_read(lambda: sqlite3.connect(address, uri=True, check_same_thread=False))


_CANNOT_WRITE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


def _opened_to_read(connect: Callable[[], sqlite3.Connection]) -> sqlite3.Connection:
    connection = connect()
    try:
        _prepare(connection)
        connection.execute("PRAGMA query_only = ON")
        # 32 MB hold the inner pages of all indexes; the system caches the rest.
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
