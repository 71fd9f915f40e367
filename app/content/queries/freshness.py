"""How fresh the paper is, where nothing that was read tells it: before the first issue."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from app.content.print import freshness_columns, last_public_change
from app.db import Reader


class PrintFreshness(NamedTuple):
    """When the public saw a change last, and when it will see the next by schedule."""

    last_modified: datetime | None
    next_change_at: datetime | None


async def read_freshness(reader: Reader, *, now: datetime) -> PrintFreshness:
    """Read both. One statement."""
    (row,) = await reader.rows(_select_freshness(), {"now": now})
    return PrintFreshness(last_public_change(row), row.next_change_at)


@cache
def _select_freshness() -> Select[Any]:
    return select(*freshness_columns())
