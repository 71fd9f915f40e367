"""Content versions: counters of public changes and of events, and a log of the changes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

PAPER = "paper"
TRENDING = "trending"
EVENTS = "events"
"""Counts all events. The lock of this row orders the event log."""
PUBLIC_EVENTS = "public_events"
"""Counts the events that everyone may see."""


class ContentVersion(SQLModel, table=True):
    """A counter that is incremented in the transaction of a public change."""

    __tablename__ = "content_version"

    name: str = Field(primary_key=True, max_length=20)
    number: int = Field(default=0)
    public_changed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When public content last changed."""


class ContentChange(SQLModel, table=True):
    """One change and the counter's value after it, which a schedule does not increment.

    Read only by processes of the release before the event log, which may run beside this one
    during a rolling upgrade. A later release stops writing it and drops the table.
    """

    __tablename__ = "content_change"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    version_name: str = Field(max_length=20)
    version_number: int = Field(index=True)
    changed_at: datetime = Field(sa_type=UtcInstant)
    action: str = Field(max_length=20)
    issue_id: int | None = None
