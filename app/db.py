"""Access to the database: a `Reader` for frequent reads, sessions for everything else.

SQLite: reads run in the event loop on one open connection, and writes queue for one thread.
PostgreSQL: reads are awaited on an async pool, and writes share a small pool of threads.
Reasons and figures: docs/adr/0002-two-doors-to-the-database.md. The engines are in
`database/sqlite.py` and `database/postgres.py`.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    Mapping,
)
from concurrent.futures import Future
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from math import inf
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

from app.database import sqlite
from app.database.errors import database_away, database_errors
from app.database.health import Health
from app.database.reader import Reader as Reader, WatchedReader as WatchedReader
from app.database.replica import Replica, ReplicatedReader
from app.database.url import PostgresOptions
from app.database.wakeups import CHANNEL as CHANNEL
from app.database.write_queue import WriteQueue
from app.errors import Outage

T = TypeVar("T")

QUEUE_SECONDS = 10.0
"""Maximum wait of a write in the queue; it is cancelled if it has not started by then."""


class _Writers(Protocol):
    def submit(self, work: Callable[[Any], T]) -> Future[T]: ...

    def close(self) -> None: ...


def write_engine(url: URL) -> Engine:
    """Open the engine for write sessions, which the command line also reads with."""
    if url.get_backend_name() == "sqlite":
        return sqlite.write_engine(url)
    # Imported here, so that a server on SQLite does not load the PostgreSQL driver.
    from app.database import postgres

    return postgres.write_engine(url, health=Health())


def lock_engine(url: URL) -> Engine:
    """Open an engine for PostgreSQL whose statements never wait for a lock."""
    from app.database import postgres

    return postgres.write_engine(
        url, health=Health(), connections=1, later_seconds=postgres.FIRST_SECONDS
    )


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
        replica: Replica | None = None,
    ) -> None:
        self.url = url
        self.engine = engine
        self.primary = reader
        """Reads what was written last. Keys and drafts are read here."""
        self.replica = replica
        self.reader: WatchedReader = reader
        """Reads of the public may go to a replica."""
        if replica is not None:
            self.reader = ReplicatedReader(reader, replica)
        self.health = health
        self.after_write: Callable[[], Awaitable[None]] | None = None
        """Awaited after each write, before its caller continues."""
        self._writers = writers
        self._long_reads = read_engine(engine)

    @property
    def reads_at_once(self) -> bool:
        """Whether reads run in the event loop without waiting, as on SQLite."""
        return isinstance(self.primary, sqlite.SQLiteReader)

    def pools(self) -> Mapping[str, tuple[int, int, int]]:
        """Connections of each pool to PostgreSQL: in use, idle, and how many there may be."""
        found: dict[str, tuple[int, int, int]] = {}
        if self.reads_at_once:
            return found
        for name, pool in (("read", self.primary.pool), ("write", self.engine.pool)):
            if isinstance(pool, AsyncAdaptedQueuePool | QueuePool):
                found[name] = (pool.checkedout(), pool.checkedin(), pool.size())
        return found

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

        SQLite: four times a second. PostgreSQL: at each notification and every two seconds, or
        twice a second where notifications do not arrive. Both also yield when `event` is set.
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
async def open_database(
    url: URL, options: PostgresOptions | None = None
) -> AsyncIterator[Database]:
    """Open the database while the block runs; `options` are for PostgreSQL."""
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
    from app.database import postgres

    options, health = options or PostgresOptions(), Health()
    engine = postgres.write_engine(url, health=health, connections=options.write_connections)
    threads = postgres.WriterThreads(engine, health, threads=options.write_connections)
    try:
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(postgres.open_reader(url, health, options))
            replica: Replica | None = None
            if options.read_url is not None:
                # Of its own health: a replica that is away is no outage.
                opened = postgres.open_reader(options.read_url, Health(), options)
                replica = Replica(await stack.enter_async_context(opened))
            yield Database(
                url=url,
                engine=engine,
                reader=pool,
                writers=threads,
                health=health,
                replica=replica,
            )
    finally:
        threads.close()
        engine.dispose()


def keep_transaction_open(connection: Connection) -> None:
    """Lift the server's limits on an idle transaction, for one that holds a lock.

    PostgreSQL only. `transaction_timeout` is new in version 17.
    """
    connection.execute(_NO_IDLE_LIMITS)


@contextmanager
def snapshot(url: URL) -> Iterator[Connection]:
    """Open a connection whose reads all see the same instant, however long they take."""
    if url.get_backend_name() == "sqlite":
        engine = sqlite.long_read_engine(url)
    else:
        engine = migration_engine(url).execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    try:
        with engine.connect() as connection:
            if url.get_backend_name() == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


_NO_IDLE_LIMITS = text(
    "SELECT set_config(name, '0', true) FROM pg_settings"
    " WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')"
)


def migration_engine(url: URL) -> Engine:
    """Open an engine for migrations, without statement timeouts.

    SQLite copies tables, with foreign keys disabled.
    """
    if url.get_backend_name() == "sqlite":
        engine = sqlite.write_engine(url)
        event.listen(engine, "connect", sqlite.prepare_migration)
        return engine
    from app.database import postgres

    return postgres.write_engine(url, health=Health(), first_seconds=inf, later_seconds=inf)
