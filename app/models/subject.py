"""What is watched: a model, dataset, space, paper or repository by its upstream identity."""

from datetime import date as Date, datetime
from typing import Literal

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

SubjectStatus = Literal["active", "refused", "archived", "disabled", "gone"]
"""`refused`: the source does not show it to us. `archived` and `disabled`: as the source says.
`gone`: it was asked for by its identity on two days and is not there."""


PROFILE_FIELDS = ("external_id", "name", "url", "summary", "task", "language")
"""Columns of `SubjectProfile` that are public."""
PROFILE_FACTS = ("licence", "topics", "base_model")
"""Columns of `SubjectProfile` that only filters use."""


class Subject(SQLModel, table=True):
    """One thing of one source. Its names are history: see `SubjectProfile`."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("source", "kind", "upstream_id"),
        Index("ix_subject_external_id", "source", "kind", "external_id"),
        # Sources ignore the letter case of names, and people type them as they like.
        Index("ix_subject_lower_external_id", "source", "kind", "lower_external_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    upstream_id: str = Field(max_length=100)
    """The source's own identity, as a string; it survives renames."""
    external_id: str = Field(max_length=200)
    """The name that it bears now, or bore last."""
    lower_external_id: str | None = Field(default=None, max_length=200)
    """The same in lower case."""
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
    """When it was found to be gone. It is looked for again, rarely."""
    status: str = Field(
        default="active", max_length=10, sa_column_kwargs={"server_default": "active"}
    )
    """A `SubjectStatus` but `gone`, which follows from `gone_at`."""
    status_since: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When `status` became what it is; `None`: it was never anything else."""
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often in a row it was refused or stayed gone. Each failure doubles the wait."""
    asked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was last asked for by itself without success."""
    ask_after: datetime | None = Field(default=None, sa_type=UtcInstant)
    """Before this it is not asked for by itself."""


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
    licence: str | None = Field(default=None, max_length=100)
    """The identifier that the source gives: an SPDX one, mostly."""
    topics: str | None = Field(default=None, max_length=1000)
    """Topics or tags, separated by spaces."""
    base_model: str | None = Field(default=None, max_length=200)
    """The name of the model that it is a re-packed copy of."""


class StarHistory(SQLModel, table=True):
    """Stars by day before a repository was watched, as GitHub told them once."""

    __tablename__ = "star_history"

    subject_id: int = Field(
        primary_key=True, foreign_key="subject.id", ondelete="CASCADE", sa_type=BigKey
    )
    read_at: datetime = Field(sa_type=UtcInstant)
    stars: int = Field(sa_type=BigInteger)
    """All of them at `read_at`."""
    first_on: Date
    """The UTC day of the first number of `days`."""
    days: str = Field(max_length=2000)
    """Stars given on each day and still held, oldest first, separated by commas; the last day is
    that of `read_at`, or before it."""
