"""Pruning: delete old change rows, a few with each new one, so that the table stays small.

Its readers are processes of the release before the event log. Each keeps a mark of the last change
that it read, and looks for later ones within seconds.
"""

from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile

from sqlalchemy import Select, bindparam, delete, select
from sqlmodel import Session, col

from app.models.content_version import ContentChange

KEPT_ROWS = 10_000
"""The newest changes are kept at any age: a paper that changes rarely keeps its history."""
KEPT_TIME = timedelta(days=7)
"""Changes of this time are kept, however many, for readers that were suspended for days."""
PRUNED_AT_ONCE = 100
"""Rows deleted per change, beyond as many as it adds: a backlog shrinks without slowing a write."""


def prune_changes(session: Session, *, newest_id: int, added: int, now: datetime) -> None:
    """Delete the oldest changes that need not be kept.

    At most two statements; none for a short table. The caller holds the lock of the paper's
    counter. Rows are deleted in id order without gaps: if a change exists, so do all later ones.
    """
    if newest_id <= KEPT_ROWS:
        return
    oldest = session.execute(
        _select_oldest(), {"until_id": newest_id - KEPT_ROWS, "most": added + PRUNED_AT_ONCE}
    )
    before = now - KEPT_TIME
    ids = [id_ for id_, _ in takewhile(lambda row: row[1] < before, oldest)]
    if ids:
        session.execute(
            delete(ContentChange)
            .where(col(ContentChange.id) >= ids[0], col(ContentChange.id) <= ids[-1])
            .execution_options(synchronize_session=False)
        )


@cache
def _select_oldest() -> Select[int | None, datetime]:
    return (
        select(col(ContentChange.id), col(ContentChange.changed_at))
        .where(col(ContentChange.id) <= bindparam("until_id"))
        .order_by(col(ContentChange.id))
        .limit(bindparam("most"))
    )
