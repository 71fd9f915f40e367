"""PostgreSQL: connections with deadlines, an async pool for reads, and writer threads.

Imported only if PostgreSQL is configured. docs/adr/0016-deadlines-for-postgresql.md explains why
deadlines are kept here and not by the server.
"""

import asyncio
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Mapping,
    Sequence,
)
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn
from sqlalchemy import URL, Engine, Executable, Row, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import Pool

from app.database.errors import database_away, database_errors
from app.database.health import Health
from app.database.listening import Listener
from app.database.prepared import Prepared, find_prepared
from app.database.reader import Parameters, Rows
from app.database.url import PostgresOptions
from app.database.wakeups import CHANNEL, set_or_timeout

T = TypeVar("T")

CONNECT_SECONDS = 3
"""Per attempt to connect, including name resolution; psycopg's minimum is two."""

POOL_SECONDS = 5
"""Maximum wait for a pooled connection."""

READ_SECONDS = 5.0
"""Per statement of a read. The slowest public read takes a tenth of it at 5,000 issues."""

FIRST_SECONDS = 5.0
"""For the first statement of a write, which sets timeouts and never waits for a lock."""

WRITE_SECONDS = 15.0
"""For each later statement of a write: longer than the 10 s it may wait for a lock."""

CANCEL_SECONDS = 1.0
"""For sending a cancellation to the server."""

_CONNECTION_DEFAULTS: Mapping[str, object] = {
    "connect_timeout": CONNECT_SECONDS,
    "application_name": "morningpost",
    # Detects a vanished host. By default the system needs 2 hours on an idle connection, and 15
    # minutes if data is pending.
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


@dataclass(frozen=True)
class _Patience:
    """Time limits for statements of a connection, in seconds."""

    first: float
    """For the first statement of a transaction and the ping before it, which wait for no lock."""
    later: float
    health: Health

    def for_statement(self, pgconn: PGconn) -> float:
        is_first = pgconn.transaction_status == TransactionStatus.IDLE
        return self.first if is_first else self.later


class NoAnswer(psycopg.OperationalError):
    """The server did not answer a statement in time; it may have been executed."""


def _bounded(
    waiting: Generator[Any, Any, T], seconds: float, health: Health
) -> Generator[Any, Any, T]:
    """Run a wait of psycopg for at most `seconds`. Raises `NoAnswer`.

    psycopg resumes it at least ten times a second, with 0 while nothing has arrived.
    """
    deadline = time.monotonic() + seconds
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            if not ready and (health.is_away or time.monotonic() > deadline):
                raise NoAnswer("no answer in time")
            wanted = waiting.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result


class _Bounded:
    """The common part of sync and async connections."""

    pgconn: PGconn
    patience: _Patience

    def _bounded(self, waiting: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        seconds = self.patience.for_statement(self.pgconn)
        return _bounded(waiting, seconds, self.patience.health)


class _Connection(_Bounded, psycopg.Connection[Any]):
    def wait(self, gen: Generator[Any, Any, T], *given: Any, **options: Any) -> T:
        try:
            return super().wait(self._bounded(gen), *given, **options)
        except NoAnswer:
            if not self.patience.health.is_away:
                with suppress(psycopg.Error):
                    self.cancel_safe(timeout=CANCEL_SECONDS)
            self.pgconn.finish()  # an answer may be partly received: it cannot be reused
            raise


class _AsyncConnection(_Bounded, psycopg.AsyncConnection[Any]):
    async def wait(self, gen: Generator[Any, Any, T], *given: Any, **options: Any) -> T:
        if options.get("timeout") is not None:  # the caller has its own time limit: `notifies`
            return await super().wait(gen, *given, **options)
        try:
            return await super().wait(self._bounded(gen), *given, **options)
        except NoAnswer:
            if not self.patience.health.is_away:
                with suppress(psycopg.Error):
                    await self.cancel_safe(timeout=CANCEL_SECONDS)
            self.pgconn.finish()
            raise


_BACKEND = "SELECT pg_backend_pid()"
"""Asked once for each connection. Behind a pooler the answer differs from the process id that the
connection was told at its start, and may change with every transaction: then nothing is prepared,
because a prepared statement stays with the server's connection and not with ours."""


def write_engine(
    url: URL,
    *,
    health: Health,
    connections: int = 8,
    first_seconds: float = FIRST_SECONDS,
    later_seconds: float = WRITE_SECONDS,
) -> Engine:
    """Open the engine for write sessions, with time limits for statements."""
    patience = _Patience(first_seconds, later_seconds, health)
    arguments, options = _connect_arguments(url)

    def connect() -> _Connection:
        connection = _Connection.connect(*arguments, autocommit=True, **options)
        connection.patience = patience
        try:
            row = connection.execute(_BACKEND).fetchone()
            if row is None or row[0] != connection.info.backend_pid:
                connection.prepare_threshold = None
            connection.autocommit = False
        except BaseException:
            connection.pgconn.finish()
            raise
        return connection

    return create_engine(
        url,
        creator=connect,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,
    )


class WriterThreads:
    """Writer threads for PostgreSQL, which handles their conflicts itself."""

    def __init__(self, engine: Engine, health: Health, *, threads: int) -> None:
        self._engine = engine
        self._health = health
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="writer")

    def submit(self, work: Callable[[Engine], T]) -> Future[T]:
        """Run work with an engine as soon as a thread is free."""

        def begin() -> T:
            # Checked when the work starts: otherwise each item of a long queue tries to connect.
            if self._health.is_away:
                raise database_away()
            return work(self._engine)

        return self._pool.submit(begin)

    def close(self) -> None:
        """Finish the submitted work, and stop."""
        self._pool.shutdown(wait=True)


_Connect = Callable[..., Awaitable[_AsyncConnection]]


class PostgresReader:
    """Runs statements on a pool of connections; each takes one round trip."""

    def __init__(self, engine: AsyncEngine, connect: _Connect, health: Health) -> None:
        """`connect` opens a connection to listen on."""
        self._engine = engine
        self._connect = connect
        self._health = health
        self._probes: set[asyncio.Task[Sequence[Row[Any]]]] = set()

    @property
    def pool(self) -> Pool:
        """Its connections, but for the one that listens."""
        return self._engine.pool

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Raises `DatabaseAway`; at once while the database is known to be away."""
        if self._health.is_away:
            raise database_away()
        with database_errors():
            return await self._ask(statement, parameters)

    slow_rows = rows

    async def probe(
        self, statement: Executable, parameters: Parameters = None, *, seconds: float
    ) -> Rows:
        """Read within `seconds`, even while the database is known to be away.

        Raises `DatabaseAway`.
        """
        reading = asyncio.create_task(self._ask(statement, parameters))
        self._probes.add(reading)
        reading.add_done_callback(self._probed)
        # Not cancelled when late: psycopg would wait 10 s for a hanging server to confirm.
        done, _ = await asyncio.wait({reading}, timeout=seconds)
        if not done:
            raise database_away()
        with database_errors():
            return reading.result()

    async def close(self) -> None:
        """Wait for late probes; those of a hanging server are cut off."""
        self._health.is_away = True
        await asyncio.gather(*self._probes, return_exceptions=True)

    async def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield at once, then at notifications, at intervals, and whenever `event` is set."""
        listener = Listener(lambda: self._connect(autocommit=True), self._notify, event)
        try:
            while True:
                yield
                await set_or_timeout(event, listener.seconds_to_next_look)
        finally:
            await listener.close()

    async def _notify(self, payload: str) -> None:
        async with self._engine.connect() as connection:
            await connection.exec_driver_sql(_NOTIFY, (CHANNEL, payload))

    def _probed(self, reading: asyncio.Task[Sequence[Row[Any]]]) -> None:
        self._probes.discard(reading)
        if not reading.cancelled():
            reading.exception()  # retrieved, so that asyncio does not log it

    async def _ask(self, statement: Executable, parameters: Parameters) -> Rows:
        try:
            return await self._once(statement, parameters)
        except DBAPIError as error:
            if not error.connection_invalidated or isinstance(error.orig, NoAnswer):
                raise
        # The pooled connection may predate a restart of the server: try a new one.
        return await self._once(statement, parameters)

    async def _once(self, statement: Executable, parameters: Parameters) -> Rows:
        async with self._engine.connect() as connection:
            prepared = find_prepared(statement, self._engine.dialect)
            if prepared is not None:
                with suppress(psycopg.Error):  # SQLAlchemy raises its own error for it
                    return await _fetch(connection, prepared, parameters)
            return (await connection.execute(statement, parameters)).fetchall()


async def _fetch(
    connection: AsyncConnection, prepared: Prepared, parameters: Mapping[str, object] | None
) -> Sequence[Row[Any]]:
    """Execute a prepared statement. Raises `psycopg.Error`; `DatabaseAway` after the deadline."""
    sync = connection.sync_connection
    assert sync is not None, "it is open"
    driver: Any = sync.connection.driver_connection
    try:
        cursor = await driver.execute(prepared.text, prepared.values(sync, parameters))
        return prepared.named(await cursor.fetchall())
    except (NoAnswer, asyncio.CancelledError) as error:
        # An answer may be partly received: the connection cannot be reused.
        await connection.invalidate(error)
        if isinstance(error, NoAnswer):
            raise database_away() from error
        raise


_NOTIFY = "SELECT pg_notify(%s, %s)"


@asynccontextmanager
async def open_reader(
    url: URL, health: Health, options: PostgresOptions
) -> AsyncIterator[PostgresReader]:
    """Open the read pool while the block runs."""
    connect = _connecting(url, health)
    engine = create_async_engine(
        url,
        connect_args={"async_creator_fn": connect},
        isolation_level="AUTOCOMMIT",
        pool_size=options.read_connections,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        pool_reset_on_return=None,  # without transactions there is nothing to roll back
    )
    listen = _connecting(options.listen_url, health) if options.listen_url else connect
    reader = PostgresReader(engine, listen, health)
    try:
        yield reader
    finally:
        await reader.close()
        await engine.dispose()


def _connecting(url: URL, health: Health) -> _Connect:
    patience = _Patience(READ_SECONDS, READ_SECONDS, health)
    arguments, options = _connect_arguments(url)

    async def connect(*_: object, autocommit: bool = False, **__: object) -> _AsyncConnection:
        connection = await _AsyncConnection.connect(*arguments, autocommit=True, **options)
        connection.patience = patience
        try:
            row = await (await connection.execute(_BACKEND)).fetchone()
            if row is None or row[0] != connection.info.backend_pid:
                connection.prepare_threshold = None
            await connection.set_autocommit(autocommit)
        except BaseException:
            connection.pgconn.finish()
            raise
        return connection

    return connect


def _connect_arguments(url: URL) -> tuple[list[Any], dict[str, Any]]:
    """Return psycopg's arguments for a URL; parameters of the URL override our defaults."""
    arguments, options = url.get_dialect()().create_connect_args(url)
    threshold = options.pop("prepare_threshold", None)
    if threshold is not None:  # psycopg's own, which it takes as a number
        never = str(threshold).lower() in {"none", ""}
        options["prepare_threshold"] = None if never else int(threshold)
    return list(arguments), {**_CONNECTION_DEFAULTS, **options}
