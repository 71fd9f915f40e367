"""Revisions: immutable saves of an issue."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class IssueRevision(SQLModel, table=True):
    """One save. `document` is authoritative; the compiled columns are derived from it.

    They are canonical JSON that answers are spliced from: `compiled_summary` is an object of the
    issue's own members, `compiled_sections` the list of sections in their read form.
    """

    __tablename__ = "issue_revision"

    issue_id: int = Field(foreign_key="issue.id", ondelete="CASCADE", primary_key=True)
    number: int = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcInstant)
    created_by: str = Field(max_length=80)
    """Prefix of the key that saved it, or `cli`."""
    title: str | None = Field(default=None, max_length=300)
    compiler_version: int
    compiled_summary: bytes = Field(sa_type=LargeBinary)
    compiled_sections: bytes = Field(sa_type=LargeBinary)
    document: str = Field(sa_type=Text)
    """The validated document with defaults filled in, as JSON text."""
