"""A section in print, whole, as it is read."""

from sqlalchemy import LargeBinary
from sqlmodel import Field

from app.models.printed import PrintedBase, in_print_order


class Section(PrintedBase, table=True):
    """A block of the paper; its own rows, where its kind has any, stand in their own tables."""

    __tablename__ = "section"
    __table_args__ = in_print_order("section", "kind", item=False)

    kind: str = Field(max_length=20)
    compiled: bytes = Field(sa_type=LargeBinary)
    """Canonical JSON of the section in its read form."""
