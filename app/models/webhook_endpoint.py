"""Webhook endpoints: addresses that events are sent to."""

from datetime import datetime
from typing import Literal

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant

EndpointStatus = Literal["pending", "active", "disabled"]
"""`pending`: no ping has been answered yet."""

DisabledReason = Literal["gone", "failing", "owner_gone"]
"""`gone`: it answered 410. `failing`: nothing but failures for five days. `owner_gone`: the key
that created it may no longer read drafts, whose events it was sent."""


class WebhookEndpoint(SQLModel, table=True):
    """One address, and how far the log has been handed to it."""

    __tablename__ = "webhook_endpoint"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True, max_length=40)
    url: str = Field(max_length=2000)
    types: str = Field(max_length=1000)
    """Event types separated by spaces; `issue.*` stands for all of that prefix."""
    description: str | None = Field(default=None, max_length=200)
    owner_key_id: int | None = Field(default=None, foreign_key="api_key.id", index=True)
    """The key that created it; `None` for the command line."""
    sees_drafts: bool
    """Whether it is sent the log as `drafts:read` shows it."""
    secret: bytes = Field(sa_type=LargeBinary)
    """Signs every attempt, so it cannot be stored as a hash."""
    previous_secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    previous_secret_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    """Until when the previous secret signs as well."""
    status: str = Field(max_length=10)
    disabled_reason: str | None = Field(default=None, max_length=20)
    verified_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the present URL first answered a ping with 2xx."""
    failing_since: datetime | None = Field(default=None, sa_type=UtcInstant)
    """The first failure since the last success."""
    last_success_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    position: int = Field(sa_type=BigKey)
    """The log number of the last event that was fanned out."""
    created_at: datetime = Field(sa_type=UtcInstant)
