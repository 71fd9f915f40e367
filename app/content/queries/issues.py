"""Reading issues: one, its sections, its revisions, and the list of them.

What the viewer may see is decided here: who holds no `drafts:read` gets `View.PRINT`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime
from functools import cache
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlmodel import col

from app.content.access import Principal
from app.content.issue_view import (
    IssueAnswer,
    View,
    answer_of,
    answer_with,
    document_of,
    parameters_of,
    select_issue,
    select_issues,
)
from app.content.print import freshness_columns, in_print, last_public_change, now_parameter
from app.content.queries.cursors import Day, Integer, Place, decode_cursor
from app.content.queries.paging import Page, Part, page_of
from app.content.queries.totals import read_total
from app.content.ref import LATEST, Ref, no_such_issue
from app.db import Reader
from app.errors import NotFound, quoted
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.values import MAX_INTEGER, format_instant

StatusFilter = Literal["published", "draft", "scheduled", "all"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads, how, and when."""

    principal: Principal
    now: datetime
    base_url: str
    wants_print: bool = False
    """Asked with `view=published`: to be shown what the public sees."""

    @property
    def view(self) -> View:
        sees_head = self.principal.sees_drafts and not self.wants_print
        return View.HEAD if sees_head else View.PRINT


async def get_issue(
    reader: Reader, ref: Ref, *, viewer: Viewer, fields: tuple[str, ...] | None = None
) -> IssueAnswer:
    """Read one issue, whole or narrowed to some members. One statement, one row.

    Raises `NotFound`, for a draft that the viewer may not see as for what never was.
    """
    row = await _row(reader, ref, viewer)
    return answer_of(row, view=viewer.view, now=viewer.now, base_url=viewer.base_url, fields=fields)


async def get_issue_document(
    reader: Reader, ref: Ref, *, viewer: Viewer
) -> tuple[dict[str, Any], IssueAnswer]:
    """Read one issue as members, for formats other than JSON; the answer has no body yet."""
    row = await _row(reader, ref, viewer)
    document = document_of(row, view=viewer.view, now=viewer.now, base_url=viewer.base_url)
    document["sections"] = orjson.loads(row.compiled_sections)
    return document, answer_with(row, b"", view=viewer.view)


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
        if ref.kind == LATEST:
            raise NotFound("issue_not_found", "No issue is in print yet.")
        raise no_such_issue(str(ref.value))
    return rows[0]


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """Which issues a list shows; days are inclusive."""

    status: StatusFilter = "published"
    first_day: Date | None = None
    last_day: Date | None = None

    def bound(self) -> dict[str, object]:
        """What a cursor of this list is bound to."""
        return {
            "list": "issues",
            "status": self.status,
            "from": self.first_day,
            "to": self.last_day,
        }

    def parameters(self, viewer: Viewer) -> dict[str, object]:
        """The parameters that its statements take; only the days that bound it are among them."""
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
    """List issues, newest date first, as documents without sections. Two statements.

    Raises:
        Unauthenticated, Forbidden: another status than `published` without `drafts:read`.
        BadRequest: a cursor that is not of this list.
    """
    total, fresh = await total_of(reader, viewer, where)
    rows, has_more = await rows_of(reader, viewer, where, part, whole=False)
    documents = [
        document_of(row, view=viewer.view, now=viewer.now, base_url=viewer.base_url, fields=fields)
        for row in rows
    ]
    return page_of(
        documents,
        part=part,
        has_more=has_more,
        places=places_of(rows),
        bound=where.bound(),
        total=total,
        last_modified=last_public_change(fresh) if viewer.view is View.PRINT else None,
        next_change_at=fresh.next_change_at,
    )


async def total_of(
    reader: Reader, viewer: Viewer, where: IssueFilter
) -> tuple[int | None, Row[Any]]:
    """How many issues a filter lets through, with the `freshness_columns`. One statement.

    Raises `Unauthenticated` or `Forbidden` as `list_issues` does.
    """
    if where.status != "published":
        viewer.principal.require("drafts:read")
    parameters = where.parameters(viewer)
    counting = _count(viewer.view, where.status, frozenset(parameters) - {"now"})
    if where.status == "published":
        return await read_total(reader, counting, parameters)
    # Drafts come and go without a new version of the paper: they are counted each time.
    fresh = (await reader.rows(_fresh_count(counting), parameters))[0]
    return fresh.total, fresh


async def rows_of(
    reader: Reader, viewer: Viewer, where: IssueFilter, part: Part, *, whole: bool
) -> tuple[Sequence[Row[Any]], bool]:
    """A part of the rows of `select_issues` that a filter lets through, and whether more is there.

    One statement. Raises `BadRequest` for a cursor that is not of this list.
    """
    parameters = where.parameters(viewer)
    days = frozenset(parameters) - {"now"}
    beyond = []
    for name, cursor in (("after", part.after), ("before", part.before)):
        if cursor is not None:
            (parameters[name],) = decode_cursor(cursor, filters=where.bound(), shape=(Day(),))
            beyond.append(name)
    statement = _list(
        viewer.view, where.status, days, tuple(beyond), whole=whole, is_last=part.is_last
    )
    return part.cut(await reader.rows(statement, {**parameters, "limit": part.one_more}))


def places_of(rows: Sequence[Row[Any]]) -> list[Place]:
    """The places of rows in the list of issues."""
    return [[row.date.isoformat()] for row in rows]


@cache
def _list(
    view: View,
    status: StatusFilter,
    days: frozenset[str],
    beyond: tuple[str, ...],
    *,
    whole: bool,
    is_last: bool,
) -> Select[Any]:
    day = col(Issue.date)
    statement = select_issues(view, whole=whole).where(*conditions_of(status, days))
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
    """The total, and with it when any content changed last and will change next."""
    return select(counting.scalar_subquery().label("total"), *freshness_columns())


def conditions_of(
    status: StatusFilter, days: frozenset[str] = frozenset()
) -> Sequence[ColumnElement[bool]]:
    """What lets issues of a status through; `days`: the bounds that are given as parameters."""
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


async def list_documents(
    reader: Reader, *, viewer: Viewer, where: IssueFilter, after: Date | None, limit: int
) -> list[tuple[Date, bytes]]:
    """Read whole issues, oldest first, from beyond a day on: a step of an export. One statement.

    Raises `Unauthenticated` or `Forbidden` as `list_issues` does.
    """
    if where.status != "published":
        viewer.principal.require("drafts:read")
    statement = select_issues(viewer.view, whole=True).where(*conditions_of(where.status))
    if after is not None:
        statement = statement.where(col(Issue.date) > bindparam("after"))
    statement = statement.order_by(col(Issue.date)).limit(bindparam("limit"))
    parameters = {"now": viewer.now, "after": after, "limit": limit}
    rows = await reader.rows(statement, parameters)
    return [
        (row.date, answer_of(row, view=viewer.view, now=viewer.now, base_url=viewer.base_url).body)
        for row in rows
    ]


async def list_revisions(reader: Reader, ref: Ref, *, viewer: Viewer, part: Part) -> Page:
    """List the revisions of an issue, newest first, without their sections.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
        NotFound, BadRequest: no such issue; a cursor that is not of this list.
    """
    viewer.principal.require("drafts:read")
    issue = await _identified(reader, ref, viewer)
    filters: dict[str, object] = {"list": "revisions", "issue": issue.id}
    beyond: object = MAX_INTEGER
    if part.after is not None:
        beyond = decode_cursor(part.after, filters=filters, shape=(Integer(1),))[0]
    statement = _revisions().where(col(IssueRevision.number) < bindparam("beyond"))
    statement = statement.order_by(col(IssueRevision.number).desc()).limit(bindparam("limit"))
    parameters = {"issue_id": issue.id, "beyond": beyond, "limit": part.one_more}
    rows, has_more = part.cut(await reader.rows(statement, parameters))
    return page_of(
        [_revision_document(row, ()) for row in rows],
        part=part,
        has_more=has_more,
        places=[[row.number] for row in rows],
        bound=filters,
        total=issue.head_revision,
    )


async def get_revision(reader: Reader, ref: Ref, number: int, *, viewer: Viewer) -> IssueAnswer:
    """Read one revision whole: the same bytes for ever.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
        NotFound: no such issue or revision.
    """
    viewer.principal.require("drafts:read")
    issue = await _identified(reader, ref, viewer)
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


async def _identified(reader: Reader, ref: Ref, viewer: Viewer) -> Row[Any]:
    statement = select_issues(View.HEAD, whole=False)
    if ref.kind == LATEST:
        statement = statement.where(in_print(Issue)).order_by(col(Issue.date).desc()).limit(1)
    else:
        statement = statement.where(getattr(Issue, ref.kind) == bindparam("ref"))
    rows = await reader.rows(statement, parameters_of(ref, now=viewer.now))
    if not rows:
        raise no_such_issue(str(ref.value))
    return rows[0]


def _revisions() -> Select[Any]:
    columns: tuple[Any, ...] = (
        *(col(c) for c in (IssueRevision.number, IssueRevision.created_at)),
        *(col(c) for c in (IssueRevision.created_by, IssueRevision.compiled_summary)),
    )
    return select(*columns).where(col(IssueRevision.issue_id) == bindparam("issue_id"))


def _revision_document(row: Row[Any], sections: Sequence[tuple[str, object]]) -> dict[str, object]:
    document: dict[str, object] = orjson.loads(row.compiled_summary)
    document.update(sections)
    document["revision"] = row.number
    document["created_at"] = format_instant(row.created_at)
    document["created_by"] = row.created_by
    return document
