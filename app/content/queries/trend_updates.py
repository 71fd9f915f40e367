"""Which boards are new since somebody looked last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from app.db import Reader
from app.models.snapshot import Snapshot

TrendMark = Mapping[tuple[str, str], int]
"""The newest snapshot of each source and kind: those of one kind come one after the other, those
of several may be committed in any order."""


@dataclass(frozen=True, slots=True)
class TrendUpdate:
    """A source was looked at, so that its boards of a kind are new."""

    source: str
    kind: str
    observed_at: datetime
    snapshot_id: int


async def read_trend_mark(reader: Reader) -> TrendMark:
    """Read where to look on from. One statement."""
    return {(row.source, row.kind): row.snapshot_id for row in await reader.rows(_select_newest())}


async def trend_updates_since(
    reader: Reader, mark: TrendMark
) -> tuple[list[TrendUpdate], TrendMark]:
    """List the boards that are new since a mark, and the mark to look on from. One statement.

    Of several snapshots of a kind the newest: the others are boards of the past by now.
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
    columns = (col(getattr(Snapshot, name)) for name in ("source", "kind", "observed_at"))
    return (
        select(*columns, col(Snapshot.id).label("snapshot_id"))
        .where(col(Snapshot.id).in_(newest))
        .order_by(col(Snapshot.id))
    )
