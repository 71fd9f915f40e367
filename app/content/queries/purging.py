"""Reads for purging edge caches: what is left to do, and which other issues a change touches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlmodel import col

from app.content.print import in_print
from app.content.purge_keys import Purge
from app.db import Reader
from app.models.content_version import EVENTS, ContentVersion
from app.models.event import EventReader
from app.models.issue import Issue
from app.models.surrogate_key import LATEST, issue_key


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a reader of the event log has to do."""

    has_events: bool
    """Whether there are events that it has not handled; also of a reader that never ran."""
    is_leased: bool
    """Whether a process is handling them."""


async def read_backlog(reader: Reader, name: str, *, now: datetime) -> Backlog:
    """Read how far a reader of the event log is behind. One statement."""
    (row,) = await reader.rows(_select_backlog(), {"name": name})
    return Backlog(
        has_events=row.position is None or row.position < row.end,
        is_leased=row.leased_until is not None and row.leased_until > now,
    )


async def read_purged_keys(reader: Reader, purge: Purge, *, now: datetime) -> set[str]:
    """Add to the keys of a purge those of other issues.

    `latest` is among them if there is no newer issue in print than one that came or went. One
    statement for each day, or one for all issues.
    """
    keys = set(purge.keys)
    if purge.scale != "named":
        rows = await reader.slow_rows(_select_printed())
        return keys.union(_issue_keys(row.number for row in rows))
    for day in purge.days:
        (row,) = await reader.rows(_select_neighbours(), {"day": day, "now": now})
        keys.update(_issue_keys((row.previous, row.next)))
        if row.next is None:
            keys.add(LATEST)
    return keys


def _issue_keys(numbers: Iterable[int | None]) -> list[str]:
    return [issue_key(number) for number in numbers if number is not None]


@cache
def _select_backlog() -> Select[Any]:
    end: Select[Any] = select(col(ContentVersion.number).label("end"))
    end = end.where(col(ContentVersion.name) == EVENTS)
    log = end.subquery()
    is_named = col(EventReader.name) == bindparam("name")
    return select(log.c.end, col(EventReader.position), col(EventReader.leased_until)).select_from(
        log.outerjoin(EventReader, is_named)
    )


@cache
def _select_neighbours() -> Select[Any]:
    day: BindParameter[Any] = bindparam("day")
    number, on = col(Issue.number), col(Issue.date)
    printed = select(number).where(in_print(Issue)).limit(1)
    before = printed.where(on < day).order_by(on.desc()).scalar_subquery()
    after = printed.where(on > day).order_by(on).scalar_subquery()
    return select(before.label("previous"), after.label("next"))


@cache
def _select_printed() -> Select[Any]:
    """Select all issues that are in print, or were: a cache may still have them."""
    return select(col(Issue.number)).where(
        col(Issue.first_published_at).is_not(None) | col(Issue.visible_from).is_not(None)
    )
