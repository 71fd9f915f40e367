"""Every issue in print by its number, with its last change: what a sitemap lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.content.print import freshness_columns, in_print, last_public_change
from app.db import Reader
from app.models.issue import Issue

MAX_ADDRESSES = 50_000
"""Of one sitemap, as the protocol has it."""


@dataclass(frozen=True, slots=True)
class PrintedIssue:
    """An issue, and when what the public sees of it changed last."""

    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PrintedIssues:
    """The newest issues, and their freshness."""

    issues: Sequence[PrintedIssue]
    last_modified: datetime | None
    next_change_at: datetime | None


async def issues_in_print(reader: Reader, *, now: datetime) -> PrintedIssues:
    """List the issues in print, newest first, 50,000 at most. One statement."""
    rows = await reader.rows(_select_issues(), {"now": now, "limit": MAX_ADDRESSES})
    issues = [
        PrintedIssue(row.number, max(row.visible_from, row.printed_at or row.visible_from))
        for row in rows
    ]
    if not rows:
        return PrintedIssues((), None, None)
    return PrintedIssues(issues, last_public_change(rows[0]), rows[0].next_change_at)


@cache
def _select_issues() -> Select[Any]:
    columns = (col(Issue.number), col(Issue.visible_from), col(Issue.printed_at))
    return (
        select(*columns, *freshness_columns())
        .where(in_print(Issue))
        .order_by(col(Issue.date).desc())
        .limit(bindparam("limit"))
    )
