"""The folder in which the workers of one server share their numbers.

One file for each worker, named by its process id, and one for all that have ended.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.web.observability.tally_table import Key, TallyTable

GAUGE = "gauge"
"""First part of the key of a number that tells of now: it ends with its worker."""
_ENDED = "ended"
_LOCK = "lock"

Rows = list[tuple[Key, list[float]]]


@contextmanager
def metrics_folder() -> Iterator[str]:
    """Make a private folder, and remove it at the end."""
    folder = tempfile.mkdtemp(prefix="morningpost-metrics-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def table_of_this_process(folder: str | None) -> TallyTable:
    """Open the table of this worker; without a folder, one that only this process reads."""
    if folder is None:
        return TallyTable.private()
    return TallyTable.of_file(Path(folder, str(os.getpid())))


def retire(folder: str, pid: int) -> None:
    """Keep the counts of a worker that has ended: counters must not go back."""
    path = Path(folder, str(pid))
    with _locked(folder, fcntl.LOCK_EX):
        if not path.exists():
            return
        ended = TallyTable.of_file(Path(folder, _ENDED))
        for key, numbers in TallyTable.of_file(path).items():
            if key[:1] == (GAUGE,):
                continue
            row = ended.row(key)
            for place, number in enumerate(numbers):
                row[place] += number
        path.unlink()


def tables_of_others(folder: str) -> tuple[list[int], list[Rows]]:
    """Read the tables of all workers but this one, living and ended, and who lives."""
    own = str(os.getpid())
    with _locked(folder, fcntl.LOCK_SH):
        names = [path.name for path in Path(folder).iterdir() if path.name not in {own, _LOCK}]
        rows = [TallyTable.of_file(Path(folder, name)).items() for name in names]
    return [int(name) for name in names if name != _ENDED], rows


@contextmanager
def _locked(folder: str, how: int) -> Iterator[None]:
    """Keep a table from being read twice while it moves to those that have ended."""
    file = os.open(Path(folder, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, how)
        yield
    finally:
        os.close(file)
