"""Copies of the databases, for what writes: the originals stay as they were filled."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.datasets import Dataset


@dataclass(frozen=True, slots=True)
class Scratch:
    """Databases to write into, and a key that may."""

    dataset: Dataset
    key: str


@contextmanager
def scratch_of(dataset: Dataset) -> Iterator[Scratch]:
    """Copy both databases beside the originals; the copies go in the end."""
    ours = dataset.ours.with_name("scratch-ours.db")
    straightforward = dataset.straightforward.with_name("scratch-straightforward.db")
    try:
        for source, copy in ((dataset.ours, ours), (dataset.straightforward, straightforward)):
            _remove(copy)
            subprocess.run(["cp", "--reflink=auto", str(source), str(copy)], check=True)
        # What was copied must not reach the disk while commits are being timed.
        os.sync()
        yield Scratch(Dataset(dataset.issues, ours, straightforward), _key(ours))
    finally:
        _remove(ours)
        _remove(straightforward)


def _key(database: Path) -> str:
    scopes = ("--scope", "issues:write", "--scope", "issues:publish")
    made = subprocess.run(
        [sys.executable, "-m", "app", "keys", "create", "--name", "benchmark", *scopes],
        env=os.environ | {"MORNINGPOST_DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
