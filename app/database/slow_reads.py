"""Threads for slow reads of SQLite, which works without the interpreter lock.

A read in the event loop costs less (docs/adr/0002-two-doors-to-the-database.md), but blocks all
other requests. Slow reads should return few rows, because a thread needs the lock for each row.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import URL, Connection, create_engine

T = TypeVar("T")

THREADS = 2
"""Concurrent reads; more would compete with the event loop."""


class SlowReads:
    """Threads for reads, each with its own connection, opened at its first read."""

    def __init__(self, url: URL, *, connect: Callable[[], sqlite3.Connection]) -> None:
        """`connect` opens the file for reading."""
        self._engine = create_engine(url, creator=connect, isolation_level="AUTOCOMMIT")
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slow-read")
        self._of_thread = threading.local()
        self._connections: list[Connection] = []

    async def run(self, read: Callable[[Connection], T]) -> T:
        """Run a read; a queued read is dropped when its caller is cancelled."""
        return await asyncio.wrap_future(self._threads.submit(self._read, read))

    def _read(self, read: Callable[[Connection], T]) -> T:
        connection: Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = self._of_thread.connection = self._engine.connect()
            self._connections.append(connection)
        return read(connection)

    def close(self) -> None:
        """Wait for running reads, and close the connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()
