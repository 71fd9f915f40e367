"""Issues: identity, state, and which revisions are the head and in print."""

from datetime import date as Date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Index,
    LargeBinary,
    column,
    not_,
    true,
)
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant

READ_FIELDS = (
    "corrections",
    "status",
    "revision",
    "published_revision",
    "publish_at",
    "published_at",
    "created_at",
    "updated_at",
    "links",
)
"""Members of the read form that follow from the state of an issue, in contract order. A client may
send them back."""


_UNANNOUNCED = not_(column("is_announced", Boolean()))
_IN_PRINT = column("visible_from").is_not(None)
_NOT_IN_PRINT = column("print_revision").is_(None)


class Issue(SQLModel, table=True):
    """An issue; its content is in its revisions.

    `print_revision` is null in a draft, and `visible_from` is when the public sees the issue. The
    status follows from these and the time, so no timer has to update it.
    """

    __tablename__ = "issue"
    __table_args__ = (
        CheckConstraint(
            "(print_revision IS NULL) = (visible_from IS NULL)", name="print_has_a_time"
        ),
        CheckConstraint("number >= 1", name="number_is_positive"),
        Index("ix_issue_visible_from", "visible_from"),
        # Holds the scheduled issues alone, so that a write finds those that are due at once.
        Index(
            "ix_issue_unannounced",
            "visible_from",
            sqlite_where=_UNANNOUNCED,
            postgresql_where=_UNANNOUNCED,
        ),
        # Issues in print by day, so that lists and links to neighbours read no drafts. The other
        # columns are those that a link needs.
        Index(
            "ix_issue_in_print",
            *("date", "visible_from", "number"),
            sqlite_where=_IN_PRINT,
            postgresql_where=_IN_PRINT,
        ),
        Index(
            "ix_issue_not_in_print",
            "date",
            sqlite_where=_NOT_IN_PRINT,
            postgresql_where=_NOT_IN_PRINT,
        ),
        # Changes refer to issues by id, so the id of a deleted row must not be reused.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: int = Field(unique=True, sa_type=BigInteger)
    """The public identity, used in ETags. Random, because row ids would reveal drafts."""
    number: int = Field(unique=True)
    date: Date = Field(unique=True)
    slug: str = Field(unique=True, max_length=80)
    head_revision: int
    print_revision: int | None = None
    visible_from: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the current period in print began or will begin."""
    printed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the revision in print was put there."""
    is_announced: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    """Whether the event log has the publication; false while a scheduled issue waits for it."""
    first_published_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the issue was first published; set at the latest when it leaves print."""
    neighbours_changed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the public document changed without being printed again: a neighbour in its `links` left
    print, or its revision was recompiled."""
    compiled_corrections: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Canonical JSON of its corrections, newest first; null if there are none."""
    created_at: datetime = Field(sa_type=UtcInstant)
