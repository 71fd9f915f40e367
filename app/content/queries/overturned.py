"""Recently printed entries that later observations contradict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import col

from app.content.issue_view import View
from app.content.print import in_print
from app.content.queries.issues import Viewer, identified
from app.content.ref import Ref
from app.content.trends.overturned import (
    Overturned,
    claim_of,
    judged,
    parameters_of,
    select_bearers,
)
from app.db import Reader
from app.models.base import columns
from app.models.issue import Issue
from app.models.trending import TrendingEntry

PRINTED_WITHIN = timedelta(days=14)
"""Older issues are not checked: later changes do not make them wrong."""
MAX_PRINTED = 2_000
"""The newest entries that are checked; the largest issue has 250."""


@dataclass(frozen=True, slots=True)
class OverturnedEntry:
    """A printed entry that is no longer correct, and where it is printed."""

    number: int
    section: str
    pointer: str
    """The member that is wrong, as an RFC 6901 pointer into the issue in print."""
    source: str
    kind: str
    external_id: str
    found: Overturned


async def list_overturned(reader: Reader, *, now: datetime) -> list[OverturnedEntry]:
    """List the entries of the last 14 days in print that are overturned, newest issue first.

    Two statements.
    """
    since = (now - PRINTED_WITHIN).date()
    rows = await reader.rows(_select_recent(), {"now": now, "since": since, "limit": MAX_PRINTED})
    return await _overturned(reader, rows)


async def review_issue(
    reader: Reader, ref: Ref, *, viewer: Viewer
) -> tuple[int, list[OverturnedEntry]]:
    """Return the number of an issue in print and its entries that are overturned.

    Each is a correction that an editor may make. Three statements.

    Raises:
        NotFound: there is no such issue in print.
    """
    issue = await identified(reader, ref, viewer, view=View.PRINT)
    rows = await reader.rows(_select_of_issue(), {"now": viewer.now, "issue_id": issue.id})
    return issue.number, await _overturned(reader, rows)


async def _overturned(reader: Reader, rows: Sequence[Row[Any]]) -> list[OverturnedEntry]:
    if not rows:
        return []
    claims = [claim_of(row) for row in rows]
    bearers = await reader.rows(select_bearers(), parameters_of(claims))
    return [
        OverturnedEntry(
            rows[place].number,
            rows[place].section_slug,
            f"/sections/{rows[place].section_position}/entries/{rows[place].position}/{found.field}",
            *claims[place].key,
            found=found,
        )
        for place, found in judged(claims, bearers)
    ]


@cache
def _select_recent() -> Select[Any]:
    is_recent = col(TrendingEntry.issue_date) >= bindparam("since")
    return _select_printed().where(is_recent).limit(bindparam("limit"))


@cache
def _select_of_issue() -> Select[Any]:
    return _select_printed().where(col(TrendingEntry.issue_id) == bindparam("issue_id"))


def _select_printed() -> Select[Any]:
    names = ("source", "kind", "external_id", "observed_at", "stars", "likes", "change")
    place = ("section_slug", "section_position", "position")
    return (
        select(*columns(TrendingEntry, *names, *place), col(Issue.number))
        .join(Issue, col(Issue.id) == col(TrendingEntry.issue_id))
        .where(in_print(TrendingEntry))
        .order_by(
            col(TrendingEntry.issue_date).desc(),
            col(TrendingEntry.section_position),
            col(TrendingEntry.position),
        )
    )
