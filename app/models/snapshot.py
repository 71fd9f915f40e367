"""What was seen: a snapshot of one kind of one source, and its observations. Only appended."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

DEMO = "demo"
"""The reason that a snapshot gives which nobody made: it belongs to the demo. Never compared with
one that was made."""

PENDING = "pending"
"""The status of a snapshot that is being written. Nobody is shown it, and a run that was killed
leaves it to the next one to remove."""


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
    """Rows of the source's listing that were believed."""
    skipped: int
    """Rows that were not."""
    observations: int
    thinned_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When its observations were given up, for age."""
    listing_floor: float | None = None
    """The lowest `upstream_score` that its listing showed, 0 where it showed all there are. What
    was not on the listing had less. `None` where the source has no such score."""
    refused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Known subjects that the source did not show to us."""


class Observation(SQLModel, table=True):
    """The counters of one subject in one snapshot."""

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_snapshot_id", "snapshot_id"),
        # The history of a subject lies together, and a row costs its key only once.
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
    """The source's own opinion."""
    score: float | None = None
    """Of the week board of this snapshot."""
    rank: int | None = None
    """On the week board of this snapshot."""
