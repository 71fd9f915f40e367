"""Reading issues as nodes of a graph: whole, and many in one statement.

What the viewer may see is decided as in `issues.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

import orjson
from sqlalchemy import Row, Select, bindparam

from app.content.issue_view import (
    IssueAnswer,
    View,
    document_of,
    last_modified,
    select_issue,
    select_issues,
)
from app.content.queries.issues import IssueFilter, Viewer, places_of, rows_of, total_of
from app.content.queries.paging import Page, Part, page_of
from app.content.ref import LATEST, RefKind
from app.db import Reader
from app.models.issue import Issue

IdentityKind = RefKind | Literal["public_id"]


@dataclass(frozen=True, slots=True)
class IssueNode:
    """An issue to go on from: its members, its id, and how fresh it is."""

    members: dict[str, Any]
    """The document; of a whole one with its sections, read."""
    public_id: int
    last_modified: datetime | None
    next_change_at: datetime | None

    @classmethod
    def of(cls, shown: IssueAnswer) -> "IssueNode":
        """The node of an issue as a write answers it."""
        return cls(
            members=orjson.loads(shown.body),
            public_id=shown.issue_id,
            last_modified=shown.last_modified,
            next_change_at=shown.next_change_at,
        )


def node_of(row: Row[Any], *, viewer: Viewer) -> IssueNode:
    """The node of a row of `select_issues`."""
    members = document_of(row, view=viewer.view, now=viewer.now, base_url=viewer.base_url)
    if "sections" in members:
        members["sections"] = orjson.loads(row.compiled_sections)
    return IssueNode(
        members=members,
        public_id=row.public_id,
        last_modified=last_modified(row) if viewer.view is View.PRINT else None,
        next_change_at=row.next_change_at,
    )


async def find_issue_nodes(
    reader: Reader,
    kind: IdentityKind,
    values: Sequence[object],
    *,
    viewer: Viewer,
) -> list[IssueNode | None]:
    """Find whole issues by numbers, dates, slugs or public ids, in the order that was asked.

    One statement however many; `latest` takes one value, which is not looked at.
    """
    if kind == LATEST:
        rows = await reader.rows(select_issue(viewer.view, LATEST), {"now": viewer.now})
        return [node_of(rows[0], viewer=viewer) if rows else None] * len(values)
    wanted = list(dict.fromkeys(values))
    if len(wanted) == 1:
        statement = select_issue(viewer.view, kind)
        rows = await reader.rows(statement, {"now": viewer.now, "ref": wanted[0]})
    else:
        named = {f"ref_{place}": value for place, value in enumerate(wanted)}
        statement = _select_many(viewer.view, kind, len(wanted))
        rows = await reader.rows(statement, {"now": viewer.now, **named})
    found = [node_of(row, viewer=viewer) for row in rows]
    nodes = {
        node.members["slug"] if kind == "slug" else getattr(row, kind): node
        for row, node in zip(rows, found, strict=True)
    }
    return [nodes.get(value) for value in values]


@cache
def _select_many(view: View, kind: str, count: int) -> Select[Any]:
    # Named one by one: a list of any length would be compiled anew each time.
    values: list[Any] = [bindparam(f"ref_{place}") for place in range(count)]
    return select_issues(view, whole=True).where(getattr(Issue, kind).in_(values))


async def list_issue_nodes(
    reader: Reader,
    *,
    viewer: Viewer,
    where: IssueFilter,
    part: Part,
    whole: bool,
    counted: bool,
) -> Page:
    """List issues as nodes, newest date first, with their sections where `whole`.

    One statement, and one more where they are `counted`.

    Raises as `list_issues` does.
    """
    if where.status != "published":
        viewer.principal.require("drafts:read")
    rows, has_more = await rows_of(reader, viewer, where, part, whole=whole)
    total = None
    next_change_at = rows[0].next_change_at if rows else None
    if counted or not rows:
        total, fresh = await total_of(reader, viewer, where)
        next_change_at = fresh.next_change_at
    return page_of(
        [node_of(row, viewer=viewer) for row in rows],
        part=part,
        has_more=has_more,
        places=places_of(rows),
        bound=where.bound(),
        total=total,
        next_change_at=next_change_at,
    )
