"""The watch list: subjects that are tracked even if no listing shows them."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class Watch(SQLModel, table=True):
    """One subject to track, by the name that was given."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("source", "kind", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    external_id: str = Field(max_length=200)
    """The name as given; a later rename does not change it."""
    upstream_id: str | None = Field(default=None, max_length=100)
    """The identity at the source once it was found; from then on the subject is known."""
    created_at: datetime = Field(sa_type=UtcInstant)
    asked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When its name was last looked up."""
    reason: str | None = Field(default=None, max_length=40)
    """Why it was not found: `not_found`, `refused`, …"""
