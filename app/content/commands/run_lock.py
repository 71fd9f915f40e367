"""The lock of sync runs: one holder across processes, released by the system if it dies.

SQLite: a lock on a file beside the database. PostgreSQL: an advisory lock of a transaction that
stays open on a connection of its own. A lock of the session would be left behind on the connection
of a pooler in transaction mode.
"""

import fcntl
import os
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db import keep_transaction_open, lock_engine
from app.errors import DatabaseAway

_KEY = 0x414D_5053_594E_4301
"""Key of the advisory lock; used for nothing else."""


class RunLock:
    """The lock of sync runs on one database. Not thread-safe."""

    def __init__(self, database: URL) -> None:
        self._database = database
        self._file: int | None = None
        self._engine: Engine | None = None
        self._connection: Connection | None = None

    @property
    def is_held(self) -> bool:
        return self._file is not None or self._connection is not None

    def acquire(self) -> bool:
        """Take the lock if it is free, and return whether it was taken. Never waits for a holder.

        Raises:
            DatabaseAway: PostgreSQL does not answer within the deadlines of `database/postgres.py`.
        """
        if self.is_held:
            return False
        if self._database.get_backend_name() == "sqlite":
            return self._lock_file()
        return self._lock_database()

    def release(self) -> None:
        """Release the lock; does nothing where it is not held.

        Waits for PostgreSQL for up to `FIRST_SECONDS` of `database/postgres.py`, so call it in a
        thread. When it returns, the lock is free, unless PostgreSQL did not answer: then the
        connection is closed, and the lock is free as soon as the server notices that.
        """
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._connection is not None and self._engine is not None:
            try:
                # The server would keep the lock until it notices that the connection is closed.
                self._connection.rollback()
            except DBAPIError:
                pass  # the connection is closed, and the server releases its locks
            finally:
                self._connection.close()
                self._engine.dispose()
                self._connection = self._engine = None

    def _lock_file(self) -> bool:
        path = Path(f"{self._database.database}.sync-lock")
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _lock_database(self) -> bool:
        engine = lock_engine(self._database)
        is_taken: bool = False
        try:
            connection = engine.connect()
            keep_transaction_open(connection)
            is_taken = connection.execute(
                text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _KEY}
            ).scalar_one()
            if is_taken:
                self._engine, self._connection = engine, connection
            else:
                connection.close()
            return is_taken
        except SQLAlchemyError as error:
            raise DatabaseAway(
                "database_away", "The database does not answer just now; try again soon."
            ) from error
        finally:
            if not is_taken:
                engine.dispose()
