"""One thread that writes to SQLite: what waits together is committed together.

A durable commit costs a millisecond or more of waiting for the disk, and SQLite has one writer
anyway. So the pieces of work that came in meanwhile share a transaction, each in a savepoint of its
own: one that fails undoes itself alone, and none is answered before the commit that holds it.
"""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from app.database_errors import outage_of

T = TypeVar("T")

GROUP_SECONDS = 0.05
"""How long a group may grow before it is committed, so that its first does not wait for long."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    future: Future[Any]


class WriteQueue:
    """Takes work, and does it in the order in which it came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Have work done with a connection that is in a transaction.

        The future has its outcome when it is committed, or what it raised when it is undone.
        """
        future: Future[T] = Future()
        self._jobs.put(_Job(work, future))
        return future

    def close(self) -> None:
        """Do what was submitted, and end."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if _is_wanted(job) and self._do_together(job):
                return

    def _do_together(self, job: _Job | None) -> bool:
        """Do one job and those that wait behind it; whether the queue was closed meanwhile."""
        done: list[tuple[Future[Any], Any]] = []
        undone: list[Future[Any]] = [job.future] if job is not None else []
        until = time.monotonic() + GROUP_SECONDS
        is_closed = False
        try:
            with self._engine.connect() as connection, connection.begin():
                while job is not None:
                    undone = [job.future]
                    done += self._do(job, connection)
                    undone = []
                    job = None
                    if time.monotonic() < until:
                        job, is_closed = self._next()
                _must_be_in_transaction(connection)
        except BaseException as error:
            for future in (*undone, *(future for future, _ in done)):
                future.set_exception(error)
        else:
            for future, outcome in done:
                future.set_result(outcome)
        return is_closed

    def _do(self, job: _Job, connection: Connection) -> list[tuple[Future[Any], Any]]:
        try:
            return [(job.future, job.work(connection))]
        except Exception as error:
            # Some faults make SQLite undo the whole transaction, and with it what was done before.
            _must_be_in_transaction(connection, cause=error)
            job.future.set_exception(error)
            return []

    def _next(self) -> tuple[_Job | None, bool]:
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return None, False
            if job is None or _is_wanted(job):
                return job, job is None


def _is_wanted(job: _Job) -> bool:
    """Begin a job, whose future cannot be cancelled from then on; `False` where it was."""
    return job.future.set_running_or_notify_cancel()


def _must_be_in_transaction(connection: Connection, *, cause: BaseException | None = None) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if driver.in_transaction:
        return
    # A full disk undoes the transaction, and then the savepoint that should be undone is missing.
    while cause is not None:
        if isinstance(cause, DBAPIError) and outage_of(cause) is not None:
            raise cause
        cause = cause.__context__
    # The driver would take a commit of nothing for a success.
    lost = sqlite3.OperationalError("the transaction was undone by the database")
    lost.sqlite_errorcode = sqlite3.SQLITE_IOERR
    raise OperationalError("COMMIT", None, lost)
