"""What moved: a board or a mover list of one snapshot, computed once and never again."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

BoardList = Literal["trending", "up", "down"]
BoardStatus = Literal["ok", "partial", "stale", "withheld"]
GainBasis = Literal["observed", "created", "trending_score", "star_history"]
"""What a gain is known from: our own two observations; having been created after the baseline; or,
for what is new to us, what its source shows of it."""


class Board(SQLModel, table=True):
    """One list of one snapshot over one window, with its entries as they were that day."""

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
    """The true distance of the two snapshots, in days."""
    tracked: int
    """How many subjects could be compared."""
    method: str = Field(max_length=60)
    status: str = Field(max_length=10)
    """`ok`, `partial` or `withheld`; that it is stale by now, a reader finds out."""
    reason: str | None = Field(default=None, max_length=100)
    entry_count: int
    entries: bytes = Field(sa_type=LargeBinary)
    """What `content/trends/board_entries.py` writes: numbers, with profiles by their ids."""
