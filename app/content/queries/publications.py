"""Issues that came into print since a mark, by command or by schedule.

Each period in print counts once. A new revision of an issue that is in print does not count.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Row, Select, and_, bindparam, exists, func, or_, select
from sqlmodel import col

from app.content.issue_view import View, select_issue
from app.content.print import in_print
from app.content.queries.issue_nodes import IssueNode, node_of
from app.content.queries.issues import Viewer
from app.db import Reader
from app.models.base import UtcInstant
from app.models.content_version import PAPER, ContentChange
from app.models.issue import Issue


@dataclass(frozen=True, slots=True)
class Mark:
    """A position in the history of publications: the last change seen, and when."""

    change_id: int
    looked_at: datetime


class MarkLost(Exception):
    """Changes after a mark were deleted before they were read."""


@dataclass(frozen=True, slots=True)
class Publication:
    """An issue that came into print."""

    row: Row[Any]
    now: datetime
    """When it was read; the issue is in print at that time."""

    def node(self, *, viewer: Viewer) -> IssueNode:
        """Make the node of the issue; members are new on each call, so callers may change them."""
        return node_of(self.row, viewer=viewer)


async def read_mark(reader: Reader, *, now: datetime) -> Mark:
    """Read the mark of now: later calls report only what comes into print after it."""
    rows = await reader.rows(_select_mark())
    return Mark(rows[0].change_id or 0, now)


async def publications_since(
    reader: Reader, mark: Mark, *, now: datetime
) -> tuple[list[int], Mark]:
    """List the row ids of issues that came into print since a mark, and the next mark.

    They are in order of appearance. One statement.

    Raises:
        MarkLost: changes after the mark were deleted. Read a new mark, and read all state again.
    """
    # If the clock is set back, issues that were reported must not be reported again.
    now = max(now, mark.looked_at)
    rows = await reader.rows(
        _select_new(), {"now": now, "change_id": mark.change_id, "looked_at": mark.looked_at}
    )
    if not rows[0].is_kept:
        raise MarkLost
    # If nothing is new, one row still carries the mark.
    return [row.id for row in rows if row.id is not None], Mark(rows[0].change_id or 0, now)


async def find_publication(reader: Reader, issue_id: int, *, now: datetime) -> Publication | None:
    """Find an issue in print by row id; `None` if it has left print."""
    rows = await reader.rows(select_issue(View.PRINT, "id"), {"now": now, "ref": issue_id})
    return Publication(rows[0], now) if rows else None


@cache
def _select_mark() -> Select[Any]:
    # Only changes of the paper: they are numbered in commit order, because each one locks the
    # paper's counter. Changes of other counters may commit a higher number first.
    return select(func.max(col(ContentChange.id)).label("change_id")).where(
        col(ContentChange.version_name) == PAPER
    )


@cache
def _select_new() -> Select[Any]:
    action, seen = col(ContentChange.action), bindparam("change_id", type_=BigInteger)
    # Changes are deleted oldest first: if the last one seen exists, so do all later ones.
    is_kept = or_(seen == 0, exists().where(col(ContentChange.id) == seen))
    place = select(
        _select_mark().scalar_subquery().label("change_id"), is_kept.label("is_kept")
    ).subquery()
    noted = select(col(ContentChange.issue_id)).where(
        col(ContentChange.id) > seen,
        # A schedule may commit just after its time came and that time was already checked.
        or_(action == "published", action == "scheduled"),
    )
    appeared = col(Issue.visible_from) > bindparam("looked_at", type_=UtcInstant)
    is_new = and_(in_print(Issue), or_(col(Issue.id).in_(noted), appeared))
    return (
        select(col(Issue.id), place.c.change_id, place.c.is_kept)
        .select_from(place.outerjoin(Issue, is_new))
        .order_by(col(Issue.visible_from), col(Issue.id))
    )
