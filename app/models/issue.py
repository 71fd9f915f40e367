"""An issue: its identity, its state, which revision is at the head and which in print."""

from datetime import date as Date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class Issue(SQLModel, table=True):
    """One day's paper. What it says stands in its revisions.

    `print_revision` is null in a draft; `visible_from` says since (or from) when the public sees
    it. So the status needs no column that a timer would have to move.
    """

    __tablename__ = "issue"
    __table_args__ = (
        CheckConstraint(
            "(print_revision IS NULL) = (visible_from IS NULL)", name="print_has_a_time"
        ),
        CheckConstraint("number >= 1", name="number_is_positive"),
        Index("ix_issue_visible_from", "visible_from"),
        # Changes name issues by id: the number of a deleted row must not come back.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: int = Field(unique=True, sa_type=BigInteger)
    """What it is called outside, in ETags: random, for a row's number would count drafts."""
    number: int = Field(unique=True)
    date: Date = Field(unique=True)
    slug: str = Field(unique=True, max_length=80)
    head_revision: int
    print_revision: int | None = None
    visible_from: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the present stay in print began, or will begin."""
    printed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the revision now in print was put there."""
    first_published_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the issue first came into print, written at the latest when it leaves it."""
    neighbours_changed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When what is shown last changed without another print: an issue left print that this one's
    `links` named, or the revision was compiled anew."""
    created_at: datetime = Field(sa_type=UtcInstant)
