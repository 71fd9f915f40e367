"""Issues as nodes of the GraphQL schema: whole issues, many per statement.

Visibility follows the rules of `issues.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

import orjson
from sqlalchemy import Row, Select, select
from sqlmodel import col

from app.content.issue_view import (
    IssueAnswer,
    View,
    last_modified,
    select_issue,
    select_issues,
)
from app.content.print import in_print
from app.content.queries.in_parameters import numbered, numbered_binds
from app.content.queries.issues import IssueFilter, Viewer, places_of, rows_of, total_of
from app.content.queries.paging import Page, Part, page_of
from app.content.ref import LATEST, RefKind
from app.db import Reader
from app.models.base import columns
from app.models.issue import Issue
from app.models.section import Section

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


def node_of(row: Row[Any], *, viewer: Viewer) -> IssueNode:
    """Make the node of a row of `select_issues`."""
    is_whole = "compiled_sections" in row._fields
    members = viewer.whole_document_of(row) if is_whole else viewer.document_of(row)
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
    """Find whole issues by number, date, slug or public id, in the order of `values`.

    One statement for any number of values. For `latest` the values are ignored.
    """
    if kind == LATEST:
        rows = await reader.rows(select_issue(viewer.view, LATEST), {"now": viewer.now})
        return [node_of(rows[0], viewer=viewer) if rows else None] * len(values)
    wanted = list(dict.fromkeys(values))
    if len(wanted) == 1:
        statement = select_issue(viewer.view, kind)
        rows = await reader.rows(statement, {"now": viewer.now, "ref": wanted[0]})
    else:
        statement = _select_many(viewer.view, kind, len(wanted))
        rows = await reader.rows(statement, {"now": viewer.now, **numbered("ref", wanted)})
    found = [node_of(row, viewer=viewer) for row in rows]
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
    whole: bool,
    kinds: frozenset[str] | None = None,
    counted: bool,
) -> Page:
    """List issues as nodes, newest date first; with their sections if `whole`.

    `kinds`: only sections of these are needed. They are read by themselves, if the viewer sees what
    is in print. One statement, one for such sections, and one if `counted`. Raises as `list_issues`
    does.
    """
    if where.status != "published":
        viewer.principal.require("drafts:read")
    reads_sections = whole and kinds is not None and viewer.view is View.PRINT
    rows, has_more = await rows_of(
        reader, viewer=viewer, where=where, part=part, whole=whole and not reads_sections
    )
    nodes = [node_of(row, viewer=viewer) for row in rows]
    if reads_sections and kinds:
        await _add_sections(reader, rows, nodes, kinds=kinds, now=viewer.now)
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


async def _add_sections(
    reader: Reader,
    rows: Sequence[Row[Any]],
    nodes: Sequence[IssueNode],
    *,
    kinds: frozenset[str],
    now: datetime,
) -> None:
    """Read the sections of some kinds of issues in print, in their order. One statement."""
    by_row: dict[int, list[object]] = {row.id: [] for row in rows}
    for row, node in zip(rows, nodes, strict=True):
        node.members["sections"] = by_row[row.id]
    if not by_row:
        return
    given = {**numbered("issue", by_row), **numbered("kind", sorted(kinds)), "now": now}
    for row in await reader.rows(_select_sections(len(by_row), len(kinds)), given):
        by_row[row.issue_id].append(orjson.loads(row.compiled))


@cache
def _select_sections(issues: int, kinds: int) -> Select[Any]:
    return (
        select(*columns(Section, "issue_id", "compiled"))
        .where(
            col(Section.issue_id).in_(numbered_binds("issue", issues)),
            col(Section.kind).in_(numbered_binds("kind", kinds)),
            in_print(Section),
        )
        .order_by(col(Section.issue_id), col(Section.section_position))
    )
