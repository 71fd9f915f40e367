"""Messages for Pydantic's errors that say what would be right.

Pydantic's own messages mention Python types and regular expressions, which callers must not see.
https://docs.pydantic.dev/latest/errors/validation_errors/, read 2026-11.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

_FOREIGN = frozenset(get_args(ErrorType))
"""Pydantic's own error types; all others are ours."""

_INTEGER, _NUMBER, _BOOLEAN = "an integer", "a number", "true or false"
_DATE, _INSTANT = "a date such as 2026-05-03", "an instant such as 2026-05-03T06:00:00Z"

_PLAIN: dict[str, str] = {
    **dict.fromkeys(("string_type", "string_sub_type", "bytes_type"), "a string"),
    "string_unicode": "text in UTF-8 without surrogates",
    "string_not_ascii": "text in ASCII",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _INTEGER),
    "int_parsing_size": "a smaller integer",
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing"), _NUMBER),
    "finite_number": "a finite number",
    **dict.fromkeys(("bool_type", "bool_parsing"), _BOOLEAN),
    **dict.fromkeys(
        ("list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"), "an array"
    ),
    **dict.fromkeys(
        ("dict_type", "model_type", "model_attributes_type", "mapping_type", "dataclass_type"),
        "an object",
    ),
    "none_required": "null",
    "url_type": "an absolute URL",
    "url_parsing": "an absolute URL",
    "url_scheme": "an absolute URL of another scheme",
    "uuid_type": "a UUID",
    "uuid_parsing": "a UUID",
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        _DATE,
    ),
    **dict.fromkeys(
        (
            *("datetime_type", "datetime_parsing", "datetime_object_invalid"),
            *("datetime_from_date_parsing", "timezone_aware"),
        ),
        _INSTANT,
    ),
    "datetime_past": "an instant in the past",
    "datetime_future": "an instant in the future",
    "date_past": "a day in the past",
    "date_future": "a day in the future",
}

_LIMITED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than": lambda ctx: f"greater than {ctx['gt']}",
    "greater_than_equal": lambda ctx: f"at least {ctx['ge']}",
    "less_than": lambda ctx: f"less than {ctx['lt']}",
    "less_than_equal": lambda ctx: f"at most {ctx['le']}",
    "multiple_of": lambda ctx: f"a multiple of {ctx['multiple_of']}",
    "string_too_long": lambda ctx: f"at most {_counted(ctx['max_length'], 'character')}",
    "string_too_short": lambda ctx: (
        "not empty"
        if ctx["min_length"] == 1
        else f"at least {_counted(ctx['min_length'], 'character')}"
    ),
    "too_long": lambda ctx: f"at most {_counted(ctx['max_length'], 'item')}",
    "too_short": lambda ctx: f"at least {_counted(ctx['min_length'], 'item')}",
    "literal_error": lambda ctx: _one_of(ctx["expected"]),
    "enum": lambda ctx: _one_of(ctx["expected"]),
    "union_tag_invalid": lambda ctx: _one_of(ctx["expected_tags"]),
}


_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def impossible_day(value: object) -> str | None:
    """Say why a value that begins like `YYYY-MM-DD` names no day of the calendar.

    `None` where it begins otherwise, or names a day that exists.
    """
    match = _DAY.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    if year == 0:
        return "years begin at 0001"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    if not 1 <= day <= monthrange(year, month)[1]:
        return f"{_MONTHS[month - 1]} {year} has no day {day}"
    return None


def date_sentence(value: object) -> str:
    """What to give in place of a value that is not a date."""
    why = impossible_day(value)
    return "Give a date as YYYY-MM-DD." if why is None else f"This day does not exist: {why}."


def instant_sentence(value: object) -> str:
    """What to give in place of a value that is not an instant."""
    why = impossible_day(value)
    if why is not None:
        return f"This day does not exist: {why}."
    return "Give an RFC 3339 date-time with its time zone, such as 2026-05-03T06:00:00Z."


def is_ours(kind: str) -> bool:
    """Whether an error type is ours, with a message for callers."""
    return kind not in _FOREIGN


def right_value(kind: str, context: Mapping[str, Any]) -> str | None:
    """Return what would be right, as a phrase after "Give" or "must be".

    `None` if the error type does not say, as for patterns.
    """
    plain = _PLAIN.get(kind)
    if plain is not None:
        return plain
    limited = _LIMITED.get(kind)
    return limited(context) if limited is not None else None


def as_code(words: Iterable[str], *, last: str = ", ") -> str:
    """List words in backticks; `last` stands before the last one, such as " and "."""
    *first, end = [f"`{word}`" for word in words]
    return f"{', '.join(first)}{last}{end}" if first else end


def words_in(listed: str) -> list[str]:
    """Parse a list as formatted by Pydantic: "'a', 'b' or 'c'"."""
    return [word.strip(" '") for word in listed.replace(" or ", ", ").split(",")]


def _one_of(listed: str) -> str:
    return listed if len(words_in(listed)) == 1 else f"one of {listed}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
