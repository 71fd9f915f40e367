"""Claims of an issue: its figures, compared with the observations before it was printed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Row, Select

from app.content.facts.claims import claims_of
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import Judged
from app.content.issue_view import IssueAnswer, Status
from app.content.known_trends import (
    ROWS_AT_ONCE,
    KnownTrends,
    Snapshots,
    Trends,
    names_of,
    select_names,
    select_snapshots,
    select_trends_version,
)
from app.content.observed import Observations, Statement, Steps, judging
from app.content.queries.freshness import read_trending_change
from app.content.queries.issues import Viewer, get_issue_document
from app.content.ref import Ref
from app.db import Reader
from app.off_the_loop import off_the_loop

T = TypeVar("T")

_building: WeakKeyDictionary[KnownTrends, asyncio.Lock] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class IssueClaims:
    """The judged claims of an issue, and what the answer depends on."""

    judged: Sequence[Judged]
    issue: IssueAnswer
    """The issue that was read, without a body."""
    observed_change_at: datetime | None
    """When trends last changed."""


async def get_claims(
    reader: Reader, known: KnownTrends, ref: Ref, *, viewer: Viewer
) -> IssueClaims:
    """Judge the figures of one issue. Five statements or fewer.

    Raises `NotFound`; a draft that the viewer may not see is reported as missing.
    """
    document, shown = await get_issue_document(reader, ref, viewer=viewer)
    judged = await judge_document(reader, known, document, now=viewer.now)
    return IssueClaims(judged, shown, await read_trending_change(reader))


async def judge_document(
    reader: Reader, known: KnownTrends, document: Mapping[str, Any], *, now: datetime
) -> list[Judged]:
    """Judge the figures of an issue that was read, with its `sections` parsed.

    One statement; one more for its observations, and one for older ones.
    """
    trends = await read_trends(reader, known)
    texts = TextClaims(trends.names)
    claims = await off_the_loop(lambda: claims_of(document, texts))
    steps = judging(claims, Observations(trends), printed_at=printing_of(document, now=now))
    return await taken(reader, steps)


async def taken(reader: Reader, steps: Steps[T]) -> T:
    """Run the statements of steps, and return their result. What is computed is off the loop."""
    rows: Sequence[Row[Any]] | None = None
    while True:
        at = await off_the_loop(partial(_next, steps, rows))
        if isinstance(at, _End):
            return at.result
        rows = await reader.slow_rows(*at)


@dataclass(frozen=True, slots=True)
class _End(Generic[T]):
    result: T


def _next(steps: Steps[T], rows: Sequence[Row[Any]] | None) -> Statement | _End[T]:
    try:
        return next(steps) if rows is None else steps.send(rows)
    except StopIteration as end:
        return _End(end.value)


def printing_of(document: Mapping[str, Any], *, now: datetime) -> datetime:
    """Return when an issue was first printed; of what is not in print, now."""
    printed_at = document.get("published_at")
    if document.get("status") != Status.PUBLISHED or printed_at is None:
        return now
    return datetime.fromisoformat(printed_at) if isinstance(printed_at, str) else printed_at


async def read_trends(reader: Reader, known: KnownTrends) -> Trends:
    """Return names and snapshots at the present version of the trends. One statement.

    They are read once for each version; the index of names is built in a thread.
    """
    version = await _version(reader)
    found = known.at(version)
    if found is not None:
        return found
    async with _building.setdefault(known, asyncio.Lock()):
        found = known.at(version)
        if found is not None:
            return found
        named = await _all_rows(reader, select_names())
        taken_at = await _all_rows(reader, select_snapshots())
        return known.keep(
            await off_the_loop(lambda: Trends(version, names_of(named), Snapshots(taken_at)))
        )


async def _all_rows(reader: Reader, statement: Select[Any]) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    while True:
        part = await reader.slow_rows(statement, {"after": rows[-1].id if rows else 0})
        rows += part
        if len(part) < ROWS_AT_ONCE:
            return rows


async def _version(reader: Reader) -> int:
    rows = await reader.rows(select_trends_version())
    return rows[0].number if rows else 0
