"""Who may read a SQLite file: its owner alone.

It holds drafts, the hashes of keys and the secret that signs previews.
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
"""SQLite makes the files beside a database with the permissions of the database."""


def make_private_folder(path: Path) -> None:
    """Make the folder of a database, open to its owner alone; one that exists stays as it is.

    It may hold other things, which others have to read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)


def keep_private(path: Path) -> None:
    """Make a database file, where there is none, and keep it from everybody but its owner.

    The permissions of files that exist are taken away and a line of log says so. A file of another
    user is left as it is, with a warning.
    """
    with suppress(OSError):  # SQLite says what is wrong with the path, in its own words
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
