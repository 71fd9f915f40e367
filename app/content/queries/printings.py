"""The printings of an issue: every revision that was in print, as it was."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlmodel import col

from app.content.issue_view import IssueAnswer, View, last_modified
from app.content.print import now_parameter
from app.content.queries.issues import Viewer, identified
from app.content.queries.newest_first import newest_first
from app.content.queries.paging import Page, Part
from app.content.ref import Ref
from app.db import Reader
from app.errors import NotFound
from app.models.base import columns
from app.models.printing import Printing
from app.models.revision import IssueRevision
from app.models.values import format_instant


async def list_printings(reader: Reader, ref: Ref, *, viewer: Viewer, part: Part) -> Page:
    """List the printings of an issue without their sections, newest first. Two statements.

    Those of an issue that is out of print are shown with `drafts:read` only.

    Raises:
        NotFound: there is no such issue, or the viewer may not see it.
        BadRequest: the cursor does not belong to this list.
    """
    issue = await identified(reader, ref, viewer, view=viewer.view)
    scope: dict[str, object] = {"list": "printings", "issue": issue.public_id}
    given = {"issue_id": issue.id, "now": viewer.now}
    page = await newest_first(reader, _list(), given, part=part, scope=scope, number="number")
    return replace(
        page,
        items=[_document(row, ()) for row in page.items],
        # Printings are counted from 1 without gaps.
        total=page.items[0].newest if page.items else 0,
        last_modified=last_modified(issue) if viewer.view is View.PRINT else None,
        next_change_at=issue.next_change_at,
    )


async def get_printing(reader: Reader, ref: Ref, number: int, *, viewer: Viewer) -> IssueAnswer:
    """Read one printing whole, as it was. Two statements.

    Raises:
        NotFound: there is no such issue or printing, or the viewer may not see it.
    """
    issue = await identified(reader, ref, viewer, view=viewer.view)
    parameters = {"issue_id": issue.id, "now": viewer.now, "number": number}
    rows = await reader.rows(_one(), parameters)
    if not rows:
        raise NotFound("printing_not_found", f"The issue has no printing {number}.")
    (row,) = rows
    sections = (("sections", orjson.Fragment(row.compiled_sections)),)
    return IssueAnswer(
        body=orjson.dumps(_document(row, sections)),
        issue_id=issue.public_id,
        number=issue.number,
        revision=row.revision,
        last_modified=last_modified(issue) if viewer.view is View.PRINT else None,
        next_change_at=issue.next_change_at,
    )


def _document(row: Row[Any], sections: Sequence[tuple[str, object]]) -> dict[str, object]:
    document: dict[str, object] = orjson.loads(row.compiled_summary)
    document.update(sections)
    document["printing"] = row.number
    document["revision"] = row.revision
    document["from"] = format_instant(row.printed_from)
    until = row.printed_until
    document["until"] = None if until is None else format_instant(until)
    return document


@cache
def _printings() -> Select[Any]:
    """Select the printings of an issue that have begun."""
    is_printed = and_(
        col(IssueRevision.issue_id) == col(Printing.issue_id),
        col(IssueRevision.number) == col(Printing.revision),
    )
    statement: Select[Any] = select(
        *columns(Printing, "number", "revision", "printed_from", "printed_until"),
        col(IssueRevision.compiled_summary),
    )
    return statement.join_from(Printing, IssueRevision, is_printed).where(
        col(Printing.issue_id) == bindparam("issue_id"),
        col(Printing.printed_from) <= now_parameter(),
    )


@cache
def _list() -> Select[Any]:
    newest = select(func.max(col(Printing.number))).where(
        col(Printing.issue_id) == bindparam("issue_id"),
        col(Printing.printed_from) <= now_parameter(),
    )
    return (
        _printings()
        .add_columns(newest.correlate(None).scalar_subquery().label("newest"))
        .where(col(Printing.number) < bindparam("beyond"))
        .order_by(col(Printing.number).desc())
        .limit(bindparam("limit"))
    )


@cache
def _one() -> Select[Any]:
    return (
        _printings()
        .add_columns(col(IssueRevision.compiled_sections))
        .where(col(Printing.number) == bindparam("number"))
    )
