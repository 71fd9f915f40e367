"""Distinguishes a database that is unavailable from a bug in our statements.

Errors are classified by SQLSTATE (PostgreSQL) or result code (SQLite) and not by class, because
drivers raise subclasses and add new ones.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError as PoolTimeout

from app.errors import DatabaseAway, Outage


def database_away(outage: Outage = Outage.UNREACHABLE) -> DatabaseAway:
    """Make the error for callers while the database is unavailable."""
    return DatabaseAway("database_away", _DETAILS.get(outage, _UNREACHABLE), outage=outage)


@contextmanager
def database_errors() -> Iterator[None]:
    """Convert errors of an unavailable database to `DatabaseAway`.

    All other errors pass unchanged.
    """
    try:
        yield
    except PoolTimeout as error:
        raise database_away(Outage.BUSY) from error
    except DBAPIError as error:
        outage = outage_of(error)
        if outage is None:
            raise
        raise database_away(outage) from error


def outage_of(error: DBAPIError) -> Outage | None:
    """Return why the database is unavailable; `None` if it rejected our statement."""
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return None if code is None else _SQLITE.get(code & 0xFF)
    # What the server last reported is more specific than a lost connection.
    state = getattr(error.orig, "sqlstate", None)
    if state:
        found = _STATES.get(state) or _CLASSES.get(state[:2])
        if found is not None:
            return found
    elif isinstance(error, OperationalError):
        return Outage.UNREACHABLE  # no SQLSTATE: the connection itself failed
    return Outage.UNREACHABLE if error.connection_invalidated else None


_UNREACHABLE = "The database does not answer just now; try again soon."
_DETAILS = {
    Outage.BUSY: "The database is busy; try again soon.",
    Outage.FULL: "The database has no room for changes; it can be read. Try again later.",
    Outage.READ_ONLY: "The database takes no changes just now; it can be read. Try again later.",
}

# https://www.postgresql.org/docs/18/errcodes-appendix.html, read 2026-11.
_STATES = {
    "25006": Outage.READ_ONLY,  # read_only_sql_transaction: a standby, or a full managed disk
    "25P03": Outage.BUSY,  # idle_in_transaction_session_timeout
    "25P04": Outage.BUSY,  # transaction_timeout
    "3D000": Outage.UNREACHABLE,  # invalid_catalog_name: no such database (yet)
    "53100": Outage.FULL,  # disk_full
    "55P03": Outage.BUSY,  # lock_not_available
    "57014": Outage.BUSY,  # query_canceled, statement_timeout among others
    "XX001": Outage.DAMAGED,  # data_corrupted
    "XX002": Outage.DAMAGED,  # index_corrupted
}
_CLASSES = {
    "08": Outage.UNREACHABLE,  # connection exceptions
    "28": Outage.UNREACHABLE,  # invalid authorization: a password that was changed
    "40": Outage.BUSY,  # transaction rollback: deadlocks that a few more tries did not solve
    "53": Outage.BUSY,  # insufficient resources
    "57": Outage.UNREACHABLE,  # operator intervention: shutdown, crash, start-up
    "58": Outage.UNREACHABLE,  # system errors, of the server's disk for one
}

# https://www.sqlite.org/rescode.html, read 2026-11: the primary code, which is the lowest byte.
_SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_PROTOCOL: Outage.BUSY,
    sqlite3.SQLITE_INTERRUPT: Outage.BUSY,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_PERM: Outage.UNREACHABLE,
    sqlite3.SQLITE_AUTH: Outage.UNREACHABLE,
    sqlite3.SQLITE_CANTOPEN: Outage.UNREACHABLE,
    sqlite3.SQLITE_IOERR: Outage.UNREACHABLE,
    sqlite3.SQLITE_NOMEM: Outage.BUSY,
    sqlite3.SQLITE_CORRUPT: Outage.DAMAGED,
    sqlite3.SQLITE_NOTADB: Outage.DAMAGED,
}
