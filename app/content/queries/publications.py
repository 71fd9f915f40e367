"""What came into print since somebody looked last: by a command, or because its time had come.

Each issue once for each stay in print. A new revision of what is in print already is none.
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
    """How far somebody has looked: at which changes, and until when."""

    change_id: int
    looked_at: datetime


class MarkLost(Exception):
    """Changes behind a mark were deleted before they were read."""


@dataclass(frozen=True, slots=True)
class Publication:
    """An issue as it came into print."""

    row: Row[Any]
    now: datetime
    """When it was read; it is in print at that instant."""

    def node(self, *, viewer: Viewer) -> IssueNode:
        """The issue to go on from; members are made anew each time, so that they can be linked."""
        return node_of(self.row, viewer=viewer)


async def read_mark(reader: Reader, *, now: datetime) -> Mark:
    """Read where to look on from: nothing that is in print by now is new after that."""
    rows = await reader.rows(_select_mark())
    return Mark(rows[0].change_id or 0, now)


async def publications_since(
    reader: Reader, mark: Mark, *, now: datetime
) -> tuple[list[int], Mark]:
    """List the rows of issues that came into print since a mark, and the mark to look on from.

    In the order in which they appeared. One statement.

    Raises:
        MarkLost: the mark is so old that changes behind it were deleted. Begin with a new mark, and
            read again whatever was kept.
    """
    # A clock that is set back must not bring again what was told already.
    now = max(now, mark.looked_at)
    rows = await reader.rows(
        _select_new(), {"now": now, "change_id": mark.change_id, "looked_at": mark.looked_at}
    )
    if not rows[0].is_kept:
        raise MarkLost
    # Without anything new there is still one row, for the mark.
    return [row.id for row in rows if row.id is not None], Mark(rows[0].change_id or 0, now)


async def find_publication(reader: Reader, issue_id: int, *, now: datetime) -> Publication | None:
    """Find an issue in print by its row; `None` where it has left print since."""
    rows = await reader.rows(select_issue(View.PRINT, "id"), {"now": now, "ref": issue_id})
    return Publication(rows[0], now) if rows else None


@cache
def _select_mark() -> Select[Any]:
    # The paper's alone: its changes are numbered in the order of their commits, since each holds
    # the paper's counter. Others may commit a higher number first.
    return select(func.max(col(ContentChange.id)).label("change_id")).where(
        col(ContentChange.version_name) == PAPER
    )


@cache
def _select_new() -> Select[Any]:
    action, seen = col(ContentChange.action), bindparam("change_id", type_=BigInteger)
    # Changes are deleted in order: where the last that was seen is there, so are those behind it.
    is_kept = or_(seen == 0, exists().where(col(ContentChange.id) == seen))
    place = select(
        _select_mark().scalar_subquery().label("change_id"), is_kept.label("is_kept")
    ).subquery()
    noted = select(col(ContentChange.issue_id)).where(
        col(ContentChange.id) > seen,
        # A schedule may be committed when its time has just come, and its time was looked at.
        or_(action == "published", action == "scheduled"),
    )
    appeared = col(Issue.visible_from) > bindparam("looked_at", type_=UtcInstant)
    is_new = and_(in_print(Issue), or_(col(Issue.id).in_(noted), appeared))
    return (
        select(col(Issue.id), place.c.change_id, place.c.is_kept)
        .select_from(place.outerjoin(Issue, is_new))
        .order_by(col(Issue.visible_from), col(Issue.id))
    )
