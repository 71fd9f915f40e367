"""The event log: what changed, in the order in which the changes became visible.

`EVENT_TYPES` are the types of the contract, part 9. Webhooks, subscriptions and purges read the
log; none of them writes to it.
"""

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

PublicType = Literal[
    "issue.published",
    "issue.updated",
    "issue.corrected",
    "issue.unpublished",
    "trending.updated",
]
OwnerType = Literal[
    "issue.created",
    "issue.saved",
    "issue.scheduled",
    "issue.unscheduled",
    "issue.deleted",
    "content.rebuilt",
    "sync.finished",
    "webhook.disabled",
]
EventType = PublicType | OwnerType

PUBLIC_TYPES: tuple[PublicType, ...] = get_args(PublicType)
"""Types that everyone may see."""
OWNER_TYPES: tuple[OwnerType, ...] = get_args(OwnerType)
"""Types that need `drafts:read`, because they reveal drafts or what happens inside."""
EVENT_TYPES: tuple[EventType, ...] = (*PUBLIC_TYPES, *OWNER_TYPES)

MAX_EVENT_BYTES = 20_000
"""Size limit of an event as JSON: the limit that Standard Webhooks 1.0.0 advises for a payload."""


class Event(SQLModel, table=True):
    """One event. Rows are never changed, and only the oldest are deleted.

    Both sequences are taken under the row lock of the content version `events`: a database sequence
    is not locked until the commit, so its numbers become visible out of order.
    """

    __tablename__ = "event"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    """Sequence among all events, without gaps: the position in the log."""
    public_sequence: int | None = Field(default=None, unique=True, sa_type=BigKey)
    """Sequence among the public events, without gaps; null for the others."""
    public_id: str = Field(unique=True, max_length=40)
    """The event's `id`, `evt_…`; also the `webhook-id`."""
    type: str = Field(max_length=40)
    occurred_at: datetime = Field(sa_type=UtcInstant)
    """When it happened; for a scheduled publication the scheduled time."""
    issue_id: int | None = None
    """Row id of the issue that it is about. No foreign key: a draft may be deleted."""
    schedule_key: str | None = Field(default=None, unique=True, max_length=80)
    """Issue, revision and time of a scheduled publication, which is recorded once."""
    data: bytes = Field(sa_type=LargeBinary)
    """The member `data` as JSON."""


class EventReader(SQLModel, table=True):
    """How far a named reader of the log has come, such as the one that purges edge caches.

    Processes that run the same reader share its row: one of them holds the lease.
    """

    __tablename__ = "event_reader"

    name: str = Field(primary_key=True, max_length=100)
    position: int = Field(sa_type=BigKey)
    """`Event.id` of the last event that was handled."""
    holder: str | None = Field(default=None, max_length=40)
    """Random name of the process that holds the lease."""
    leased_until: datetime | None = Field(default=None, sa_type=UtcInstant)
