"""Arguments of root fields, read into what the queries of `content` take."""

from datetime import date as CalendarDate
from enum import Enum
from typing import Any

from strawberry import UNSET

from app.content.search.question import MAX_CHARACTERS, read_question
from app.errors import BadRequest
from app.models.values import NOT_TEXT
from app.web.endpoints.read import days_in_order
from app.web.graphql.types.argument_groups import ArgumentGroup
from app.web.graphql.types.enums import word_of
from app.web.graphql.types.pure_fields import FromDay, ToDay

MAX_TEXT = 200
Days = tuple[CalendarDate | None, CalendarDate | None]


def word(member: Enum | None) -> Any:
    """Return REST's word for an enum member; `None` for none, or if it is left out."""
    return None if member is UNSET else word_of(member)


def text_argument(name: str, value: str | None, most: int = MAX_TEXT) -> str | None:
    """Return a text that a database accepts as a parameter. Raises `BadRequest`."""
    if value is None or value is UNSET:
        return None
    if len(value) > most:
        raise BadRequest("invalid_argument", f"`{name}` has at most {most} characters.")
    if NOT_TEXT.search(value):
        raise BadRequest("invalid_argument", f"`{name}` must have no control characters.")
    return value


def search_argument(query: str) -> str:
    """Return a valid search query. Raises `BadRequest`, which names the argument."""
    text = text_argument("query", query, most=MAX_CHARACTERS) or ""
    try:
        read_question(text)
    except BadRequest as error:
        (fault,) = error.faults
        raise BadRequest(error.code, f"`query` {fault.detail}") from error
    return text


def days_between(from_: FromDay = UNSET, to: ToDay = UNSET) -> Days:
    """Return the first and the last day. Raises `BadRequest` if the last is before the first."""
    first, last = (None if day is UNSET else day for day in (from_, to))
    days_in_order(first, last)
    return first, last


DAYS = ArgumentGroup("days", days_between)
"""`from` and `to`, as the parameter `days`."""
