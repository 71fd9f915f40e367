"""Sections in print."""

from sqlalchemy import LargeBinary
from sqlmodel import Field

from app.models.printed import PrintedBase, in_print_order


class Section(PrintedBase, table=True):
    """A whole section; its items, if any, also have rows in their own tables."""

    __tablename__ = "section"
    __table_args__ = in_print_order("section", "kind", "byline", item=False)

    kind: str = Field(max_length=20)
    byline: str | None = Field(default=None, max_length=200)
    """Of a story; null where it is blank."""
    compiled: bytes = Field(sa_type=LargeBinary)
    """Canonical JSON of its read form."""
