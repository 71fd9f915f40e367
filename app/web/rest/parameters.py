"""The parameters that routes share, each declared and described once."""

from datetime import date as Date
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BeforeValidator

from app.content.queries.paging import DEFAULT_LIMIT, MAX_LIMIT
from app.models.values import MAX_INTEGER, parse_date

RefPath = Annotated[
    str,
    Path(
        description="The issue: its number, its date (`YYYY-MM-DD`), its slug, or `latest`.",
        examples=["95"],
    ),
]
SectionPath = Annotated[str, Path(description="The slug of the section.")]
RevisionPath = Annotated[int, Path(ge=1, le=MAX_INTEGER, description="The number of the revision.")]

Limit = Annotated[
    int, Query(ge=1, le=MAX_LIMIT, description="How many at most; outside 1 to 100 is refused.")
]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="`page.next_cursor` of the page before, with its filters."),
]
Fields = Annotated[
    str | None,
    Query(
        max_length=500,
        description="Only these members, by comma.",
        examples=["number,title,links"],
    ),
]
ViewParameter = Annotated[
    Literal["published"] | None,
    Query(description="With `drafts:read`: show what the public sees, not the head revision."),
]
Publish = Annotated[bool, Query(description="Publish as well; needs `issues:publish`.")]


def _day(value: object) -> object:
    return parse_date(value) if isinstance(value, str) else value


Day = Annotated[Date | None, BeforeValidator(_day)]
FromDay = Annotated[Day, Query(alias="from", description="Not before this day.")]
ToDay = Annotated[Day, Query(alias="to", description="Not after this day.")]

__all__ = [
    "DEFAULT_LIMIT",
    "Cursor",
    "Fields",
    "FromDay",
    "Limit",
    "Publish",
    "RefPath",
    "RevisionPath",
    "SectionPath",
    "ToDay",
    "ViewParameter",
]
