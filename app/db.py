"""The two doors to the database: a `Reader` for hot reads, sessions for everything else.

SQLite: reads run in the event loop on one open connection, writers queue for one thread.
PostgreSQL: reads are awaited on an async pool, writers share a small pool of threads.
Why, with figures: docs/adr/0002-two-doors-to-the-database.md.
"""

import asyncio
import sqlite3
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, Executable, Row, create_engine, event, text
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from app.database_file import keep_private
from app.errors import DatabaseAway
from app.prepared import fetch, find_prepared
from app.slow_reads import SlowReads
from app.write_queue import WriteQueue

T = TypeVar("T")

BUSY_TIMEOUT_MS = 15_000
"""How long a SQLite writer waits for another process; those of one process queue up before."""

WRITER_THREADS = 8
"""Concurrent writing transactions on PostgreSQL."""

POLL_SECONDS = 0.25
"""How often a SQLite file is looked at for what other processes wrote."""

CHANNEL = "morningpost_content"
"""Where PostgreSQL tells that the content version moved."""

HEARTBEAT_SECONDS = 5
"""How often PostgreSQL is asked though it told nothing: the line may be dead."""


class Reader(Protocol):
    """Runs one prebuilt statement and hands back its rows."""

    async def rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Raises `DatabaseAway` when the database does not answer."""
        ...

    async def slow_rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Do the same for a statement that takes more than a millisecond and gives few rows.

        SQLite runs it in a thread, so that others are answered meanwhile.
        """
        ...


class WatchedReader(Reader, Protocol):
    """A reader that also tells when it is worth looking again."""

    def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield as `Database.wakes` says."""
        ...


class _SQLiteReader:
    """One open connection in the event loop: 20 rows cost less than handing them to a thread."""

    def __init__(self, connection: Connection, threads: SlowReads) -> None:
        self._connection = connection
        self._threads = threads

    async def rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        prepared = find_prepared(statement, self._connection.dialect)
        with database_errors():
            return fetch(self._connection, statement, parameters, prepared)

    async def slow_rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        prepared = find_prepared(statement, self._connection.dialect)
        with database_errors():
            return await self._threads.run(
                lambda connection: fetch(connection, statement, parameters, prepared)
            )

    async def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        while True:
            yield
            await _set_or_timeout(event, POLL_SECONDS)


class _PostgresReader:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        failures = self._engine.dialect.loaded_dbapi.Error
        try:
            async with self._engine.connect() as connection:
                await connection.execute(text(f"LISTEN {CHANNEL}"))
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                relay = asyncio.create_task(_relay(driver.notifies(), event))
                try:
                    while not relay.done():
                        yield
                        await _set_or_timeout(event, HEARTBEAT_SECONDS)
                    relay.result()
                finally:
                    relay.cancel()
                    await connection.invalidate()  # it must not go back listening into the pool
        except (DBAPIError, failures, OSError) as error:
            raise _away() from error

    async def rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        try:
            return await self._once(statement, parameters)
        except DBAPIError as error:
            if not error.connection_invalidated:
                with database_errors():
                    raise
        # The pool held a connection that a restart of the server has cut: a new one may do.
        with database_errors():
            return await self._once(statement, parameters)

    slow_rows = rows

    async def _once(
        self, statement: Executable, parameters: Mapping[str, object] | None
    ) -> Sequence[Row[Any]]:
        async with self._engine.connect() as connection:
            return (await connection.execute(statement, parameters)).fetchall()


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn a database that does not answer into `DatabaseAway`; all else passes."""
    try:
        yield
    except PoolTimeout as error:
        raise _away() from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_unreachable(error):
            raise _away() from error
        raise


def _is_unreachable(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in _SQLITE_AWAY
    state = getattr(error.orig, "sqlstate", "")
    # Others hold what is needed for longer than anybody should wait.
    if state == "55P03":
        return True
    # No state: the connection itself failed. 08: connection, 53: resources, 57P: shutting down.
    return type(error.orig).__name__ == "OperationalError" and (
        not state or state[:2] in {"08", "53"} or state[:3] == "57P"
    )


_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


def _away() -> DatabaseAway:
    return DatabaseAway("database_away", "The database does not answer just now; try again soon.")


def write_engine(url: URL) -> Engine:
    """Open the engine whose sessions write (the command line reads with it too)."""
    if url.get_backend_name() == "sqlite":
        if url.database:
            keep_private(Path(url.database))
        engine = create_engine(url, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        url,
        pool_size=WRITER_THREADS,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5},
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions of its own: BEGIN IMMEDIATE below does.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Write ahead; wait for other processes that do the same to a file that is just being made.

    SQLite answers "locked" here at once, whatever its busy timeout, since waiting could deadlock.
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
    # A transaction that reads first and writes later would fail when another wrote in between;
    # taking the write lock at once makes it wait instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class _WriterThreads:
    """Writers of PostgreSQL, which sorts out itself who waits for whom."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(WRITER_THREADS, thread_name_prefix="writer")

    def submit(self, work: Callable[[Engine], T]) -> Future[T]:
        return self._pool.submit(work, self._engine)

    def close(self) -> None:
        self._pool.shutdown(wait=True)


class Database:
    """Both doors, open: made in the lifespan and handed to whoever asks."""

    def __init__(
        self,
        *,
        url: URL,
        engine: Engine,
        reader: WatchedReader,
        writers: WriteQueue | _WriterThreads,
    ) -> None:
        self.url = url
        self.engine = engine
        self.reader = reader
        self.after_write: Callable[[], Awaitable[None]] | None = None
        """Awaited when a write is done, before its caller goes on."""
        self._writers = writers

    @property
    def reads_at_once(self) -> bool:
        """Whether the reader never waits: SQLite's runs in the event loop."""
        return isinstance(self.reader, _SQLiteReader)

    async def write(self, work: Callable[[Engine | Connection], T]) -> T:
        """Run blocking work in a writer thread; it is finished even when the caller goes away.

        The work opens its own transaction on what it is given: on SQLite that is a connection in a
        transaction already, whose commit it shares with others.
        """
        with database_errors():
            done = await asyncio.shield(asyncio.wrap_future(self._writers.submit(work)))
        if self.after_write is not None:
            await self.after_write()
        return done

    async def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield at once, and then whenever any process may have moved the content version.

        SQLite: four times a second. PostgreSQL: when it tells, and every five seconds besides. And
        whenever `event` is set.

        Raises:
            DatabaseAway: PostgreSQL cannot be listened to; begin anew later.
        """
        async with aclosing(self.reader.wakes(event)) as wakes:
            async for _ in wakes:
                yield


async def _set_or_timeout(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


async def _relay(notices: AsyncIterator[Any], event: asyncio.Event) -> None:
    """Set an event at every notice, and when there will be no more."""
    try:
        async for _ in notices:
            event.set()
    finally:
        event.set()


@asynccontextmanager
async def open_database(url: URL) -> AsyncIterator[Database]:
    """Open the doors for as long as the block runs."""
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = write_engine(url)
    writers = WriteQueue(engine) if is_sqlite else _WriterThreads(engine)
    try:
        async with _open_sqlite_reader(url) if is_sqlite else _open_postgres_reader(url) as reader:
            yield Database(url=url, engine=engine, reader=reader, writers=writers)
    finally:
        writers.close()
        engine.dispose()


@asynccontextmanager
async def _open_sqlite_reader(url: URL) -> AsyncIterator[WatchedReader]:
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        isolation_level="AUTOCOMMIT",
    )
    event.listen(engine, "connect", _prepare_sqlite_reader)
    threads = SlowReads(url, prepare=_prepare_sqlite)
    with database_errors():
        connection = engine.connect()
    try:
        yield _SQLiteReader(connection, threads)
    finally:
        threads.close()
        connection.close()
        engine.dispose()


def _prepare_sqlite_reader(connection: sqlite3.Connection, record: object) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA query_only = ON")
    # 32 MB: the trees of all indexes fit, and the system keeps the rest in its own cache.
    connection.execute("PRAGMA cache_size = -32768")


@asynccontextmanager
async def _open_postgres_reader(url: URL) -> AsyncIterator[WatchedReader]:
    engine = create_async_engine(
        url,
        isolation_level="AUTOCOMMIT",  # one statement is one round trip
        pool_size=9,  # eight that read, and one that listens
        max_overflow=0,
        pool_timeout=10,
        connect_args={"connect_timeout": 5},
    )
    try:
        yield _PostgresReader(engine)
    finally:
        await engine.dispose()


def migration_engine(url: URL) -> Engine:
    """Open an engine for migrations: SQLite copies tables, with foreign keys unwatched."""
    engine = write_engine(url)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _forget_foreign_keys)
    return engine


def _forget_foreign_keys(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")
