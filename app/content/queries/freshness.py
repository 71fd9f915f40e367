"""Last and next change of public content, for lists whose rows do not carry them."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, select
from sqlmodel import col

from app.content.print import freshness_columns, last_public_change
from app.db import Reader
from app.models.content_version import TRENDING, ContentVersion


class PrintFreshness(NamedTuple):
    """The last public change, and the next scheduled publication."""

    last_modified: datetime | None
    next_change_at: datetime | None


async def read_freshness(reader: Reader, *, now: datetime) -> PrintFreshness:
    """Read the freshness of everything in print. One statement."""
    (row,) = await reader.rows(_select_freshness(), {"now": now})
    return PrintFreshness(last_public_change(row), row.next_change_at)


async def read_trending_change(reader: Reader) -> datetime | None:
    """Return when a sync last changed public content. One statement."""
    rows = await reader.rows(_select_trending_change())
    return rows[0].public_changed_at if rows else None


def trending_change() -> ScalarSelect[datetime | None]:
    """The same as a scalar subquery."""
    return _select_trending_change().scalar_subquery()


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the latest instant; `None` if there is none."""
    return max((moment for moment in moments if moment is not None), default=None)


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the earliest instant; `None` if there is none."""
    return min((moment for moment in moments if moment is not None), default=None)


@cache
def _select_trending_change() -> Select[Any]:
    statement: Select[Any] = select(col(ContentVersion.public_changed_at)).where(
        col(ContentVersion.name) == TRENDING
    )
    return statement


@cache
def _select_freshness() -> Select[Any]:
    return select(*freshness_columns())
