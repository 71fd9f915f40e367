"""The one grammar of cursors: what a cursor may hold, how it is written and how it is read back.

A cursor is the place of a row in a list, bound to the list and its filters. Its check is a hash and
no signature: anybody who reads this file can make a cursor. So each value is typed, bounded and
written in one way only, and a query holds what it gets against what was asked.
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
from app.models.values import MAX_INTEGER, format_instant, parse_date, parse_instant

MAX_CURSOR = 500
"""Characters; the longest that is given out has some 150."""

_CHECK_LENGTH = 8

Place = Sequence[str | int]
"""The values that a list is ordered by, of one row."""


class Kind(Protocol):
    """One kind of value in a cursor."""

    def read(self, value: object) -> Any:
        """Read the value as JSON has it. Raises `ValueError` for what is never written."""


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer between two bounds, both included."""

    lowest: int = 0
    highest: int = MAX_INTEGER

    def read(self, value: object) -> int:
        if type(value) is not int or not self.lowest <= value <= self.highest:
            raise ValueError("not in range")
        return value


@dataclass(frozen=True, slots=True)
class Day:
    """A day, `YYYY-MM-DD`."""

    def read(self, value: object) -> date:
        return parse_date(value if isinstance(value, str) else "")


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as answers write it, or an empty text for none."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or (value and format_instant(parse_instant(value)) != value):
            raise ValueError("no instant")
        return value


_ID = "[1-9][0-9]{0,17}"


@dataclass(frozen=True, slots=True)
class Ids:
    """One to `most` row ids joined by hyphens, each once."""

    most: int

    def read(self, value: object) -> tuple[int, ...]:
        # Matched before anything is converted: a text of digits can be long.
        pattern = rf"{_ID}(?:-{_ID}){{0,{self.most - 1}}}"
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError("no ids")
        ids = tuple(map(int, value.split("-")))
        if len(set(ids)) != len(ids):
            raise ValueError("an id twice")
        return ids


def encode_cursor(place: Place, *, filters: Mapping[str, object]) -> str:
    """Write the place of a row as an opaque cursor."""
    written = orjson.dumps(list(place))
    return base64url.encode(_check(written, filters) + written)


def decode_cursor(
    cursor: str, *, filters: Mapping[str, object], shape: Sequence[Kind]
) -> tuple[Any, ...]:
    """Read back a place; `shape` are the kinds of its values.

    Raises:
        BadRequest: `invalid_cursor`; it was not made here, or for other filters.
    """
    try:
        return _place(cursor, filters, shape)
    except ValueError:
        raise invalid_cursor() from None


def invalid_cursor() -> BadRequest:
    """The refusal of a cursor, for queries that find that it names none of their rows."""
    detail = "Use a cursor as it was given, with the filters that it was given for."
    fault = Fault("", "invalid_cursor", detail, "cursor")
    return BadRequest("invalid_cursor", detail, faults=[fault])


def _place(cursor: str, filters: Mapping[str, object], shape: Sequence[Kind]) -> tuple[Any, ...]:
    """Raises `ValueError` for anything but the one spelling of a place of this shape."""
    if len(cursor) > MAX_CURSOR:
        raise ValueError("too long")
    raw = base64url.decode(cursor)
    check, written = raw[:_CHECK_LENGTH], raw[_CHECK_LENGTH:]
    if check != _check(written, filters):
        raise ValueError("made elsewhere, or for another list")
    values = orjson.loads(written)
    if not isinstance(values, list) or orjson.dumps(values) != written:
        raise ValueError("another spelling")
    return tuple(kind.read(value) for value, kind in zip(values, shape, strict=True))


def _check(written: bytes, filters: Mapping[str, object]) -> bytes:
    bound = orjson.dumps(dict(filters), option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(bound + b"\0" + written, digest_size=_CHECK_LENGTH).digest()
