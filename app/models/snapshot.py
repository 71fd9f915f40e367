"""Snapshots of one kind of one source, and their observations. Append-only."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

DEMO = "demo"
"""Reason of a demo snapshot. It is never compared with a real one."""

PENDING = "pending"
"""Status of a snapshot that is being written. It is not visible; the next run removes what a killed
process left."""


COUNTERS = ("stars", "likes", "downloads", "forks")
"""Counter columns of `Observation`."""


class Snapshot(SQLModel, table=True):
    """One look at one kind of one source; a failed one has no observations."""

    __tablename__ = "snapshot"
    __table_args__ = (
        Index("ix_snapshot_source_kind_observed_at", "source", "kind", "observed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="sync_run.id", index=True)
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    observed_at: datetime = Field(sa_type=UtcInstant)
    status: str = Field(max_length=10)
    """`complete`, `partial`, `failed` or `pending`."""
    reason: str | None = Field(default=None, max_length=100)
    """Why it is not complete."""
    listed: int
    """Valid rows of the source's listing."""
    skipped: int
    """Invalid rows."""
    observations: int
    thinned_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When its observations were pruned."""
    listing_floor: float | None = None
    """The lowest `upstream_score` of its listing, or 0 if that was complete: subjects that were not
    listed had less. `None` if the source has no score."""
    refused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Known subjects that the source withheld."""


class Observation(SQLModel, table=True):
    """The counters of one subject in one snapshot."""

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_snapshot_id", "snapshot_id"),
        # Stores the history of a subject together, without a second copy of the key.
        {"sqlite_with_rowid": False},
    )

    subject_id: int = Field(
        primary_key=True, foreign_key="subject.id", ondelete="CASCADE", sa_type=BigKey
    )
    snapshot_id: int = Field(primary_key=True, foreign_key="snapshot.id")
    stars: int | None = Field(default=None, sa_type=BigInteger)
    likes: int | None = Field(default=None, sa_type=BigInteger)
    downloads: int | None = Field(default=None, sa_type=BigInteger)
    forks: int | None = Field(default=None, sa_type=BigInteger)
    upstream_score: float | None = None
    """The source's own score."""
    score: float | None = None
    """On the week board of this snapshot."""
    rank: int | None = None
    """On the week board of this snapshot."""


class ArchivedObservations(SQLModel, table=True):
    """The observations of a snapshot that was pruned, for the file of its day."""

    __tablename__ = "archived_observations"

    snapshot_id: int = Field(primary_key=True, foreign_key="snapshot.id")
    packed: bytes = Field(sa_type=LargeBinary)
    """Packed by `content/trends/observation_archive.py`."""
