"""An issue in print, as subscribers to publications see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.content.issue_view import View, select_issue
from app.content.queries.issue_nodes import IssueNode, node_of
from app.content.queries.issues import Viewer
from app.db import Reader


@dataclass(frozen=True, slots=True)
class NewlyPublished:
    """An issue that came into print."""

    row: Row[Any]
    now: datetime
    """When it was read; the issue is in print at that time."""

    def node(self, *, viewer: Viewer) -> IssueNode:
        """Make the node of the issue; members are new on each call, so callers may change them."""
        return node_of(self.row, viewer=viewer)


async def find_newly_published(
    reader: Reader, issue_id: int, *, now: datetime
) -> NewlyPublished | None:
    """Find an issue in print by row id; `None` if it has left print."""
    rows = await reader.rows(select_issue(View.PRINT, "id"), {"now": now, "ref": issue_id})
    return NewlyPublished(rows[0], now) if rows else None
