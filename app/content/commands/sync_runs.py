"""Sync runs: begin, record each source, finish. The lock of the runner allows one at a time.

A run that a killed process left running is ended by the next holder of the lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, func, select, update
from sqlmodel import col

from app.content.commands.archiving import archive_observations
from app.content.commands.events import record_finished_runs
from app.content.commands.snapshots import remove_pending
from app.content.commands.transaction import Transaction
from app.errors import Conflict
from app.models.base import columns
from app.models.snapshot import Observation, Snapshot
from app.models.sync_run import RunStatus, SyncRun, SyncRunSource

INTERRUPTED = "interrupted"

KEEP_EVERY_DAYS = 62
"""Observations younger than this are all kept: every window and its baseline lie in two months."""
PRUNE_SNAPSHOTS = 50
PRUNE_ROWS = 5_000
PRUNE_RUNS = 500
"""Snapshots, observations and runs pruned per transaction, so that it stays short."""


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """The result of one source in a run."""

    name: str
    status: RunStatus
    requests: int = 0
    observations: int = 0
    skipped: int = 0
    bytes: int = 0
    reason: str | None = None
    refused: int = 0
    """Known subjects that the source withheld."""


def begin_run(tx: Transaction, sources: Sequence[str]) -> int:
    """Begin a run; the process must hold the lock. Returns the run id.

    Raises:
        Forbidden: without `sync:run`.
    """
    tx.principal.require("sync:run")
    tx.lock("sync_run")
    _end_interrupted(tx)
    remove_pending(tx)
    run = SyncRun(status="running", started_at=tx.now)
    tx.session.add(run)
    tx.session.flush()
    assert run.id is not None
    tx.session.add_all(
        SyncRunSource(run_id=run.id, name=name, status="running") for name in sources
    )
    return run.id


def note_source(tx: Transaction, run_id: int, outcome: SourceOutcome) -> None:
    """Store the result of a source; its public health changes with it."""
    tx.session.execute(
        update(SyncRunSource)
        .where(col(SyncRunSource.run_id) == run_id, col(SyncRunSource.name) == outcome.name)
        .values(
            status=outcome.status,
            requests=outcome.requests,
            observations=outcome.observations,
            skipped=outcome.skipped,
            bytes=outcome.bytes,
            reason=outcome.reason,
            refused=outcome.refused,
            finished_at=tx.now,
        )
    )
    tx.note_observation()


def finish_run(tx: Transaction, run_id: int) -> RunStatus:
    """Finish a run; its status follows from its sources."""
    rows = tx.session.execute(
        select(col(SyncRunSource.status)).where(col(SyncRunSource.run_id) == run_id)
    )
    status = status_of(list(rows.scalars()))
    tx.session.execute(
        update(SyncRun).where(col(SyncRun.id) == run_id).values(status=status, finished_at=tx.now)
    )
    record_finished_runs(tx, [run_id])
    return status


def status_of(parts: Sequence[str]) -> RunStatus:
    """Combine the statuses of parts."""
    if parts and all(part == "complete" for part in parts):
        return "complete"
    return "failed" if all(part == "failed" for part in parts) else "partial"


def refuse_second() -> Conflict:
    """The error for starting a run while another one is running."""
    return Conflict("sync_running", "A sync run is going already; wait until it is over.")


def prune_observations(tx: Transaction) -> int:
    """Delete some old observations, except the last snapshot of each week; return how many.

    Observations of the last 62 days are kept. Before that one snapshot per week and kind is kept,
    preferably the last complete one, so that histories continue. Boards are kept. What is deleted
    is archived first, for the file of its day.
    """
    limit = tx.now - timedelta(days=KEEP_EVERY_DAYS)
    rows = tx.session.execute(
        select(*columns(Snapshot, "id", "source", "kind", "observed_at", "thinned_at", "status"))
        .where(col(Snapshot.observed_at) < limit, col(Snapshot.status).in_(("complete", "partial")))
        .order_by(col(Snapshot.observed_at))
    ).all()
    kept: dict[tuple[object, ...], tuple[bool, int]] = {}
    for row in rows:
        week = (row.source, row.kind, *row.observed_at.isocalendar()[:2])
        # The week of the limit is not over: its last snapshot may come later.
        if row.observed_at.isocalendar()[:2] == limit.isocalendar()[:2]:
            kept[(*week, row.id)] = (True, row.id)
        else:
            kept[week] = max(kept.get(week, (False, 0)), (row.status == "complete", row.id))
    stay = {snapshot_id for _, snapshot_id in kept.values()}
    thinned = [row.id for row in rows if row.thinned_at is None and row.id not in stay]
    left = PRUNE_ROWS
    for snapshot_id in thinned[:PRUNE_SNAPSHOTS]:
        archive_observations(tx, snapshot_id)
        left -= _delete_observations(tx, snapshot_id, most=left)
        if left <= 0:
            break  # this snapshot may have more
        tx.session.execute(
            update(Snapshot).where(col(Snapshot.id) == snapshot_id).values(thinned_at=tx.now)
        )
    return PRUNE_ROWS - left


def prune_runs(tx: Transaction, *, kept_for: timedelta) -> int:
    """Delete some old runs that observed nothing; return how many.

    A run with a snapshot stays, because observations and boards come from it. So do the newest
    finished run and the newest success of each source, which its health follows from.
    """
    newest = select(func.max(col(SyncRunSource.run_id))).group_by(col(SyncRunSource.name))
    finished = newest.where(col(SyncRunSource.status) != "running")
    succeeded = newest.where(col(SyncRunSource.status).in_(("complete", "partial")))
    old = (
        select(col(SyncRun.id))
        .where(
            col(SyncRun.started_at) < tx.now - kept_for,
            col(SyncRun.status) != "running",
            ~exists().where(col(Snapshot.run_id) == col(SyncRun.id)),
            col(SyncRun.id).not_in(finished),
            col(SyncRun.id).not_in(succeeded),
        )
        .order_by(col(SyncRun.id))
        .limit(PRUNE_RUNS)
    )
    ids = tx.session.scalars(old).all()
    if ids:
        tx.session.execute(
            delete(SyncRun)
            .where(col(SyncRun.id).in_(ids))
            .execution_options(synchronize_session=False)
        )
    return len(ids)


def _delete_observations(tx: Transaction, snapshot_id: int, *, most: int) -> int:
    """Delete up to `most` observations of a snapshot; return how many."""
    of_snapshot = col(Observation.snapshot_id) == snapshot_id
    some = tx.session.scalars(
        select(col(Observation.subject_id)).where(of_snapshot).limit(most)
    ).all()
    if some:
        tx.session.execute(
            delete(Observation).where(of_snapshot, col(Observation.subject_id).in_(some))
        )
    return len(some)


def _end_interrupted(tx: Transaction) -> None:
    running = tx.session.scalars(
        select(col(SyncRun.id)).where(col(SyncRun.status) == "running")
    ).all()
    if not running:
        return
    tx.session.execute(
        update(SyncRunSource)
        .where(col(SyncRunSource.run_id).in_(running), col(SyncRunSource.status) == "running")
        .values(status="failed", reason=INTERRUPTED, finished_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    tx.session.execute(
        update(SyncRun)
        .where(col(SyncRun.id).in_(running))
        .values(status="failed", finished_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    record_finished_runs(tx, [run_id for run_id in running if run_id is not None])
