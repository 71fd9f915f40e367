"""Issues in print and existing subjects with their last changes, for the sitemap."""

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
from app.models.base import columns
from app.models.issue import Issue
from app.models.snapshot import PENDING, Snapshot
from app.models.subject import Subject

MAX_ADDRESSES = 50_000
"""Addresses per sitemap, as the protocol allows."""
SLICE_ROWS = 1_000
"""Rows per statement: about 3 ms."""


@dataclass(frozen=True, slots=True)
class PrintedIssue:
    """An issue in print, and its last public change."""

    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class PrintedIssues:
    """The newest issues in print, with their freshness."""

    issues: Sequence[PrintedIssue]
    last_modified: datetime | None
    next_change_at: datetime | None


async def issues_in_print(reader: Reader, *, now: datetime) -> PrintedIssues:
    """List the issues in print, newest first, at most 50,000. One statement per batch."""
    fresh = await read_freshness(reader, now=now)
    issues: list[PrintedIssue] = []
    slices = _batches(reader, _select_issues, {"now": now}, keys=("date",), most=MAX_ADDRESSES)
    async for rows in slices:
        issues += [
            PrintedIssue(row.number, max(row.visible_from, row.printed_at or row.visible_from))
            for row in rows
        ]
    return PrintedIssues(issues, *fresh)


@dataclass(frozen=True, slots=True)
class SeenSubjects:
    """The most recently observed subjects, and the last change by a sync."""

    subjects: Sequence[Row[Any]]
    """`source`, `kind`, `external_id` and `observed_at` of each."""
    last_modified: datetime | None


async def subjects_seen(reader: Reader, *, most: int) -> SeenSubjects:
    """List the `most` most recently observed subjects that are not gone, newest subject first.

    One statement that finds the last of them, and one per batch.
    """
    subjects: list[Row[Any]] = []
    # Batches follow the primary key. In order of observation each would sort the whole table.
    last = await reader.slow_rows(_select_last(), {"place": max(0, most - 1)})
    since, since_id = (last[0].last_snapshot_id, last[0].id) if last else (0, 0)
    bounds = {"since": since, "since_id": since_id}
    slices = _batches(reader, _select_subjects, bounds, keys=("id",), most=most)
    async for rows in slices:
        subjects += rows
    return SeenSubjects(subjects, await read_trending_change(reader) if subjects else None)


async def _batches(
    reader: Reader,
    statement: Callable[[bool], Select[Any]],
    parameters: Mapping[str, object],
    *,
    keys: Sequence[str],
    most: int,
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Read a long list in batches, and let other requests run in between.

    SQLite is read in the event loop, where 50,000 rows at once would take 100 ms. `keys` are the
    columns of the descending order, from which the next batch starts.
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
"""Orders subjects by their last observation."""


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
    """Select the subject at an offset in the order of observation, if there is one."""
    order = [column.desc() for column in _SIGHT]
    return _seen(*_SIGHT).order_by(*order).limit(1).offset(bindparam("place"))


@cache
def _select_subjects(is_first: bool) -> Select[Any]:
    key = col(Subject.id)
    names = columns(Subject, "source", "kind", "external_id")
    statement = (
        _seen(*names, key, col(Snapshot.observed_at))
        .where(tuple_(*_SIGHT) >= tuple_(bindparam("since"), bindparam("since_id")))
        .order_by(key.desc())
        .limit(bindparam("limit"))
    )
    return statement if is_first else statement.where(key < bindparam("below_id"))


@cache
def _select_issues(is_first: bool) -> Select[Any]:
    statement = (
        select(*columns(Issue, "number", "date", "visible_from", "printed_at"))
        .where(in_print(Issue))
        .order_by(col(Issue.date).desc())
        .limit(bindparam("limit"))
    )
    return statement if is_first else statement.where(col(Issue.date) < bindparam("below_date"))
