"""What all rows of print share: whose they are, where they stand, from when they are seen."""

from datetime import date as Date, datetime
from typing import Any, TypedDict

from sqlalchemy import Index, UniqueConstraint, desc
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant


class Place(TypedDict):
    """Where a row of print belongs, the same for all rows of one section."""

    issue_id: int
    issue_date: Date
    visible_from: datetime
    section_slug: str
    section_position: int


class PrintedBase(SQLModel):
    """A row that exists only while its issue is in print or pinned for it.

    `issue_date` repeats the issue's (which cannot change in print), so that one index carries
    every list, newest first.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    issue_id: int = Field(foreign_key="issue.id", ondelete="CASCADE")
    issue_date: Date
    visible_from: datetime = Field(sa_type=UtcInstant)
    section_slug: str = Field(max_length=80)
    section_position: int


PrintRow = tuple[type[PrintedBase], dict[str, Any]]
"""A row to be printed: its table and its columns, as checked when the document was posted."""


def in_print_order(table: str, *filtered_by: str, item: bool = True) -> tuple[Any, ...]:
    """Name the place of a row uniquely and index it newest first, alone and below each filter.

    The days stand in falling order, as the lists have them: else every page would sort the rows
    of a day. `visible_from` stands last, so that what is in print is counted without its rows.
    """
    place = ("section_position", "position") if item else ("section_position",)
    newest = (desc("issue_date"), *place, "visible_from")
    return (
        UniqueConstraint("issue_id", *place, name=f"uq_{table}_place"),
        Index(f"ix_{table}_newest", *newest),
        *(Index(f"ix_{table}_{name}", name, *newest) for name in filtered_by),
    )
