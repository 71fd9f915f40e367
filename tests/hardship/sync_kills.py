"""A sync run that is killed at work: the next one completes, and nothing is doubled or half there.

Both APIs stand on ports of this machine and take their time. The process that syncs is ended by
SIGKILL at a random moment of its run; a day passes; another is started and killed, and the last one
may end.
"""

import json
import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlmodel import Session, col

from app.content.trends.board_entries import unpack
from app.models.board import Board
from app.models.snapshot import PENDING, Observation, Snapshot
from app.models.subject import Subject
from app.models.sync_run import SyncRun, SyncRunSource
from tests.hardship.figures import Figures
from tests.hardship.server import ROOT
from tests.sync.upstream import Upstream
from tests.sync.upstream_server import Addresses, serving_upstream

ANSWER_SECONDS = 0.01
"""What an answer of an API takes."""
LISTS = 9
"""Boards and mover lists of a snapshot: three of each window."""
ENDS_WITHIN_SECONDS = 60


class Runs:
    """Processes that sync one database."""

    def __init__(self, database_url: str, addresses: Addresses, *, folder: Path) -> None:
        kept = {name: v for name, v in os.environ.items() if not name.startswith("MORNINGPOST_")}
        self._folder = folder
        self._environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "MORNINGPOST_DATABASE_URL": database_url,
            "MORNINGPOST_HUGGINGFACE_URL": addresses.huggingface,
            "MORNINGPOST_GITHUB_URL": addresses.github,
            "MORNINGPOST_GITHUB_TOKEN": "token",
        }

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "sync", "run", "--json"],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def whole(self) -> tuple[dict[str, Any], float]:
        """Let one run end; what it says of itself, and how long it took."""
        started = time.monotonic()
        process = self.start()
        out, err = process.communicate(timeout=ENDS_WITHIN_SECONDS)
        assert process.returncode == 0, err
        run: dict[str, Any] = json.loads(out)
        return run, time.monotonic() - started

    def killed(self, after: float) -> bool:
        """Start a run and kill it; whether it was still at work."""
        process = self.start()
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        return False


def run(
    engine: Engine, database_url: str, *, folder: Path, kills: int, chance: random.Random
) -> Figures:
    """Kill so many runs, each on a day of its own, then let one end."""
    figures = Figures("sync, kill -9")
    upstream = make_world()
    with serving_upstream(upstream, seconds=ANSWER_SECONDS) as addresses:
        runs = Runs(database_url, addresses, folder=folder)
        _, seconds = runs.whole()
        for _ in range(kills):
            figures.rounds += 1
            let_a_day_pass(engine, upstream, chance)
            # From the first line of the interpreter to the last one of the run.
            was_at_work = runs.killed(seconds * chance.uniform(0.3, 1.0))
            figures.counts["killed at work" if was_at_work else "came too late"] += 1
            for fault in faults_of(engine):
                figures.expect(False, fault)
        let_a_day_pass(engine, upstream, chance)
        last, _ = runs.whole()
    figures.expect(last["status"] == "complete", f"the last run is {last['status']}")
    for fault in faults_of(engine, is_over=True):
        figures.expect(False, fault)
    with Session(engine) as session:
        for name, table in (("snapshots", Snapshot), ("observations", Observation)):
            figures.counts[name] = session.scalar(select(func.count()).select_from(table)) or 0
    return figures


def make_world() -> Upstream:
    upstream = Upstream()
    for number in range(1, 81):
        upstream.add_model(number, f"lab/model-{number}", likes=100 + number)
    for number in range(1001, 1401):
        upstream.add_repository(number, f"lab/repo-{number}", stars=number)
    return upstream


def let_a_day_pass(engine: Engine, upstream: Upstream, chance: random.Random) -> None:
    """Everything that was seen is a day older, and what is seen has moved."""
    for row in upstream.models.values():
        row["likes"] += chance.randint(0, 5)
    for row in upstream.repositories.values():
        row["stargazers_count"] += chance.randint(-1, 9)
    with Session(engine) as session:
        for table in (Snapshot, Board):
            rows = session.execute(select(col(table.id), col(table.observed_at))).all()
            older = [{"id": row.id, "observed_at": row.observed_at - _DAY} for row in rows]
            session.execute(update(table), older)
        session.commit()


_DAY = timedelta(days=1)


def faults_of(engine: Engine, *, is_over: bool = False) -> list[str]:
    """What does not fit together; `is_over`: no run may be said to be going."""
    faults = []
    with Session(engine) as session:
        for snapshot in session.scalars(select(Snapshot)):
            where = f"snapshot {snapshot.id} of {snapshot.kind}"
            boards = session.scalars(
                select(Board).where(col(Board.snapshot_id) == snapshot.id)
            ).all()
            if snapshot.status == PENDING:
                # Its run was killed. The next run removes it; until then it may show nothing.
                faults += [f"{where} is pending and has lists"] if boards else []
                continue
            seen = session.scalar(
                select(func.count())
                .select_from(Observation)
                .where(col(Observation.snapshot_id) == snapshot.id)
            )
            if seen != snapshot.observations:
                faults.append(f"{where} has {seen} observations, not {snapshot.observations}")
            if snapshot.status != "failed" and len(boards) != LISTS:
                faults.append(f"{where} has {len(boards)} lists, not {LISTS}")
            faults += [
                f"{where}: {board.list} of a {board.window} has not {board.entry_count} entries"
                for board in boards
                if len(unpack(board.entries)) != board.entry_count
            ]
        twice = session.execute(
            select(col(Snapshot.run_id), col(Snapshot.kind))
            .group_by(col(Snapshot.run_id), col(Snapshot.kind))
            .having(func.count() > 1)
        ).all()
        faults += [f"run {run_id} looked at {kind} twice" for run_id, kind in twice]
        same = session.execute(
            select(col(Subject.upstream_id))
            .group_by(col(Subject.source), col(Subject.kind), col(Subject.upstream_id))
            .having(func.count() > 1)
        ).all()
        faults += [f"{row.upstream_id} is two subjects" for row in same]
        for table in (SyncRun, SyncRunSource):
            going = session.scalar(
                select(func.count()).select_from(table).where(col(table.status) == "running")
            )
            if is_over and going:
                faults.append(f"{going} rows of {table.__tablename__} are said to be running")
    return faults
