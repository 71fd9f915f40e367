"""The databases that are measured: filled once for each size, then kept for the runs to come."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.config import Settings
from benchmarks.fill import DAY_AFTER, fill
from benchmarks.output import tell
from benchmarks.straightforward_fill import fill as fill_straightforward
from benchmarks.synthetic import synthetic_issue

SEED = 1

_CHUNK_BYTES = 16_777_216


@dataclass(frozen=True, slots=True)
class Dataset:
    """The same synthetic issues in both databases."""

    issues: int
    ours: Path
    straightforward: Path


def prepare(folder: Path, issues: int) -> Dataset:
    """Find the databases of a size, or make them; ours is migrated if the code went on."""
    # Another generator writes another paper: its databases get another name.
    sample = orjson.dumps(synthetic_issue(DAY_AFTER, seed=SEED))
    place = folder / f"{issues}-{hashlib.sha256(sample).hexdigest()[:8]}"
    place.mkdir(parents=True, exist_ok=True)
    dataset = Dataset(issues, place / "ours.db", place / "straightforward.db")
    if not dataset.ours.exists():
        _make_ours(dataset.ours, issues)
    morningpost(dataset.ours, "migrate")
    if not dataset.straightforward.exists():
        _make_straightforward(dataset)
    return dataset


def bring_into_memory(dataset: Dataset) -> None:
    """Read both files through, so that the disk is no part of what is measured."""
    for path in (dataset.ours, dataset.straightforward):
        with path.open("rb") as file:
            while file.read(_CHUNK_BYTES):
                pass


def morningpost(database: Path, *words: str) -> None:
    """Run a command of ours on a database."""
    subprocess.run(
        [sys.executable, "-m", "app", *words],
        env=os.environ | {"MORNINGPOST_DATABASE_URL": f"sqlite:///{database}"},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _make_ours(path: Path, issues: int) -> None:
    started = time.monotonic()
    part = _empty(path.with_suffix(".part"))
    morningpost(part, "migrate")
    fill(Settings(database_url=f"sqlite:///{part}"), issues, seed=SEED)
    part.rename(path)
    _tell("our database", issues, path, time.monotonic() - started)


def _make_straightforward(dataset: Dataset) -> None:
    started = time.monotonic()
    part = _empty(dataset.straightforward.with_suffix(".part"))
    fill_straightforward(part, _exported(dataset.ours))
    part.rename(dataset.straightforward)
    seconds = time.monotonic() - started
    _tell("the straightforward database", dataset.issues, dataset.straightforward, seconds)


def _exported(database: Path) -> Iterator[dict[str, object]]:
    """Our issues as they are read, one at a time."""
    with subprocess.Popen(
        [sys.executable, "-m", "app", "issues", "export", "-"],
        env=os.environ | {"MORNINGPOST_DATABASE_URL": f"sqlite:///{database}"},
        stdout=subprocess.PIPE,
    ) as export:
        assert export.stdout is not None, "it was asked for"
        for line in export.stdout:
            yield orjson.loads(line)
    if export.returncode:
        raise RuntimeError("the export failed")


def _empty(path: Path) -> Path:
    """Remove what a run that was interrupted has left."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return path


def _tell(what: str, issues: int, path: Path, seconds: float) -> None:
    megabytes = path.stat().st_size / 1e6
    rate = issues / seconds
    tell(f"Filled {what}: {issues:,} issues, {megabytes:,.0f} MB, {rate:,.0f} issues/s.")
