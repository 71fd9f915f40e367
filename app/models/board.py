"""Boards: one list of one snapshot, computed once."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

BoardList = Literal["trending", "up", "down"]
BoardStatus = Literal["ok", "partial", "stale", "withheld"]
GainBasis = Literal["observed", "created", "trending_score", "star_history"]
"""What a gain is based on: two observations of ours; creation after the baseline; or, for subjects
new to us, the source's trending score or star history."""


class Board(SQLModel, table=True):
    """One list of one snapshot and window, with its entries."""

    __tablename__ = "board"
    __table_args__ = (
        UniqueConstraint("snapshot_id", "list", "window"),
        Index("ix_board_place", "source", "kind", "list", "window", "observed_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    snapshot_id: int = Field(foreign_key="snapshot.id")
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    list: str = Field(max_length=10)
    window: str = Field(max_length=10)
    observed_at: datetime = Field(sa_type=UtcInstant)
    baseline_snapshot_id: int | None = None
    span_days: float | None = None
    """Days between the two snapshots."""
    tracked: int
    """Number of subjects that have a baseline."""
    method: str = Field(max_length=60)
    status: str = Field(max_length=10)
    """`ok`, `partial` or `withheld`; staleness is computed when read."""
    reason: str | None = Field(default=None, max_length=100)
    entry_count: int
    entries: bytes = Field(sa_type=LargeBinary)
    """Packed by `content/trends/board_entries.py`."""
