"""Queries for issues: one issue, its sections and revisions, and the list of issues.

A viewer without `drafts:read` sees only what is in print (`View.PRINT`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date, datetime
from functools import cache
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlmodel import col

from app.content.access import PUBLIC, Principal
from app.content.checked_heads import Head
from app.content.issue_view import (
    IssueAnswer,
    View,
    answer_of,
    answer_with,
    document_of,
    parameters_of,
    published_at,
    select_issue,
    select_issues,
)
from app.content.print import freshness_columns, in_print, last_public_change, now_parameter
from app.content.queries.cursors import Day, Place, decode_cursor
from app.content.queries.in_parameters import numbered
from app.content.queries.newest_first import newest_first
from app.content.queries.paging import Page, Part, page_of
from app.content.queries.totals import read_total
from app.content.ref import LATEST, Ref, no_such_issue
from app.db import Reader
from app.errors import NotFound, quoted
from app.models.base import columns
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.values import format_instant

StatusFilter = Literal["published", "draft", "scheduled", "all"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """The principal of a read, the time, and the base of links."""

    principal: Principal
    now: datetime
    base_url: str
    wants_print: bool = False
    """Set by `view=published`: show what the public sees."""

    @property
    def view(self) -> View:
        """The revision that this viewer is shown."""
        sees_head = self.principal.sees_drafts and not self.wants_print
        return View.HEAD if sees_head else View.PRINT

    @classmethod
    def public(cls, *, now: datetime, base_url: str) -> "Viewer":
        """A viewer without an API key."""
        return cls(principal=PUBLIC, now=now, base_url=base_url)

    def document_of(
        self, row: Row[Any], *, view: View | None = None, fields: tuple[str, ...] | None = None
    ) -> dict[str, Any]:
        """Make the document of a row of `select_issues` as this viewer sees it."""
        return document_of(
            row, view=view or self.view, now=self.now, base_url=self.base_url, fields=fields
        )

    def whole_document_of(self, row: Row[Any]) -> dict[str, Any]:
        """Make the document of a row that has `compiled_sections`, with the sections parsed."""
        return self.document_of(row) | {"sections": orjson.loads(row.compiled_sections)}


async def get_issue(
    reader: Reader, ref: Ref, *, viewer: Viewer, fields: tuple[str, ...] | None = None
) -> IssueAnswer:
    """Read one issue, whole or only some members. One statement.

    Raises `NotFound`; a draft that the viewer may not see is reported as missing.
    """
    row = await _row(reader, ref, viewer)
    return answer_of(row, view=viewer.view, now=viewer.now, base_url=viewer.base_url, fields=fields)


async def get_issue_document(
    reader: Reader, ref: Ref, *, viewer: Viewer
) -> tuple[dict[str, Any], IssueAnswer]:
    """Read one issue as a parsed document, for formats other than JSON; the answer has no body."""
    row = await _row(reader, ref, viewer)
    return viewer.whole_document_of(row), answer_with(row, b"", view=viewer.view)


async def find_head(reader: Reader, ref: Ref, *, now: datetime) -> tuple[Head, datetime] | None:
    """Read which revision publishing an issue prints, and when that is printed first.

    One statement. For the server itself: callers may not be shown the issue.
    """
    given = {"now": now} if ref.kind == LATEST else {"ref": ref.value}
    rows = await reader.rows(_select_head(ref.kind), given)
    if not rows:
        return None
    first = published_at(rows[0], now=now) or now
    return Head(rows[0].public_id, rows[0].head_revision), min(first, now)


@cache
def _select_head(kind: str) -> Select[Any]:
    statement = select(
        *columns(Issue, "public_id", "head_revision"),
        *columns(Issue, "print_revision", "visible_from", "first_published_at"),
    )
    if kind == LATEST:
        return statement.where(in_print(Issue)).order_by(col(Issue.date).desc()).limit(1)
    return statement.where(getattr(Issue, kind) == bindparam("ref"))


async def get_section(reader: Reader, ref: Ref, slug: str, *, viewer: Viewer) -> IssueAnswer:
    """Read one section of an issue. Raises `NotFound`."""
    row = await _row(reader, ref, viewer)
    for section in orjson.loads(row.compiled_sections):
        if section["slug"] == slug:
            return answer_with(row, orjson.dumps(section), view=viewer.view)
    raise NotFound("section_not_found", f"The issue has no section {quoted(slug)}.")


async def _row(reader: Reader, ref: Ref, viewer: Viewer) -> Row[Any]:
    statement = select_issue(viewer.view, ref.kind)
    rows = await reader.rows(statement, parameters_of(ref, now=viewer.now))
    if not rows:
        raise _missing(ref)
    return rows[0]


def _missing(ref: Ref) -> NotFound:
    if ref.kind == LATEST:
        return NotFound("issue_not_found", "No issue is in print yet.")
    return no_such_issue(str(ref.value))


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """Which issues a list shows; both dates are inclusive."""

    status: StatusFilter = "published"
    first_day: Date | None = None
    last_day: Date | None = None

    def cursor_scope(self) -> dict[str, object]:
        """The values that a cursor of this list is bound to."""
        return {
            "list": "issues",
            "status": self.status,
            "from": self.first_day,
            "to": self.last_day,
        }

    def parameters(self, viewer: Viewer) -> dict[str, object]:
        """The parameters of the statements; a date that is not set has none."""
        days = {"first_day": self.first_day, "last_day": self.last_day}
        given = {name: day for name, day in days.items() if day is not None}
        return {"now": viewer.now, **given}


async def list_issues(
    reader: Reader,
    *,
    viewer: Viewer,
    where: IssueFilter,
    part: Part,
    fields: tuple[str, ...] | None = None,
) -> Page:
    """List issues as documents without sections, newest date first. Two statements.

    Raises:
        Unauthenticated, Forbidden: a status other than `published` without `drafts:read`.
        BadRequest: the cursor does not belong to this list.
    """
    total, fresh = await total_of(reader, viewer=viewer, where=where)
    rows, has_more = await rows_of(reader, viewer=viewer, where=where, part=part, whole=False)
    return page_of(
        [viewer.document_of(row, fields=fields) for row in rows],
        part=part,
        has_more=has_more,
        places=places_of(rows),
        scope=where.cursor_scope(),
        total=total,
        last_modified=last_public_change(fresh) if viewer.view is View.PRINT else None,
        next_change_at=fresh.next_change_at,
    )


async def total_of(
    reader: Reader, *, viewer: Viewer, where: IssueFilter
) -> tuple[int | None, Row[Any]]:
    """Count the issues that match a filter, with the `freshness_columns`. One statement.

    Raises as `list_issues` does.
    """
    if where.status != "published":
        viewer.principal.require("drafts:read")
    parameters = where.parameters(viewer)
    counting = _count(viewer.view, where.status, frozenset(parameters) - {"now"})
    if where.status == "published":
        return await read_total(reader, counting, parameters)
    # Draft changes do not move the version of the paper, so they are counted every time.
    fresh = (await reader.rows(_fresh_count(counting), parameters))[0]
    return fresh.total, fresh


async def rows_of(
    reader: Reader,
    *,
    viewer: Viewer,
    where: IssueFilter,
    part: Part,
    whole: bool,
    kinds: Sequence[str] = (),
    has_envelope: bool = True,
) -> tuple[Sequence[Row[Any]], bool]:
    """Read one part of the rows of `select_issues`, and whether there are more. One statement.

    Raises `BadRequest` if the cursor does not belong to this list.
    """
    parameters = where.parameters(viewer)
    days = frozenset(parameters) - {"now"}
    beyond = []
    for name, cursor in (("after", part.after), ("before", part.before)):
        if cursor is not None:
            scope = where.cursor_scope()
            (parameters[name],) = decode_cursor(cursor, filters=scope, shape=(Day(),))
            beyond.append(name)
    statement = _list(
        viewer.view,
        where.status,
        days,
        tuple(beyond),
        whole=whole,
        kinds=len(kinds),
        has_envelope=has_envelope,
        is_last=part.is_last,
    )
    parameters |= {"limit": part.one_more, **numbered("kind", kinds)}
    return part.cut(await reader.rows(statement, parameters))


def places_of(rows: Sequence[Row[Any]]) -> list[Place]:
    """Return the cursor places of rows in the list of issues."""
    return [[row.date.isoformat()] for row in rows]


@cache
def _list(
    view: View,
    status: StatusFilter,
    days: frozenset[str],
    beyond: tuple[str, ...],
    *,
    whole: bool,
    kinds: int = 0,
    has_envelope: bool = True,
    is_last: bool,
) -> Select[Any]:
    day = col(Issue.date)
    statement = select_issues(view, whole=whole, kinds=kinds, has_envelope=has_envelope)
    statement = statement.where(*conditions_of(status, days))
    if "after" in beyond:
        statement = statement.where(day < bindparam("after"))
    if "before" in beyond:
        statement = statement.where(day > bindparam("before"))
    return statement.order_by(day.asc() if is_last else day.desc()).limit(bindparam("limit"))


@cache
def _count(view: View, status: StatusFilter, days: frozenset[str]) -> Select[Any]:
    counting = select(func.count()).select_from(Issue).where(*conditions_of(status, days))
    return counting.where(in_print(Issue)) if view is View.PRINT else counting


@cache
def _fresh_count(counting: Select[Any]) -> Select[Any]:
    """The count, with the time of the last and the next public change."""
    return select(counting.scalar_subquery().label("total"), *freshness_columns())


def conditions_of(
    status: StatusFilter, days: frozenset[str] = frozenset()
) -> Sequence[ColumnElement[bool]]:
    """The conditions for a status; `days` names the date bounds that are given as parameters."""
    conditions: list[ColumnElement[bool]] = []
    match status:
        case "published":
            conditions.append(in_print(Issue))
        case "scheduled":
            conditions.append(col(Issue.visible_from) > now_parameter())
        case "draft":
            conditions.append(col(Issue.print_revision).is_(None))
        case "all":
            pass
    if "first_day" in days:
        conditions.append(col(Issue.date) >= bindparam("first_day"))
    if "last_day" in days:
        conditions.append(col(Issue.date) <= bindparam("last_day"))
    return conditions


async def list_revisions(reader: Reader, ref: Ref, *, viewer: Viewer, part: Part) -> Page:
    """List the revisions of an issue without their sections, newest first.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
        NotFound: there is no such issue.
        BadRequest: the cursor does not belong to this list.
    """
    viewer.principal.require("drafts:read")
    issue = await identified(reader, ref, viewer)
    statement = _revisions().where(col(IssueRevision.number) < bindparam("beyond"))
    statement = statement.order_by(col(IssueRevision.number).desc()).limit(bindparam("limit"))
    page = await newest_first(
        reader,
        statement,
        {"issue_id": issue.id},
        part=part,
        scope={"list": "revisions", "issue": issue.id},
        document=lambda row: _revision_document(row, ()),
        number="number",
    )
    return replace(page, total=issue.head_revision)


async def get_revision(reader: Reader, ref: Ref, number: int, *, viewer: Viewer) -> IssueAnswer:
    """Read one whole revision; its bytes never change.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
        NotFound: there is no such issue or revision.
    """
    viewer.principal.require("drafts:read")
    issue = await identified(reader, ref, viewer)
    statement = _revisions().add_columns(col(IssueRevision.compiled_sections))
    statement = statement.where(col(IssueRevision.number) == bindparam("number"))
    rows = await reader.rows(statement, {"issue_id": issue.id, "number": number})
    if not rows:
        raise NotFound("revision_not_found", f"The issue has no revision {number}.")
    sections = (("sections", orjson.Fragment(rows[0].compiled_sections)),)
    return IssueAnswer(
        body=orjson.dumps(_revision_document(rows[0], sections)),
        issue_id=issue.public_id,
        number=issue.number,
        revision=number,
        last_modified=None,
        next_change_at=None,
    )


async def identified(
    reader: Reader, ref: Ref, viewer: Viewer, *, view: View = View.HEAD
) -> Row[Any]:
    """Find an issue in a view, without its sections. One statement. Raises `NotFound`."""
    statement = select_issues(view, whole=False)
    if ref.kind == LATEST:
        statement = statement.where(in_print(Issue)).order_by(col(Issue.date).desc()).limit(1)
    else:
        statement = statement.where(getattr(Issue, ref.kind) == bindparam("ref"))
    rows = await reader.rows(statement, parameters_of(ref, now=viewer.now))
    if not rows:
        raise _missing(ref)
    return rows[0]


def _revisions() -> Select[Any]:
    shown = columns(IssueRevision, "number", "created_at", "created_by", "compiled_summary")
    return select(*shown).where(col(IssueRevision.issue_id) == bindparam("issue_id"))


def _revision_document(row: Row[Any], sections: Sequence[tuple[str, object]]) -> dict[str, object]:
    document: dict[str, object] = orjson.loads(row.compiled_summary)
    document.update(sections)
    document["revision"] = row.number
    document["created_at"] = format_instant(row.created_at)
    document["created_by"] = row.created_by
    return document
