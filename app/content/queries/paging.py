"""Pages by keyset: a cursor is the place of the last row seen, bound to its filters."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime
from typing import Any

import orjson

from app.errors import BadRequest, Fault
from app.models.values import MAX_INTEGER, parse_date

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

_CHECK_LENGTH = 8

Place = Sequence[str | int]
"""The values that a list is ordered by, of one row."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, ready to send, and how to go on."""

    items: Sequence[object]
    limit: int
    next_cursor: str | None
    total: int | None
    """How many on all pages; `None` where search does not count further."""
    last_modified: datetime | None = None
    """The last public change of any content; `None` where drafts are listed."""
    next_change_at: datetime | None = None


def encode_cursor(place: Place, *, filters: Mapping[str, object]) -> str:
    """Write the place of a row as an opaque cursor."""
    written = orjson.dumps(list(place))
    return urlsafe_b64encode(_check(written, filters) + written).rstrip(b"=").decode()


def decode_cursor(
    cursor: str, *, filters: Mapping[str, object], shape: tuple[type, ...]
) -> tuple[Any, ...]:
    """Read back a place; `shape` are the types of its values: str, int or date.

    Whoever reads this file can make a cursor, so its values are judged like any other input.

    Raises:
        BadRequest: it was not made here, or with other filters.
    """
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        check, written = raw[:_CHECK_LENGTH], raw[_CHECK_LENGTH:]
        values = orjson.loads(written) if check == _check(written, filters) else None
        if not isinstance(values, list):
            raise ValueError("no place")
        place = tuple(_value(value, kind) for value, kind in zip(values, shape, strict=True))
    except (Base64Error, UnicodeEncodeError, ValueError):
        detail = "Use a cursor as it was given, with the filters that it was given for."
        raise BadRequest(
            "invalid_cursor", detail, faults=[Fault("", "invalid_cursor", detail, "cursor")]
        ) from None
    return place


def _value(value: object, kind: type) -> object:
    """Read one value of a place. Raises `ValueError` for what no row has there."""
    if kind is Date and isinstance(value, str):
        return parse_date(value)
    if type(value) is not kind or (isinstance(value, int) and abs(value) > MAX_INTEGER):
        raise ValueError("not of this shape")
    return value


def _check(written: bytes, filters: Mapping[str, object]) -> bytes:
    # No secret: it tells a foreign cursor from ours, which holds only what the client has seen.
    bound = orjson.dumps(dict(filters), option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(bound + b"\0" + written, digest_size=_CHECK_LENGTH).digest()
