"""The common part of print tables: issue, place and visibility of a row."""

from datetime import date as Date, datetime
from typing import Any, TypedDict

from sqlalchemy import Index, UniqueConstraint, desc
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant


class Place(TypedDict):
    """The place of a print row, the same for all rows of one section."""

    issue_id: int
    issue_date: Date
    visible_from: datetime
    section_slug: str
    section_position: int


class PrintedBase(SQLModel):
    """A row that exists only while its issue is in print or scheduled.

    `issue_date` repeats that of the issue, which cannot change in print, so that each list, newest
    first, needs one index.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    issue_id: int = Field(foreign_key="issue.id", ondelete="CASCADE")
    issue_date: Date
    visible_from: datetime = Field(sa_type=UtcInstant)
    section_slug: str = Field(max_length=80)
    section_position: int


PrintRow = tuple[type[PrintedBase], dict[str, Any]]
"""A print row: its table and its validated columns."""


def in_print_order(table: str, *filtered_by: str, item: bool = True) -> tuple[Any, ...]:
    """Return a unique constraint on the place, and indexes for each list and filter, newest first.

    Dates are descending like in the lists: otherwise every page would sort the rows of a date.
    `visible_from` comes last, so that rows in print are counted from the index alone.
    """
    place = ("section_position", "position") if item else ("section_position",)
    newest = (desc("issue_date"), *place, "visible_from")
    return (
        UniqueConstraint("issue_id", *place, name=f"uq_{table}_place"),
        Index(f"ix_{table}_newest", *newest),
        *(Index(f"ix_{table}_{name}", name, *newest) for name in filtered_by),
    )
