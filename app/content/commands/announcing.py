"""Announcing: record the publication of scheduled issues whose time has come.

A scheduled issue appears without a write (docs/adr/0006-status-follows-from-time.md). Its event is
recorded once, by the first process that sees it: in the server when its time comes or at the next
start, and in every transaction that records events of its own, before those.
"""

from functools import cache

from sqlalchemy import Select, not_, select
from sqlmodel import col

from app.content.commands.event_log import Recorder
from app.content.commands.events import record_published
from app.content.print import has_unannounced, in_print
from app.database.prepared_writes import read
from app.models.event import Event
from app.models.issue import Issue
from app.models.values import format_instant

MOST_AT_ONCE = 100
"""Issues per transaction, which holds the lock of the event log."""


def announce_due(tx: Recorder) -> int:
    """Record the publications that are due, in order of their time; return how many.

    On PostgreSQL, issues that another transaction has locked are left to it or to a later call.
    Waiting for them while holding other locks could deadlock.
    """
    tx.session.flush()
    given = {"now": tx.now}
    (row,) = read(tx.session.connection(), _select_whether_due(), given)
    if not row[0]:
        return 0  # as nearly always
    issues = tx.session.scalars(_lock_due(), given).all()
    for issue in issues:
        _announce(tx, issue)
    return len(issues)


@cache
def _select_whether_due() -> Select[bool]:
    return select(has_unannounced())


@cache
def _lock_due() -> Select[Issue]:
    return (
        select(Issue)
        .where(in_print(Issue), not_(col(Issue.is_announced)))
        .order_by(col(Issue.visible_from), col(Issue.id))
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def announce_if_due(tx: Recorder, issue: Issue) -> None:
    """Record the publication of an issue before a command changes it; the row is locked."""
    appeared = issue.visible_from is not None and issue.visible_from <= tx.now
    if appeared and not issue.is_announced:
        _announce(tx, issue)


def _announce(tx: Recorder, issue: Issue) -> None:
    assert issue.visible_from is not None, "a scheduled issue has a time"
    issue.is_announced = True
    key = f"{issue.id}.{issue.print_revision}.{format_instant(issue.visible_from)}"
    # Two schedules can only be equal if the clock was set back between them.
    if tx.session.scalar(select(col(Event.id)).where(col(Event.schedule_key) == key)) is not None:
        return
    record_published(
        tx,
        issue,
        is_first=issue.first_published_at is None,
        occurred_at=issue.visible_from,
        schedule_key=key,
    )
