"""File permissions of a SQLite database: only its owner may read it.

It holds drafts, key hashes and the signing secret of previews.
"""

import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

_OWNER_ALONE = 0o600
_OTHERS = 0o077
_BESIDE = ("", "-wal", "-shm", "-journal")
"""Files beside a database; SQLite gives new ones the permissions of the database."""


def make_private_folder(path: Path) -> None:
    """Create the folder of a database for its owner only; an existing folder is not changed.

    It may hold other files that others need to read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)


def keep_private(path: Path) -> None:
    """Create a database file if there is none, readable by its owner only.

    Permissions of existing files are removed, with a log line. A file of another user is left
    unchanged, with a warning.
    """
    with suppress(OSError):  # SQLite reports problems of the path itself
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ALONE))
    for ending in _BESIDE:
        _close(path.with_name(path.name + ending))


def _close(path: Path) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & _OTHERS:
            return
        path.chmod(mode & ~_OTHERS)
    except FileNotFoundError:
        return
    except OSError as error:
        logger.warning("database_file_open_to_others path=%s cause=%s", path, error.strerror)
    else:
        logger.warning("database_file_closed_to_others path=%s mode_before=%04o", path, mode)
