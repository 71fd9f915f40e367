"""Import and publish synthetic issues into an empty SQLite database: seconds, and bytes on disk.

    python -m benchmarks.imports 1000 --before e81ef14

With `--before` the same file is imported by the code of an older commit too, in turns, and ratios
are printed. Seconds leave out what the command takes for an empty file. docs/benchmarks.md has the
figures.
"""

import argparse
import io
import os
import resource
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import orjson

from benchmarks.fill import DAY_AFTER
from benchmarks.output import say
from benchmarks.synthetic import synthetic_issue

ROOT = Path(__file__).resolve().parents[1]
NOW = "this code"
_SHOWN_TABLES = 8


@dataclass(frozen=True, slots=True)
class Took:
    """What one import took."""

    seconds: float
    cpu_seconds: float
    stored_bytes: int


def write_issues(path: Path, count: int) -> int:
    """Write synthetic issues, one a line; return the bytes of their documents."""
    with path.open("wb") as file:
        for place in range(count):
            document = synthetic_issue(DAY_AFTER + timedelta(days=place), seed=place)
            file.write(orjson.dumps({"number": place + 1, **document}) + b"\n")
    return path.stat().st_size - count


def unpack(commit: str, folder: Path) -> Path:
    """Unpack the code of a commit."""
    archive = ["git", "-C", str(ROOT), "archive", "--format=tar", commit, "app", "alembic"]
    packed = subprocess.run(archive, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        files.extractall(folder, filter="data")
    return folder


def import_once(code: Path, issues: Path, database: Path) -> Took:
    """Import a file into an empty database by the code in a folder."""
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    empty = issues.with_name("empty.ndjson")
    empty.touch()
    _run(code, database, "migrate")
    starting, starting_cpu = _run(code, database, "issues", "import", "--publish", str(empty))
    seconds, cpu_seconds = _run(code, database, "issues", "import", "--publish", str(issues))
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Took(seconds - starting, cpu_seconds - starting_cpu, database.stat().st_size)


def _run(code: Path, database: Path, *words: str) -> tuple[float, float]:
    """Run a command; return its seconds, and those of the processor."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "app", *words],
        env=os.environ | {"MORNINGPOST_DATABASE_URL": f"sqlite:///{database}"},
        cwd=code,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, used


def bytes_by_table(database: Path) -> list[tuple[str, int]]:
    """Bytes of each table with its indexes, the largest first; empty without `dbstat`."""
    sizes = (
        "SELECT coalesce(tbl_name, 'sqlite_schema'), sum(pgsize) FROM dbstat"
        " LEFT JOIN sqlite_schema USING (name) GROUP BY 1 ORDER BY 2 DESC"
    )
    connection = sqlite3.connect(database)
    try:
        return connection.execute(sizes).fetchall()
    except sqlite3.OperationalError:
        return []  # this SQLite was built without it
    finally:
        connection.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Import in turns, and print medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000, help="issues (default: 1000)")
    parser.add_argument("--before", metavar="COMMIT", help="an older commit beside it")
    parser.add_argument("--rounds", type=int, default=3, help="imports by each (default: 3)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        issues, database = folder / "issues.ndjson", folder / "paper.db"
        posted = write_issues(issues, given.count)
        codes = {NOW: ROOT}
        if given.before:
            codes = {given.before: unpack(given.before, folder / "before"), **codes}
        rounds: dict[str, list[Took]] = {name: [] for name in codes}
        for _ in range(given.rounds):
            for each, code in codes.items():
                rounds[each].append(import_once(code, issues, database))
        for each, taken in rounds.items():
            _tell(each, taken, posted)
        if given.before:
            ratios = [
                median(getattr(took, figure) for took in rounds[given.before])
                / median(getattr(took, figure) for took in rounds[NOW])
                for figure in ("seconds", "cpu_seconds")
            ]
            say(f"Times as fast: {ratios[0]:.2f}; of processor time {ratios[1]:.2f}.")
        for table, size in bytes_by_table(database)[:_SHOWN_TABLES]:
            say(f"{table:24} {size / posted:5.2f} bytes per byte posted")


def _tell(name: str, taken: Sequence[Took], posted: int) -> None:
    say(
        f"{name}: {median(took.seconds for took in taken):.1f} s, "
        f"{median(took.cpu_seconds for took in taken):.1f} s of processor time; "
        f"{taken[-1].stored_bytes / posted:.2f} bytes on disk per byte posted."
    )


if __name__ == "__main__":
    main()
