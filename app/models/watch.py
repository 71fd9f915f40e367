"""The watch list: what is followed whatever discovery finds."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class Watch(SQLModel, table=True):
    """One thing that somebody wants to be followed, by the name that they gave."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("source", "kind", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=20)
    kind: str = Field(max_length=20)
    external_id: str = Field(max_length=200)
    """As it was given; a later rename does not change it."""
    upstream_id: str | None = Field(default=None, max_length=100)
    """The source's own identity, once it was found. From then on it is a known subject."""
    created_at: datetime = Field(sa_type=UtcInstant)
    asked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When its name was last asked for."""
    reason: str | None = Field(default=None, max_length=40)
    """Why it was not found then: `not_found`, `refused`, …"""
