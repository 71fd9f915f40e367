"""How fresh things are, where nothing that was read tells it."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, Select, select
from sqlmodel import col

from app.content.print import freshness_columns, last_public_change
from app.db import Reader
from app.models.content_version import TRENDING, ContentVersion


class PrintFreshness(NamedTuple):
    """When the public saw a change last, and when it will see the next by schedule."""

    last_modified: datetime | None
    next_change_at: datetime | None


async def read_freshness(reader: Reader, *, now: datetime) -> PrintFreshness:
    """Read both, which no row tells of before the first issue. One statement."""
    (row,) = await reader.rows(_select_freshness(), {"now": now})
    return PrintFreshness(last_public_change(row), row.next_change_at)


async def read_trending_change(reader: Reader) -> datetime | None:
    """When a sync last changed what the public sees. One statement."""
    rows = await reader.rows(_select_trending_change())
    return rows[0].public_changed_at if rows else None


def trending_change() -> ScalarSelect[datetime | None]:
    """The same, for a statement to carry."""
    return _select_trending_change().scalar_subquery()


@cache
def _select_trending_change() -> Select[Any]:
    statement: Select[Any] = select(col(ContentVersion.public_changed_at)).where(
        col(ContentVersion.name) == TRENDING
    )
    return statement


@cache
def _select_freshness() -> Select[Any]:
    return select(*freshness_columns())
