"""Issues as nodes of the GraphQL schema: whole issues, many per statement.

Visibility follows the rules of `issues.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

import orjson
from sqlalchemy import Row, Select

from app.content.issue_view import (
    IssueAnswer,
    View,
    last_modified,
    select_issue,
    select_issues,
    unenveloped,
)
from app.content.queries.in_parameters import numbered, numbered_binds
from app.content.queries.issues import IssueFilter, Viewer, places_of, rows_of, total_of
from app.content.queries.paging import Page, Part, page_of
from app.content.ref import LATEST, RefKind
from app.db import Reader
from app.models.issue import Issue

IdentityKind = RefKind | Literal["public_id"]


@dataclass(frozen=True, slots=True)
class IssueNode:
    """An issue for GraphQL: its members, its id and its freshness."""

    members: dict[str, Any]
    """The document; `sections` are parsed if the issue is whole."""
    public_id: int
    last_modified: datetime | None
    next_change_at: datetime | None

    @classmethod
    def of(cls, shown: IssueAnswer) -> "IssueNode":
        """Make the node of an issue that a write returned."""
        return cls(
            members=orjson.loads(shown.body),
            public_id=shown.issue_id,
            last_modified=shown.last_modified,
            next_change_at=shown.next_change_at,
        )


@dataclass(frozen=True, slots=True)
class IssueParts:
    """What is needed of issues in print. Drafts are few, and read whole."""

    kinds: frozenset[str] | None = None
    """Only sections of these, each of which an issue has at most once; `None`: all sections."""
    has_envelope: bool = True
    """Whether status, times, links or neighbours are needed."""

    def kinds_in(self, view: View) -> Sequence[str]:
        """The kinds whose sections are read one by one."""
        return sorted(self.kinds or ()) if view is View.PRINT else ()

    def is_whole_in(self, view: View) -> bool:
        """Whether all sections are read."""
        return self.kinds is None or (bool(self.kinds) and view is not View.PRINT)


WHOLE = IssueParts()


def node_of(row: Row[Any], *, viewer: Viewer, parts: IssueParts = WHOLE) -> IssueNode:
    """Make the node of a row of `select_issues`."""
    members = viewer.document_of(row) if parts.has_envelope else unenveloped(row)
    if "compiled_sections" in row._fields:
        members["sections"] = orjson.loads(row.compiled_sections)
    elif parts.kinds:
        compiled = [getattr(row, f"section_{place}") for place in range(len(parts.kinds))]
        members["sections"] = [orjson.loads(each) for each in compiled if each is not None]
    is_dated = viewer.view is View.PRINT and "next_number" in row._fields
    return IssueNode(
        members=members,
        public_id=row.public_id,
        last_modified=last_modified(row) if is_dated else None,
        next_change_at=row.next_change_at,
    )


async def find_issue_nodes(
    reader: Reader,
    kind: IdentityKind,
    values: Sequence[object],
    *,
    viewer: Viewer,
    parts: IssueParts = WHOLE,
) -> list[IssueNode | None]:
    """Find issues by number, date, slug or public id, in the order of `values`.

    One statement for any number of values. For `latest` the values are ignored.
    """
    view = viewer.view
    wanted = () if kind == LATEST else tuple(dict.fromkeys(values))
    if len(wanted) > 1:
        statement, given = _select_many(view, kind, len(wanted)), numbered("ref", wanted)
    else:
        kinds = parts.kinds_in(view)
        statement = select_issue(view, kind, whole=parts.is_whole_in(view), kinds=len(kinds))
        given = numbered("kind", kinds) | ({"ref": wanted[0]} if wanted else {})
    rows = await reader.rows(statement, {"now": viewer.now, **given})
    if kind == LATEST:
        return [node_of(rows[0], viewer=viewer, parts=parts) if rows else None] * len(values)
    found = [node_of(row, viewer=viewer, parts=parts) for row in rows]
    nodes = {
        node.members["slug"] if kind == "slug" else getattr(row, kind): node
        for row, node in zip(rows, found, strict=True)
    }
    return [nodes.get(value) for value in values]


@cache
def _select_many(view: View, kind: str, count: int) -> Select[Any]:
    is_wanted = getattr(Issue, kind).in_(numbered_binds("ref", count))
    return select_issues(view, whole=True).where(is_wanted)


async def list_issue_nodes(
    reader: Reader,
    *,
    viewer: Viewer,
    where: IssueFilter,
    part: Part,
    parts: IssueParts,
    counted: bool,
) -> Page:
    """List issues as nodes, newest date first. One statement, and one if `counted`.

    Raises as `list_issues` does.
    """
    if where.status != "published":
        viewer.principal.require("drafts:read")
    rows, has_more = await rows_of(
        reader,
        viewer=viewer,
        where=where,
        part=part,
        whole=parts.is_whole_in(viewer.view),
        kinds=parts.kinds_in(viewer.view),
        has_envelope=parts.has_envelope,
    )
    nodes = [node_of(row, viewer=viewer, parts=parts) for row in rows]
    total = None
    next_change_at = rows[0].next_change_at if rows else None
    if counted or not rows:
        total, fresh = await total_of(reader, viewer=viewer, where=where)
        next_change_at = fresh.next_change_at
    return page_of(
        nodes,
        part=part,
        has_more=has_more,
        places=places_of(rows),
        scope=where.cursor_scope(),
        total=total,
        next_change_at=next_change_at,
    )
