"""Backups of SQLite: page by page from one instant, beside readers and writers.

https://www.sqlite.org/backup.html, read 2026-11.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.backup.files import BackupFailed, written_whole
from app.database.file import keep_private, make_private_folder
from app.errors import quoted

PAGES = 2_000
"""Copied at a time: 8 MB, after which the progress is shown."""
BUSY_SECONDS = 30.0
"""How long a restore waits for writers."""

Note = Callable[[int, int], None]
"""Called with the pages that are done, and the pages in all."""


def backup(source: Path, target: Path, *, is_forced: bool, note: Note) -> None:
    """Copy a database to a file as of now, and check the copy.

    Raises:
        BackupFailed: there is no database, or the copy is damaged.
    """
    if not source.exists():
        raise BackupFailed(f"There is no database at {quoted(str(source))}.")
    with written_whole(target, is_forced=is_forced) as partial:
        with _opened(source) as reading, _opened(partial) as writing:
            # The snapshot of an open read transaction: otherwise each write of another process
            # would begin the copy anew.
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
            reading.backup(
                writing, pages=PAGES, progress=lambda _, left, total: note(total - left, total)
            )
            # One file, without one beside it for the write-ahead log.
            writing.execute("PRAGMA journal_mode = DELETE")
        check(partial)


def restore(source: Path, target: Path, *, note: Note) -> None:
    """Put the content of a backup in the place of a database, in one transaction.

    Servers on it may go on: they see the old paper until all is there, and then the new one.

    Raises:
        BackupFailed: the backup is damaged, or the database is busy for half a minute.
    """
    check(source)
    make_private_folder(target.parent)
    keep_private(target)
    try:
        _copy_into(source, target, note=note)
    except sqlite3.OperationalError as error:
        raise BackupFailed(f"The database could not be replaced: {error}.") from error
    except sqlite3.DatabaseError:
        # What is there is damaged, which may be why a backup is restored.
        _set_aside(target)
        keep_private(target)
        _copy_into(source, target, note=note)
    check(target)


def check(path: Path) -> None:
    """Read a whole database and compare it with its own indexes.

    Raises:
        BackupFailed: it is damaged.
    """
    with _opened(path) as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchmany(1)
        except sqlite3.DatabaseError as error:
            found, strays = [str(error)], []
    if found != ["ok"]:
        raise BackupFailed(f"{quoted(str(path))} is damaged: {'; '.join(map(str, found))}.")
    if strays:
        raise BackupFailed(
            f"{quoted(str(path))} is damaged: rows of {strays[0][0]} have no parent."
        )


def revision_of(path: Path) -> str | None:
    """Read the schema revision of a database; `None` if it has none.

    Raises:
        BackupFailed: it is damaged.
    """
    with _opened(path) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            raise BackupFailed(f"{quoted(str(path))} is damaged: {error}.") from error
    return None if row is None else str(row[0])


def _copy_into(source: Path, target: Path, *, note: Note) -> None:
    with _opened(source) as reading, _opened(target) as writing:
        # In one step, for between two of them other processes would see half a paper.
        reading.backup(writing, pages=-1, progress=lambda _, left, total: note(total - left, total))
        writing.execute("PRAGMA journal_mode = WAL")


def _set_aside(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.replace(beside.with_name(f"{path.name}.damaged{ending}"))


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    with closing(connection):
        yield connection
