"""What every backup file shares: its kinds, and writing it so that it is whole or absent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from app.errors import quoted

_SQLITE, _POSTGRES = b"SQLite format 3\x00", b"PGDMP"


class BackupFailed(ValueError):
    """A backup cannot be made or restored; the text says why, and what to do."""


class Kind(StrEnum):
    """Which database a backup is of."""

    SQLITE = "sqlite"
    POSTGRES = "postgresql"


def kind_of(path: Path) -> Kind:
    """Tell the kind of a backup by its first bytes.

    Raises:
        BackupFailed: it is no backup.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(len(_SQLITE))
    if start == _SQLITE:
        return Kind.SQLITE
    if start.startswith(_POSTGRES):
        return Kind.POSTGRES
    raise BackupFailed(f"{quoted(str(path))} is not a backup of this program.")


@contextmanager
def written_whole(path: Path, *, is_forced: bool) -> Iterator[Path]:
    """Yield a path beside `path` to write to; it gets the right name when all is done and on disk.

    Raises:
        BackupFailed: the file exists, and must not be replaced.
    """
    if path.exists() and not is_forced:
        raise BackupFailed(f"{quoted(str(path))} exists already; --force replaces it.")
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    # A backup holds drafts and key hashes: its owner alone may read it.
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield partial
        _sync(partial)
        partial.replace(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
