"""Deleting old notes of changes, a few with each new one, so that the table stays small.

Readers keep a mark of the change that they read last, and look for later ones within seconds. A
reader whose mark is gone was suspended, or its clock is wrong; see `queries/publications.py`.
"""

from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile

from sqlalchemy import Select, bindparam, delete, select
from sqlmodel import Session, col

from app.models.content_version import ContentChange

KEPT_ROWS = 10_000
"""The newest changes are kept, however old: a paper that changes rarely keeps its history."""
KEPT_TIME = timedelta(days=7)
"""Changes of this time are kept, however many: a reader that stood still for days misses none."""
PRUNED_AT_ONCE = 100
"""Rows that a change deletes at most, beyond as many as it adds: a backlog shrinks, and no write
takes long for it."""


def prune_changes(session: Session, *, newest_id: int, added: int, now: datetime) -> None:
    """Delete the oldest changes that need not be kept.

    Two statements, one where nothing is old enough, none in a short table. Called under the lock of
    the paper's counter, by one transaction at a time. Deletes in the order of the ids without a
    gap: while a change is still there, so are all later ones.
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
