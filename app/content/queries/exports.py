"""Export: whole issues in the format that an import reads, in batches."""

from datetime import date as Date
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Row, Select, and_, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.issue_view import View, select_issues
from app.content.print import is_printed_revision
from app.content.queries.issues import StatusFilter, Viewer, conditions_of
from app.db import Reader
from app.models.issue import Issue
from app.models.revision import IssueRevision

_NAMES = ("number", "date", "slug")
"""Members that a `printed` document inherits from its issue."""


async def list_exported(
    reader: Reader, status: StatusFilter, *, viewer: Viewer, after: Date | None, limit: int
) -> list[tuple[Date, bytes]]:
    """Read up to `limit` whole issues after a date, oldest first. One statement.

    With status `published` each issue has its printed form. Otherwise it has its newest revision,
    and `printed` holds the revision in print (or scheduled) if that is another one.

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
    document = viewer.document_of(row, view=view)
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
        is_printed_revision(printed),
        # The row already holds one revision: the newest, or the one in print.
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
