"""The parameters that routes share, each declared and described once."""

import re
from datetime import date as Date
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from app.content.queries.issues import StatusFilter
from app.content.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, Part
from app.models.values import MAX_INTEGER, SLUG_PATTERN, parse_date
from app.wording import impossible_day

_DIGITS = re.compile("-?[0-9]+")


def digits_of(value: object) -> object:
    """Leave digits for Pydantic, which takes `5.0` and `+5` for 5 as well."""
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticCustomError("int_parsing", "no whole number")
    return value


DIGITS = BeforeValidator(digits_of)
"""Of every whole number in a query or a path; behind `Query`, whose bounds are read first."""

RefPath = Annotated[
    str,
    Path(
        description="The issue: its number, its date (`YYYY-MM-DD`), its slug, or `latest`.",
        examples=["95"],
        # Said, not enforced: what fits none of the forms is an issue that does not exist.
        json_schema_extra={"pattern": "^([a-z0-9-]{1,80}|latest)$"},
    ),
]
SectionPath = Annotated[
    str,
    Path(
        description="The slug of the section.",
        examples=["tools-of-the-week"],
        json_schema_extra={"pattern": SLUG_PATTERN},
    ),
]
RevisionPath = Annotated[
    int, Path(ge=1, le=MAX_INTEGER, description="The number of the revision.", examples=[1]), DIGITS
]
PrintingPath = Annotated[
    int,
    Path(
        ge=1,
        le=MAX_INTEGER,
        description="The number of the printing; counts from 1 within the issue.",
        examples=[1],
    ),
    DIGITS,
]

Limit = Annotated[
    int,
    Query(ge=1, le=MAX_LIMIT, description="How many at most; outside 1 to 100 is refused."),
    DIGITS,
]
Cursor = Annotated[
    str | None,
    Query(
        max_length=500,
        description="`page.next_cursor` of the page before, with its filters.",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]+$"},
    ),
]


async def page_part(limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Part:
    """Read which page of a list is requested."""
    return Part(limit, after=cursor)


Paging = Annotated[Part, Depends(page_part)]


def _fields() -> Any:
    return Query(
        max_length=500,
        description="Only these members, by comma.",
        # Left to the description of the operation: a typed client would have to make every member
        # of an issue optional, or to return a union.
        include_in_schema=False,
    )


IssueFields = Annotated[str | None, _fields()]
SummaryFields = Annotated[str | None, _fields()]
Status = Annotated[
    StatusFilter,
    Query(description="Other issues than those in print; needs `drafts:read`."),
]
ViewParameter = Annotated[
    Literal["published"] | None,
    Query(description="With `drafts:read`: show what the public sees, not the head revision."),
]
Publish = Annotated[bool, Query(description="Publish as well; needs `issues:publish`.")]


def day_of(value: object) -> object:
    """Read a day for Pydantic."""
    try:
        return parse_date(value) if isinstance(value, str) else value
    except ValueError:
        why = impossible_day(value)
        demand = (
            "must be a date such as 2026-05-03."
            if why is None
            else f"names a day that does not exist: {why}."
        )
        raise PydanticCustomError("day_format", "{demand}", {"demand": demand}) from None


Day = Annotated[Date | None, BeforeValidator(day_of)]
FromDay = Annotated[Day, Query(alias="from", description="Not before this day.")]
ToDay = Annotated[Day, Query(alias="to", description="Not after this day.")]
