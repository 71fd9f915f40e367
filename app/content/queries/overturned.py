"""Recently printed entries that later observations contradict."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.content.print import in_print
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
    source: str
    kind: str
    external_id: str
    found: Overturned


async def list_overturned(reader: Reader, *, now: datetime) -> list[OverturnedEntry]:
    """List the entries of the last 14 days in print that are overturned, newest issue first.

    Two statements.
    """
    since = (now - PRINTED_WITHIN).date()
    rows = await reader.rows(_select_printed(), {"now": now, "since": since, "limit": MAX_PRINTED})
    if not rows:
        return []
    claims = [claim_of(row) for row in rows]
    bearers = await reader.rows(select_bearers(), parameters_of(claims))
    return [
        OverturnedEntry(
            rows[place].number,
            rows[place].section_slug,
            *claims[place].key,
            found=found,
        )
        for place, found in judged(claims, bearers)
    ]


@cache
def _select_printed() -> Select[Any]:
    names = ("source", "kind", "external_id", "observed_at", "stars", "likes", "change")
    return (
        select(*columns(TrendingEntry, *names, "section_slug"), col(Issue.number))
        .join(Issue, col(Issue.id) == col(TrendingEntry.issue_id))
        .where(in_print(TrendingEntry), col(TrendingEntry.issue_date) >= bindparam("since"))
        .order_by(
            col(TrendingEntry.issue_date).desc(),
            col(TrendingEntry.section_position),
            col(TrendingEntry.position),
        )
        .limit(bindparam("limit"))
    )
