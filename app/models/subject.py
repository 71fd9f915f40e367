"""Subjects: tracked models, datasets, spaces, papers and repositories."""

from datetime import date as Date, datetime
from typing import Literal

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

SubjectStatus = Literal["active", "refused", "archived", "disabled", "gone"]
"""`refused`: the source withholds it. `archived` and `disabled`: as reported by the source. `gone`:
it was looked up by its identity on two days and not found."""


PROFILE_FIELDS = ("external_id", "name", "url", "summary", "task", "language")
"""Columns of `SubjectProfile` that are public."""
PROFILE_FACTS = ("licence", "topics", "base_model")
"""Columns of `SubjectProfile` that only filters use."""


class Subject(SQLModel, table=True):
    """One subject of one source. Its names change: see `SubjectProfile`."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("source", "kind", "upstream_id"),
        Index("ix_subject_external_id", "source", "kind", "external_id"),
        # Sources ignore the letter case of names.
        Index("ix_subject_lower_external_id", "source", "kind", "lower_external_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    upstream_id: str = Field(max_length=100)
    """The permanent identity at the source, as a string."""
    external_id: str = Field(max_length=200)
    """The current or last name."""
    lower_external_id: str | None = Field(default=None, max_length=200)
    """The same in lower case."""
    profile_id: int | None = Field(default=None, sa_type=BigKey)
    """The current profile."""
    handle: str | None = Field(default=None, max_length=200)
    """A second identity for requests."""
    validator: str | None = Field(default=None, max_length=200)
    """The `ETag` of its own resource."""
    created_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was created upstream."""
    first_seen_at: datetime = Field(sa_type=UtcInstant)
    last_seen_at: datetime = Field(sa_type=UtcInstant)
    last_snapshot_id: int = Field()
    """The snapshot of its last observation."""
    missing_since: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was first looked up and not found since it was last seen."""
    gone_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was found to be gone. It is still looked up again, rarely."""
    status: str = Field(
        default="active", max_length=10, sa_column_kwargs={"server_default": "active"}
    )
    """A `SubjectStatus` except `gone`, which follows from `gone_at`."""
    status_since: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When `status` last changed; `None` if it never did."""
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Failed look-ups in a row. Each doubles the wait."""
    asked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """The last look-up without success."""
    ask_after: datetime | None = Field(default=None, sa_type=UtcInstant)
    """It is not looked up before this time."""


class SubjectProfile(SQLModel, table=True):
    """How a subject described itself from a time on; immutable, so boards refer to it."""

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
    """The source's identifier of the licence, usually from SPDX."""
    topics: str | None = Field(default=None, max_length=1000)
    """Topics or tags, separated by spaces."""
    base_model: str | None = Field(default=None, max_length=200)
    """The name of the base model, for a re-packed copy."""


class StarHistory(SQLModel, table=True):
    """Daily stars before a repository was tracked, as GitHub reported them once."""

    __tablename__ = "star_history"

    subject_id: int = Field(
        primary_key=True, foreign_key="subject.id", ondelete="CASCADE", sa_type=BigKey
    )
    read_at: datetime = Field(sa_type=UtcInstant)
    stars: int = Field(sa_type=BigInteger)
    """The total at `read_at`."""
    first_on: Date
    """The UTC date of the first number in `days`."""
    days: str = Field(max_length=2000)
    """Stars given on each day and not withdrawn, oldest first, separated by commas; the last day is
    that of `read_at` or earlier."""


class Departure(SQLModel, table=True):
    """A subject was found to be gone; it stays recorded if the subject comes back."""

    __tablename__ = "departure"

    subject_id: int = Field(
        primary_key=True, foreign_key="subject.id", ondelete="CASCADE", sa_type=BigKey
    )
    gone_at: datetime = Field(primary_key=True, sa_type=UtcInstant, index=True)
