"""Printings: which revision of an issue was in print, and for how long."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class Printing(SQLModel, table=True):
    """One revision in print. A scheduled issue has one that begins in the future."""

    __tablename__ = "printing"

    issue_id: int = Field(foreign_key="issue.id", ondelete="CASCADE", primary_key=True)
    number: int = Field(primary_key=True)
    """Counts the printings of the issue from 1."""
    revision: int
    printed_from: datetime = Field(sa_type=UtcInstant)
    printed_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was replaced or withdrawn; null while it is in print."""
