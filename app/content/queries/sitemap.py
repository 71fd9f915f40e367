"""Every issue in print, and every subject that is there, with its last change: for a sitemap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import col

from app.content.print import freshness_columns, in_print, last_public_change
from app.content.queries.freshness import read_freshness, trending_change
from app.db import Reader
from app.models.issue import Issue
from app.models.snapshot import PENDING, Snapshot
from app.models.subject import Subject

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
        return PrintedIssues((), *await read_freshness(reader, now=now))
    return PrintedIssues(issues, last_public_change(rows[0]), rows[0].next_change_at)


@dataclass(frozen=True, slots=True)
class SeenSubjects:
    """The subjects that were seen last, and when a sync changed anything."""

    subjects: Sequence[Row[Any]]
    """`source`, `kind`, `external_id` and `observed_at` of each."""
    last_modified: datetime | None


async def subjects_seen(reader: Reader, *, most: int) -> SeenSubjects:
    """List the subjects that are not gone, those seen last first. One statement."""
    rows = await reader.rows(_select_subjects(), {"limit": most})
    return SeenSubjects(rows, rows[0].changed_at if rows else None)


@cache
def _select_subjects() -> Select[Any]:
    return (
        select(
            *(col(getattr(Subject, name)) for name in ("source", "kind", "external_id")),
            col(Snapshot.observed_at),
            trending_change().label("changed_at"),
        )
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .where(col(Subject.gone_at).is_(None), col(Snapshot.status) != PENDING)
        .order_by(col(Subject.last_snapshot_id).desc(), col(Subject.id).desc())
        .limit(bindparam("limit"))
    )


@cache
def _select_issues() -> Select[Any]:
    columns = (col(Issue.number), col(Issue.visible_from), col(Issue.printed_at))
    return (
        select(*columns, *freshness_columns())
        .where(in_print(Issue))
        .order_by(col(Issue.date).desc())
        .limit(bindparam("limit"))
    )
