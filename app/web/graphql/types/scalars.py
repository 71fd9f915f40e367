"""Custom scalars: dates, date-times, JSON, and whole numbers beyond 32 bits."""

from collections.abc import Callable
from datetime import date as CalendarDate, datetime
from typing import Any

import strawberry
from graphql import GraphQLError, IntValueNode, ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from app.models.values import MAX_COUNT, format_instant, parse_date, parse_instant
from app.wording import date_sentence, instant_sentence

MAX_DIGITS = 20
NOT_A_COUNT = f"Give a whole number from -{MAX_COUNT} to {MAX_COUNT}."


class Count(int):
    """The annotation of fields of the scalar `Count`."""


class Json(dict[str, Any]):
    """The annotation of fields of the scalar `JSON`."""


class Value:
    """The annotation of fields of the scalar `Value`."""


def _parse_literal(read: Callable[[object], Any]) -> Callable[..., Any]:
    """Parse a literal in a query; errors carry its location."""

    def read_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        try:
            # Do not convert numbers with more digits than any scalar has.
            too_long = isinstance(node, IntValueNode) and len(node.value) > MAX_DIGITS
            given = None if too_long else value_from_ast_untyped(node, variables)
            return read(given)
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from error

    return read_literal


def _read_date(value: object) -> CalendarDate:
    try:
        return parse_date(value if isinstance(value, str) else "")
    except ValueError as error:
        raise GraphQLError(date_sentence(value)) from error


def _write_date(value: object) -> str:
    # Documents hold dates as text; rows hold them as dates.
    return value.isoformat() if isinstance(value, CalendarDate) else str(value)


def _read_instant(value: object) -> datetime:
    try:
        return parse_instant(value if isinstance(value, str) else "")
    except ValueError as error:
        raise GraphQLError(instant_sentence(value)) from error


def _write_instant(value: object) -> str:
    return format_instant(value) if isinstance(value, datetime) else str(value)


def _read_count(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_COUNT:
        raise GraphQLError(NOT_A_COUNT)
    return value


SCALARS: dict[object, ScalarDefinition] = {
    CalendarDate: strawberry.scalar(
        name="Date",
        description="A day of the calendar, `YYYY-MM-DD`.",
        serialize=_write_date,
        parse_value=_read_date,
        parse_literal=_parse_literal(_read_date),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment: RFC 3339 with any zone going in, UTC with `Z` coming out.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=_write_instant,
        parse_value=_read_instant,
        parse_literal=_parse_literal(_read_instant),
    ),
    Count: strawberry.scalar(
        name="Count",
        description="A whole number from -(2^53 - 1) to 2^53 - 1, which every JSON reader keeps "
        "exactly.",
        serialize=_read_count,
        parse_value=_read_count,
        parse_literal=_parse_literal(_read_count),
    ),
    Value: strawberry.scalar(
        name="Value",
        description="A text, a number or a boolean, as in REST; only ever read.",
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="A JSON object whose members depend on a type beside it; only ever read.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
    ),
}
"""Scalars by the Python types of their fields."""
