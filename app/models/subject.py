"""What is watched: a model, dataset, space, paper or repository by its upstream identity."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant


class Subject(SQLModel, table=True):
    """One thing of one source. Its names are history: see `SubjectProfile`."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("source", "kind", "upstream_id"),
        Index("ix_subject_external_id", "source", "kind", "external_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    upstream_id: str = Field(max_length=100)
    """The source's own identity, as a string; it survives renames."""
    external_id: str = Field(max_length=200)
    """The name that it bears now, or bore last."""
    profile_id: int | None = Field(default=None, sa_type=BigKey)
    """How it describes itself now."""
    handle: str | None = Field(default=None, max_length=200)
    """What else its source wants to be asked by."""
    validator: str | None = Field(default=None, max_length=200)
    """The `ETag` of its own resource."""
    created_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it came into being upstream."""
    first_seen_at: datetime = Field(sa_type=UtcInstant)
    last_seen_at: datetime = Field(sa_type=UtcInstant)
    last_snapshot_id: int = Field()
    """Of its last observation."""
    missing_since: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was asked for and not found, if it was not seen since."""
    gone_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was not found a second time: nobody asks for it any more."""


class SubjectProfile(SQLModel, table=True):
    """How a subject described itself from some time on; never changed, so boards point to it."""

    __tablename__ = "subject_profile"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    subject_id: int = Field(
        foreign_key="subject.id", ondelete="CASCADE", index=True, sa_type=BigKey
    )
    since: datetime = Field(sa_type=UtcInstant)
    external_id: str = Field(max_length=200, index=True)
    name: str = Field(max_length=300)
    url: str = Field(max_length=2000)
    summary: str | None = Field(default=None, max_length=1000)
    task: str | None = Field(default=None, max_length=200)
    language: str | None = Field(default=None, max_length=200)
