"""Boards that are new since a mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from app.db import Reader
from app.models.base import columns
from app.models.snapshot import Snapshot

TrendMark = Mapping[tuple[str, str], int]
"""The newest snapshot of each source and kind. Ids grow within a kind; snapshots of different kinds
may commit in any order."""


@dataclass(frozen=True, slots=True)
class TrendUpdate:
    """A new snapshot of a source and kind, and so new boards."""

    source: str
    kind: str
    observed_at: datetime
    snapshot_id: int


async def read_trend_mark(reader: Reader) -> TrendMark:
    """Read the mark of now. One statement."""
    return {(row.source, row.kind): row.snapshot_id for row in await reader.rows(_select_newest())}


async def trend_updates_since(
    reader: Reader, mark: TrendMark
) -> tuple[list[TrendUpdate], TrendMark]:
    """List the boards that are new since a mark, and the next mark. One statement.

    Of several new snapshots of a kind only the newest is listed.
    """
    rows = await reader.rows(_select_newest())
    updates = [
        TrendUpdate(row.source, row.kind, row.observed_at, row.snapshot_id)
        for row in rows
        if row.snapshot_id > mark.get((row.source, row.kind), 0)
    ]
    return updates, {(row.source, row.kind): row.snapshot_id for row in rows}


@cache
def _select_newest() -> Select[Any]:
    newest = (
        select(func.max(col(Snapshot.id)))
        .where(col(Snapshot.status).in_(("complete", "partial")))
        .group_by(col(Snapshot.source), col(Snapshot.kind))
    )
    return (
        select(
            *columns(Snapshot, "source", "kind", "observed_at"),
            col(Snapshot.id).label("snapshot_id"),
        )
        .where(col(Snapshot.id).in_(newest))
        .order_by(col(Snapshot.id))
    )
