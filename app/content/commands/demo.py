"""Demo issues and invented history for an empty database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date as Date, datetime, time

from sqlalchemy import select
from sqlmodel import col

from app.content.commands.issues import add_issue
from app.content.commands.saving import lock_identity
from app.content.commands.snapshots import record_snapshot
from app.content.commands.transaction import Transaction
from app.models.issue import Issue
from app.models.sighting import Look
from app.models.snapshot import DEMO, Snapshot
from app.models.sync_run import SyncRun, SyncRunSource

PRINTED_AT = time(6, tzinfo=UTC)
"""When demo issues first came into print, on their dates."""


def seed(
    tx: Transaction,
    documents: Sequence[Mapping[str, object]],
    history: Iterable[Sequence[Look]] = (),
) -> int:
    """Publish the documents if there is no issue at all, drafts included.

    Also record the history, the snapshots of each day, if there was never a sync. Returns the
    number of issues created: all or none.

    Raises:
        Unauthenticated, Forbidden: without `issues:write`, `issues:publish` and `sync:run`.
    """
    tx.principal.require("issues:write", "issues:publish", "sync:run")
    # Several processes may start on one empty database: only one of them seeds it.
    lock_identity(tx)
    if tx.session.scalar(select(col(Issue.id)).limit(1)) is not None:
        return 0
    for document in documents:
        # In print on its date, so that its figures are compared with observations of that day.
        printed_at = datetime.combine(Date.fromisoformat(str(document["date"])), PRINTED_AT)
        first = printed_at if printed_at < tx.now else None
        add_issue(tx, document, publish=True, first_published_at=first)
    if tx.session.scalar(select(col(Snapshot.id)).limit(1)) is None:
        for looks in history:
            _record_day(tx, looks)
    return len(documents)


def _record_day(tx: Transaction, looks: Sequence[Look]) -> None:
    """Record the snapshots of a day as a finished run, marked as demo."""
    at = looks[0].observed_at
    run = SyncRun(status="complete", started_at=at, finished_at=at)
    tx.session.add(run)
    tx.session.flush()
    assert run.id is not None
    for look in looks:
        record_snapshot(tx, look, run_id=run.id)
    for name in sorted({look.source for look in looks}):
        seen = sum(len(look.sightings) for look in looks if look.source == name)
        tx.session.add(
            SyncRunSource(
                run_id=run.id,
                name=name,
                status="complete",
                observations=seen,
                reason=DEMO,
                finished_at=at,
            )
        )
