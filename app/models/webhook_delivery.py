"""Webhook deliveries and their attempts: the outbox of each endpoint."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Index, Text, UniqueConstraint, column
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

AttemptStatus = Literal["succeeded", "failed", "pending"]

_UNFINISHED = column("finished_at").is_(None)


class WebhookDelivery(SQLModel, table=True):
    """One event for one endpoint, until it is delivered or given up.

    Of the unfinished deliveries of one endpoint and ordering key only the first has a `due_at`, so
    that they arrive in order. A lease is taken by moving `due_at` to the end of the lease:
    the delivery of a process that was killed becomes due again by itself.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_number"),
        Index(
            "ix_webhook_delivery_due",
            *("endpoint_id", "due_at"),
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
        Index(
            "ix_webhook_delivery_subject",
            *("endpoint_id", "subject", "event_number"),
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    endpoint_id: int = Field(foreign_key="webhook_endpoint.id", ondelete="CASCADE")
    event_number: int | None = Field(default=None, sa_type=BigKey)
    """The number of the event in the log; `None` for a ping, which is outside the log."""
    event_id: str = Field(max_length=60)
    """Sent as `webhook-id`."""
    type: str = Field(max_length=40)
    ordering_key: str = Field(max_length=100, sa_column_kwargs={"name": "subject"})
    """Events with the same key are delivered in order: those of one issue, or of one type."""
    created_at: datetime = Field(sa_type=UtcInstant)
    due_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """The next attempt, or the end of the lease. `None` if it waits for an earlier event."""
    lease: str | None = Field(default=None, max_length=32)
    """Random token of the process that is making an attempt."""
    attempts: int = 0
    """Finished attempts."""
    retries: int = 0
    """Failures since it was last queued, which choose the wait before the next attempt."""
    first_attempt_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """The first attempt since it was last queued."""
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant, index=True)
    """When it was delivered or given up."""


class WebhookAttempt(SQLModel, table=True):
    """One attempt of a delivery. The next attempt has a row too, which is `pending`."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (
        UniqueConstraint("delivery_id", "number"),
        Index("ix_webhook_attempt_newest", "endpoint_id", "id"),
        Index("ix_webhook_attempt_status", "endpoint_id", "status", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    delivery_id: int = Field(foreign_key="webhook_delivery.id", ondelete="CASCADE", sa_type=BigKey)
    endpoint_id: int
    number: int
    """Counts from 1 for each delivery."""
    status: str = Field(max_length=10)
    started_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    response_status: int | None = None
    duration_ms: int | None = None
    error: str | None = Field(default=None, max_length=200)
    """Why it failed without a status, in words."""
    response_excerpt: str | None = Field(default=None, sa_type=Text)
    """The first 1,000 characters of the response."""
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the next attempt is made; of a pending one, when this one is made."""
