"""Every issue in print, and every subject that is there, with its last change: for a sitemap."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, tuple_
from sqlmodel import col

from app.content.print import in_print
from app.content.queries.freshness import read_freshness, read_trending_change
from app.db import Reader
from app.models.issue import Issue
from app.models.snapshot import PENDING, Snapshot
from app.models.subject import Subject

MAX_ADDRESSES = 50_000
"""Of one sitemap, as the protocol has it."""
SLICE_ROWS = 1_000
"""Rows read at once: about 3 ms."""


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
    """List the issues in print, newest first, 50,000 at most. A statement for each slice."""
    fresh = await read_freshness(reader, now=now)
    issues: list[PrintedIssue] = []
    slices = _slices(reader, _select_issues, {"now": now}, ("date",), most=MAX_ADDRESSES)
    async for rows in slices:
        issues += [
            PrintedIssue(row.number, max(row.visible_from, row.printed_at or row.visible_from))
            for row in rows
        ]
    return PrintedIssues(issues, *fresh)


@dataclass(frozen=True, slots=True)
class SeenSubjects:
    """The subjects that were seen last, and when a sync changed anything."""

    subjects: Sequence[Row[Any]]
    """`source`, `kind`, `external_id` and `observed_at` of each."""
    last_modified: datetime | None


async def subjects_seen(reader: Reader, *, most: int) -> SeenSubjects:
    """List those of the subjects that are not gone that were seen last, newest subject first.

    One statement that finds the last of them, and one for each slice.
    """
    subjects: list[Row[Any]] = []
    # Slices go by the key of the table. In the order of sight each would sort the whole table.
    last = await reader.slow_rows(_select_last(), {"place": max(0, most - 1)})
    since, since_id = (last[0].last_snapshot_id, last[0].id) if last else (0, 0)
    bounds = {"since": since, "since_id": since_id}
    slices = _slices(reader, _select_subjects, bounds, ("id",), most=most)
    async for rows in slices:
        subjects += rows
    return SeenSubjects(subjects, await read_trending_change(reader) if subjects else None)


async def _slices(
    reader: Reader,
    statement: Callable[[bool], Select[Any]],
    parameters: Mapping[str, object],
    keys: Sequence[str],
    *,
    most: int,
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Read a long list slice by slice, others being served in between.

    SQLite is read in the event loop, where 50,000 rows at once take 100 ms. `keys` name the
    columns of the order, each of which the next slice is below.
    """
    given = dict(parameters)
    is_first = True
    while most > 0:
        limit = min(SLICE_ROWS, most)
        rows = await reader.rows(statement(is_first), {**given, "limit": limit})
        yield rows
        if len(rows) < limit:
            return
        given.update({f"below_{key}": getattr(rows[-1], key) for key in keys})
        is_first = False
        most -= limit
        await asyncio.sleep(0)


_SIGHT = (col(Subject.last_snapshot_id), col(Subject.id))
"""Orders subjects by when they were seen last."""


def _seen(*columns: Any) -> Select[Any]:
    statement: Select[Any] = (
        select(*columns)
        .select_from(Subject)
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .where(col(Subject.gone_at).is_(None), col(Snapshot.status) != PENDING)
    )
    return statement


@cache
def _select_last() -> Select[Any]:
    """Select the subject at a place in the order of sight; no row where there are fewer."""
    order = [column.desc() for column in _SIGHT]
    return _seen(*_SIGHT).order_by(*order).limit(1).offset(bindparam("place"))


@cache
def _select_subjects(is_first: bool) -> Select[Any]:
    key = col(Subject.id)
    names = (col(getattr(Subject, name)) for name in ("source", "kind", "external_id"))
    statement = (
        _seen(*names, key, col(Snapshot.observed_at))
        .where(tuple_(*_SIGHT) >= tuple_(bindparam("since"), bindparam("since_id")))
        .order_by(key.desc())
        .limit(bindparam("limit"))
    )
    return statement if is_first else statement.where(key < bindparam("below_id"))


@cache
def _select_issues(is_first: bool) -> Select[Any]:
    columns = (col(getattr(Issue, name)) for name in ("number", "date", "visible_from"))
    statement = (
        select(*columns, col(Issue.printed_at))
        .where(in_print(Issue))
        .order_by(col(Issue.date).desc())
        .limit(bindparam("limit"))
    )
    return statement if is_first else statement.where(col(Issue.date) < bindparam("below_date"))
