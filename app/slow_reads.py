"""Reads of SQLite that take long, in threads: SQLite works without the interpreter's lock.

A read in the event loop costs less (docs/adr/0002-two-doors-to-the-database.md), but nothing else
is answered meanwhile. Give each slow read few rows: between two rows a thread has to wait for the
lock.
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
"""Reads at the same time; more would take the processor from the event loop."""


class SlowReads:
    """Threads that read, each with a connection of its own, opened at its first read."""

    def __init__(self, url: URL, *, connect: Callable[[], sqlite3.Connection]) -> None:
        """`connect`: opens the file to read it."""
        self._engine = create_engine(url, creator=connect, isolation_level="AUTOCOMMIT")
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slow-read")
        self._of_thread = threading.local()
        self._connections: list[Connection] = []

    async def run(self, read: Callable[[Connection], T]) -> T:
        """Run a read; one that waits for its turn is dropped when its caller is cancelled."""
        return await asyncio.wrap_future(self._threads.submit(self._read, read))

    def _read(self, read: Callable[[Connection], T]) -> T:
        connection: Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = self._of_thread.connection = self._engine.connect()
            self._connections.append(connection)
        return read(connection)

    def close(self) -> None:
        """Wait for reads that are running, and close the connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()
