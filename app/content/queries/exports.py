"""Exporting: whole issues in the form that an import reads, a step at a time."""

from datetime import date as Date
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Row, Select, and_, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.issue_view import View, document_of, select_issues
from app.content.queries.issues import StatusFilter, Viewer, conditions_of
from app.db import Reader
from app.models.issue import Issue
from app.models.revision import IssueRevision

_NAMES = ("number", "date", "slug")
"""What the printed document leaves to the issue that it belongs to."""


async def list_exported(
    reader: Reader, status: StatusFilter, *, viewer: Viewer, after: Date | None, limit: int
) -> list[tuple[Date, bytes]]:
    """Read whole issues, oldest first, from beyond a day on. One statement.

    `published` shows each issue as the public sees it. Otherwise it is the head, and where another
    revision is in print, or pinned for it, that one stands beside it as `printed`.

    Raises:
        Unauthenticated, Forbidden: without `drafts:read`.
    """
    viewer.principal.require("drafts:read")
    view = View.PRINT if status == "published" else View.HEAD
    rows = await reader.rows(
        _list(view, status, from_start=after is None),
        {"now": viewer.now, "after": after, "limit": limit},
    )
    return [(row.date, _line(row, view, viewer)) for row in rows]


def _line(row: Row[Any], view: View, viewer: Viewer) -> bytes:
    document = document_of(row, view=view, now=viewer.now, base_url=viewer.base_url)
    document["published_revision"] = row.print_revision
    if row.printed_summary is not None:
        summary = orjson.loads(row.printed_summary)
        document["printed"] = {
            **{name: value for name, value in summary.items() if name not in _NAMES},
            "sections": orjson.Fragment(row.printed_sections),
        }
    return orjson.dumps(document)


@cache
def _list(view: View, status: StatusFilter, *, from_start: bool) -> Select[Any]:
    printed = aliased(IssueRevision)
    is_other = and_(
        col(printed.issue_id) == col(Issue.id),
        col(printed.number) == col(Issue.print_revision),
        # The row shows one revision already: the head, or here what is in print.
        col(printed.number) != col(IssueRevision.number),
    )
    statement = (
        select_issues(view, whole=True)
        .add_columns(
            col(printed.compiled_summary).label("printed_summary"),
            col(printed.compiled_sections).label("printed_sections"),
        )
        .outerjoin(printed, is_other)
        .where(*conditions_of(status))
    )
    if not from_start:
        statement = statement.where(col(Issue.date) > bindparam("after"))
    return statement.order_by(col(Issue.date)).limit(bindparam("limit"))
