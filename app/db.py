"""The two doors to the database: a `Reader` for hot reads, sessions for everything else.

SQLite: reads run in the event loop on one open connection, writers queue for one thread.
PostgreSQL: reads are awaited on an async pool, writers share a small pool of threads.
Why, with figures: docs/adr/0002-two-doors-to-the-database.md. How each is opened: `sqlite.py` and
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
"""How long a write waits for its turn; what has not begun by then is taken back."""


class Reader(Protocol):
    """Runs one prebuilt statement and hands back its rows."""

    async def rows(
        self, statement: Executable, parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        """Raises `DatabaseAway` when the database does not answer, or not in time."""
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

    async def probe(
        self,
        statement: Executable,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float,
    ) -> Sequence[Row[Any]]:
        """Read within `seconds`, even while the database is known not to answer.

        Raises `DatabaseAway`.
        """
        ...

    def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield as `Database.wakes` says."""
        ...


class _Writers(Protocol):
    def submit(self, work: Callable[[Any], T]) -> Future[T]: ...

    def close(self) -> None: ...


def write_engine(url: URL) -> Engine:
    """Open the engine whose sessions write (the command line reads with it too)."""
    if url.get_backend_name() == "sqlite":
        return sqlite.write_engine(url)
    # Imported here: a server on SQLite carries no driver of PostgreSQL.
    from app import postgres

    return postgres.write_engine(url, health=Health())


def read_engine(engine: Engine) -> Engine:
    """Open an engine whose connections read in a thread and take no lock.

    SQLite: each has the file for itself. PostgreSQL: they come from the pool of `engine`.
    """
    if engine.url.get_backend_name() == "sqlite":
        return sqlite.long_read_engine(engine.url)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


class Database:
    """Both doors, open: made in the lifespan and handed to whoever asks."""

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
        """Awaited when a write is done, before its caller goes on."""
        self._writers = writers
        self._long_reads = read_engine(engine)

    @property
    def reads_at_once(self) -> bool:
        """Whether the reader never waits: SQLite's runs in the event loop."""
        return isinstance(self.reader, sqlite.SQLiteReader)

    async def write(self, work: Callable[[Engine | Connection], T]) -> T:
        """Run blocking work in a writer thread; it is finished even when the caller goes away.

        The work opens its own transaction on what it is given: on SQLite that is a connection in a
        transaction already, whose commit it shares with others.

        Raises:
            DatabaseAway: the work may have been committed all the same, where only the answer to
                the commit was lost.
        """
        with database_errors():
            done = await self._outcome(self._writers.submit(work))
        if self.after_write is not None:
            await self.after_write()
        return done

    async def read_in_thread(self, work: Callable[[Connection], T]) -> T:
        """Run reads of many rows on a connection of their own, away from the event loop.

        They are finished even when the caller goes away.
        """

        def read() -> T:
            with self._long_reads.connect() as connection:
                return work(connection)

        with database_errors():
            return await asyncio.shield(asyncio.to_thread(read))

    async def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield at once, and then whenever any process may have moved the content version.

        SQLite: four times a second. PostgreSQL: when it tells, and every two seconds besides. And
        whenever `event` is set.

        Raises:
            DatabaseAway: PostgreSQL cannot be listened to; begin anew later.
        """
        async with aclosing(self.reader.wakes(event)) as wakes:
            async for _ in wakes:
                yield

    async def _outcome(self, work: Future[T]) -> T:
        """Wait for submitted work; take it back where it does not begin in time."""
        outcome = asyncio.wrap_future(work)
        # Where the caller goes away meanwhile, nobody else asks how it ended.
        outcome.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({outcome}, timeout=QUEUE_SECONDS)
        if not outcome.done() and work.cancel():
            raise database_away(Outage.BUSY)
        return await asyncio.shield(outcome)


@asynccontextmanager
async def open_database(url: URL) -> AsyncIterator[Database]:
    """Open the doors for as long as the block runs."""
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
    """Open an engine for migrations: no statement has a deadline.

    SQLite copies tables, with foreign keys unwatched.
    """
    if url.get_backend_name() == "sqlite":
        engine = sqlite.write_engine(url)
        event.listen(engine, "connect", sqlite.forget_foreign_keys)
        return engine
    from app import postgres

    return postgres.write_engine(url, health=Health(), is_patient=True)
