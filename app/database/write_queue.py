"""Group commit for SQLite: one writer thread commits all waiting work in one transaction.

A durable commit waits a millisecond or more for the disk, and SQLite has only one writer. So queued
work shares a transaction, each item in its own savepoint. A failing item is rolled back alone, and
no result is returned before the commit.
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

from app.database.errors import outage_of

T = TypeVar("T")

GROUP_SECONDS = 0.05
"""Time limit for collecting work before a commit, so that the first item does not wait long."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    future: Future[Any]


class WriteQueue:
    """Runs submitted work in order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Run work with a connection that is in a transaction.

        The future gets the result after the commit, or the exception after the rollback.
        """
        future: Future[T] = Future()
        self._jobs.put(_Job(work, future))
        return future

    def close(self) -> None:
        """Finish the submitted work, and stop."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if _is_wanted(job) and self._do_together(job):
                return

    def _do_together(self, job: _Job | None) -> bool:
        """Run a job and those queued behind it; return whether the queue was closed meanwhile."""
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
            # Some errors make SQLite roll back the whole transaction, earlier jobs included.
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
    """Start a job, which can no longer be cancelled; `False` if it already was."""
    return job.future.set_running_or_notify_cancel()


def _must_be_in_transaction(connection: Connection, *, cause: BaseException | None = None) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if driver.in_transaction:
        return
    # A full disk rolls back the transaction, and then there is no savepoint to roll back to.
    while cause is not None:
        if isinstance(cause, DBAPIError) and outage_of(cause) is not None:
            raise cause
        cause = cause.__context__
    # The driver would report the commit of nothing as a success.
    lost = sqlite3.OperationalError("the transaction was undone by the database")
    lost.sqlite_errorcode = sqlite3.SQLITE_IOERR
    raise OperationalError("COMMIT", None, lost)
