"""The format of cursors: which values a cursor may hold, how it is written and read.

A cursor is the place of a row in a list, bound to the list and its filters. Its check is an unkeyed
hash and not a signature, so a client can forge cursors. Therefore each value is typed and bounded
and has exactly one spelling, and queries check the values against the request.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import orjson

from app.content import base64url
from app.errors import BadRequest, Fault
from app.models.values import MAX_INTEGER, NOT_TEXT, format_instant, parse_date, parse_instant

MAX_CURSOR = 500
"""Characters; issued cursors have at most about 150, but for those of names."""

_CHECK_LENGTH = 8

Place = Sequence[str | int]
"""The sort key of one row."""


class Kind(Protocol):
    """One type of value in a cursor."""

    def read(self, value: object) -> Any:
        """Parse a JSON value. Raises `ValueError` for a value that is never written."""


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer between two inclusive bounds."""

    lowest: int = 0
    highest: int = MAX_INTEGER

    def read(self, value: object) -> int:
        if type(value) is not int or not self.lowest <= value <= self.highest:
            raise ValueError("not in range")
        return value


@dataclass(frozen=True, slots=True)
class Day:
    """A date, `YYYY-MM-DD`."""

    def read(self, value: object) -> date:
        return parse_date(value if isinstance(value, str) else "")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a database accepts as a parameter."""

    most: int

    def read(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > self.most or NOT_TEXT.search(value):
            raise ValueError("no text")
        return value


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as formatted in answers, or an empty string for none."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or (value and format_instant(parse_instant(value)) != value):
            raise ValueError("no instant")
        return value


_ID = "[1-9][0-9]{0,17}"


@dataclass(frozen=True, slots=True)
class Ids:
    """One to `most` distinct row ids, joined by hyphens."""

    most: int

    def read(self, value: object) -> tuple[int, ...]:
        # Check the pattern before converting: a string of digits can be very long.
        pattern = rf"{_ID}(?:-{_ID}){{0,{self.most - 1}}}"
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError("no ids")
        ids = tuple(map(int, value.split("-")))
        if len(set(ids)) != len(ids):
            raise ValueError("an id twice")
        return ids


def encode_cursor(place: Place, *, filters: Mapping[str, object]) -> str:
    """Encode the place of a row as an opaque cursor."""
    written = orjson.dumps(list(place))
    return base64url.encode(_check(written, filters) + written)


def decode_cursor(
    cursor: str,
    *,
    filters: Mapping[str, object],
    shape: Sequence[Kind],
    parameter: str = "cursor",
    max_length: int = MAX_CURSOR,
) -> tuple[Any, ...]:
    """Decode a cursor; `shape` gives the types of its values, `parameter` names where it was sent.

    Raises:
        BadRequest: `invalid_cursor`, if it was not issued for these filters.
    """
    try:
        if len(cursor) > max_length:
            raise ValueError("too long")
        return _place(cursor, filters, shape)
    except ValueError:
        raise invalid_cursor(parameter) from None


def invalid_cursor(parameter: str = "cursor") -> BadRequest:
    """The error for a cursor that does not match the rows of its list."""
    detail = (
        "This cursor is damaged, or was issued for other filters. Use the cursor of an answer with "
        "the same filters, or start without one."
    )
    fault = Fault("", "invalid_cursor", detail, parameter)
    return BadRequest("invalid_cursor", detail, faults=[fault])


def _place(cursor: str, filters: Mapping[str, object], shape: Sequence[Kind]) -> tuple[Any, ...]:
    """Raises `ValueError` unless the cursor is the canonical spelling of a place of this shape."""
    raw = base64url.decode(cursor)
    check, written = raw[:_CHECK_LENGTH], raw[_CHECK_LENGTH:]
    if check != _check(written, filters):
        raise ValueError("wrong check, or another list")
    values = orjson.loads(written)
    if not isinstance(values, list) or orjson.dumps(values) != written:
        raise ValueError("not the canonical spelling")
    return tuple(kind.read(value) for value, kind in zip(values, shape, strict=True))


def _check(written: bytes, filters: Mapping[str, object]) -> bytes:
    scope = orjson.dumps(dict(filters), option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(scope + b"\0" + written, digest_size=_CHECK_LENGTH).digest()
