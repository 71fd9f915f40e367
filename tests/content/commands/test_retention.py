"""Every table has a bound: docs/operations.md names it, and what it calls deleted is deleted."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update
from sqlmodel import SQLModel, col

from app.content.access import COMMAND_LINE
from app.content.commands import pruning
from app.content.commands.sync_runs import prune_observations, prune_runs
from app.content.commands.transaction import transaction
from app.content.housekeeping import Chore, chores
from app.models import TABLES_OF_SEARCH
from app.models.snapshot import Snapshot
from app.models.sync_run import SyncRun, SyncRunSource
from tests.filled_tables import fill_empty_tables

PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
DAY = timedelta(days=1)
THEN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2126, 1, 1, tzinfo=UTC)


def bounds() -> dict[str, str]:
    """The bound of each table, as the page says it."""
    section = PAGE.read_text().split("\n## What grows, and what bounds it\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return {name: row[2].strip() for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def test_the_page_has_a_bound_for_every_table() -> None:
    assert set(bounds()) == set(SQLModel.metadata.tables)


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


def run(engine: Engine, *works: Chore) -> None:
    """Do each chore until it is done."""
    for work in works:
        found = 1
        while found:
            with transaction(engine, principal=COMMAND_LINE, now=LATER) as tx:
                found = work(tx)


def add_run(engine: Engine, run_id: int, **statuses: str) -> None:
    """Store a run of long ago with the statuses of its sources."""
    with engine.begin() as connection:
        values: dict[str, Any] = {"id": run_id, "status": "failed", "started_at": THEN}
        connection.execute(insert(SyncRun).values(**values))
        for name, status in statuses.items():
            values = {"run_id": run_id, "name": name, "status": status, "finished_at": THEN}
            connection.execute(insert(SyncRunSource).values(**values))


def add_snapshot(engine: Engine, snapshot_id: int, run_id: int) -> None:
    with engine.begin() as connection:
        values: dict[str, Any] = {"id": snapshot_id, "run_id": run_id, "observed_at": THEN}
        values |= {"source": "github", "kind": "repository", "status": "complete"}
        values |= {"listed": 1, "skipped": 0, "observations": 1}
        connection.execute(insert(Snapshot).values(**values))


@pytest.mark.both_databases
def test_what_the_page_calls_deleted_is_deleted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "KEPT_ROWS", 0)
    for run_id in (1, 2):
        add_run(engine, run_id, github="failed")
    for snapshot_id in (1, 2):
        add_snapshot(engine, snapshot_id, run_id=2)
    with transaction(engine, principal=COMMAND_LINE, now=THEN) as tx:
        tx.note_indexing()
    with engine.begin() as connection:
        fill_empty_tables(connection)
        # The first snapshot of a week, of which the last one keeps its observations.
        connection.execute(update(SQLModel.metadata.tables["observation"]).values(snapshot_id=1))
    before = counts(engine)

    run(
        engine,
        *chores(events_kept_for=DAY, deliveries_kept_for=DAY, sync_runs_kept_for=DAY),
        prune_observations,
    )
    with transaction(engine, principal=COMMAND_LINE, now=LATER) as tx:
        tx.note_indexing()

    assert {name for name in before if not before[name]} == TABLES_OF_SEARCH
    after = counts(engine)
    deleted = {name for name in before if after[name] < before[name]}
    # The change that prunes the others adds one.
    deleted |= {"content_change"} & {name for name in before if after[name] == before[name]}
    assert deleted == {name for name, bound in bounds().items() if bound.startswith("deleted")}


@pytest.mark.both_databases
def test_runs_stay_that_something_follows_from(engine: Engine) -> None:
    add_run(engine, 1, github="complete", huggingface="complete")  # the newest success of one
    add_run(engine, 2, github="complete")  # the newest success of the other
    add_run(engine, 3, github="failed")
    add_run(engine, 4, github="failed", huggingface="failed")  # has a snapshot
    add_snapshot(engine, 1, run_id=4)
    add_run(engine, 5, github="failed")  # the newest that is finished
    add_run(engine, 6, huggingface="failed")
    add_run(engine, 7, github="running", huggingface="failed")  # is running
    with engine.begin() as connection:
        connection.execute(update(SyncRun).where(col(SyncRun.id) == 7).values(status="running"))
    kept_for = LATER - THEN

    run(engine, lambda tx: prune_runs(tx, kept_for=kept_for))
    with engine.connect() as connection:
        assert len(connection.execute(select(col(SyncRun.id))).all()) == 7
    run(engine, lambda tx: prune_runs(tx, kept_for=kept_for - DAY))

    with engine.connect() as connection:
        left = connection.scalars(select(col(SyncRun.id)).order_by(col(SyncRun.id))).all()
        parts = connection.scalars(select(col(SyncRunSource.run_id)).distinct()).all()
    assert left == [1, 2, 4, 5, 7]
    assert set(parts) == {1, 2, 4, 5, 7}
