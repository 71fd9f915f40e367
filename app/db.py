"""Access to the database: a `Reader` for frequent reads, sessions for everything else.

SQLite: reads run in the event loop on one open connection, and writes queue for one thread.
PostgreSQL: reads are awaited on an async pool, and writes share a small pool of threads.
Reasons and figures: docs/adr/0002-two-doors-to-the-database.md. The engines are in `sqlite.py` and
`postgres.py`.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
    Sequence,
)
from concurrent.futures import Future
from contextlib import aclosing, asynccontextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, Executable, Row, event

from app import sqlite
from app.database_errors import database_away, database_errors
from app.errors import Outage
from app.health import Health
from app.wakeups import CHANNEL as CHANNEL
from app.write_queue import WriteQueue

T = TypeVar("T")

QUEUE_SECONDS = 10.0
"""Maximum wait of a write in the queue; it is cancelled if it has not started by then."""


class Reader(Protocol):
    """Runs a prebuilt statement and returns its rows."""

    async def rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Raises `DatabaseAway` if the database does not answer in time."""
        ...

    async def slow_rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Run a statement that takes more than a millisecond and returns few rows.

        On SQLite it runs in a thread, so that other requests are answered meanwhile.
        """
        ...


class WatchedReader(Reader, Protocol):
    """A reader that also notifies about possible changes."""

    async def probe(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float,
    ) -> Sequence[Row[Any]]:
        """Read within `seconds`, even while the database is known to be away.

        Raises `DatabaseAway`.
        """
        ...

    def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield as described in `Database.wakes`."""
        ...


class _Writers(Protocol):
    def submit(self, work: Callable[[Any], T]) -> Future[T]: ...

    def close(self) -> None: ...


def write_engine(url: URL) -> Engine:
    """Open the engine for write sessions, which the command line also reads with."""
    if url.get_backend_name() == "sqlite":
        return sqlite.write_engine(url)
    # Imported here, so that a server on SQLite does not load the PostgreSQL driver.
    from app import postgres

    return postgres.write_engine(url, health=Health())


def read_engine(engine: Engine) -> Engine:
    """Open an engine for reads in threads, without locks.

    SQLite: each connection opens the file. PostgreSQL: connections come from the pool of `engine`.
    """
    if engine.url.get_backend_name() == "sqlite":
        return sqlite.long_read_engine(engine.url)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


class Database:
    """The open database: created in the lifespan and passed to its users."""

    def __init__(
        self,
        *,
        url: URL,
        engine: Engine,
        reader: WatchedReader,
        writers: _Writers,
        health: Health,
    ) -> None:
        self.url = url
        self.engine = engine
        self.reader = reader
        self.health = health
        self.after_write: Callable[[], Awaitable[None]] | None = None
        """Awaited after each write, before its caller continues."""
        self._writers = writers
        self._long_reads = read_engine(engine)

    @property
    def reads_at_once(self) -> bool:
        """Whether reads run in the event loop without waiting, as on SQLite."""
        return isinstance(self.reader, sqlite.SQLiteReader)

    async def write(self, work: Callable[[Engine | Connection], T]) -> T:
        """Run blocking work in a writer thread; it is completed even if the caller is cancelled.

        The work opens its own transaction. On SQLite it gets a connection that already is in a
        transaction, whose commit it shares with others.

        Raises:
            DatabaseAway: the work may have been committed if only the answer to the commit was
                lost.
        """
        with database_errors():
            done = await self._outcome(self._writers.submit(work))
        if self.after_write is not None:
            await self.after_write()
        return done

    async def read_in_thread(self, work: Callable[[Connection], T]) -> T:
        """Run reads of many rows in a thread, on a separate connection.

        They are completed even if the caller is cancelled.
        """

        def read() -> T:
            with self._long_reads.connect() as connection:
                return work(connection)

        with database_errors():
            return await asyncio.shield(asyncio.to_thread(read))

    async def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield at once, then whenever any process may have changed the content version.

        SQLite: four times a second. PostgreSQL: at each notification, and every two seconds. Both
        also yield when `event` is set.

        Raises:
            DatabaseAway: PostgreSQL cannot be listened to; start again later.
        """
        async with aclosing(self.reader.wakes(event)) as wakes:
            async for _ in wakes:
                yield

    async def _outcome(self, work: Future[T]) -> T:
        """Wait for submitted work; cancel it if it does not start in time."""
        outcome = asyncio.wrap_future(work)
        # If the caller is cancelled, nothing else retrieves the result.
        outcome.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({outcome}, timeout=QUEUE_SECONDS)
        if not outcome.done() and work.cancel():
            raise database_away(Outage.BUSY)
        return await asyncio.shield(outcome)


@asynccontextmanager
async def open_database(url: URL) -> AsyncIterator[Database]:
    """Open the database while the block runs."""
    if url.get_backend_name() == "sqlite":
        engine = sqlite.write_engine(url)
        queue = WriteQueue(engine)
        try:
            async with sqlite.open_reader(url) as reader:
                yield Database(
                    url=url, engine=engine, reader=reader, writers=queue, health=Health()
                )
        finally:
            queue.close()
            engine.dispose()
        return
    from app import postgres

    health = Health()
    engine = postgres.write_engine(url, health=health)
    threads = postgres.WriterThreads(engine, health)
    try:
        async with postgres.open_reader(url, health) as pool:
            yield Database(url=url, engine=engine, reader=pool, writers=threads, health=health)
    finally:
        threads.close()
        engine.dispose()


def migration_engine(url: URL) -> Engine:
    """Open an engine for migrations, without statement timeouts.

    SQLite copies tables, with foreign keys disabled.
    """
    if url.get_backend_name() == "sqlite":
        engine = sqlite.write_engine(url)
        event.listen(engine, "connect", sqlite.forget_foreign_keys)
        return engine
    from app import postgres

    return postgres.write_engine(url, health=Health(), is_patient=True)
