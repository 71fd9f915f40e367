"""Pages by keyset: a cursor is the place of the last row seen, bound to its filters."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date, datetime
from typing import Any, TypeVar

import orjson

from app.errors import BadRequest, Fault
from app.models.values import MAX_INTEGER, parse_date

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

_CHECK_LENGTH = 8

Place = Sequence[str | int]
"""The values that a list is ordered by, of one row."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for: some rows from one of its ends, or next to a cursor."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    """Only rows beyond this cursor."""
    before: str | None = None
    """Only rows before this cursor."""
    is_last: bool = False
    """The last rows of what is left, not the first; in the order of the list all the same."""

    @property
    def one_more(self) -> int:
        """Rows to read: one beyond the part tells whether there are more."""
        return self.limit + 1

    def cut(self, rows: Sequence[Row]) -> tuple[Sequence[Row], bool]:
        """Cut what was read from the asked end to the part, and tell whether there was more."""
        shown = rows[: self.limit]
        return (shown[::-1] if self.is_last else shown), len(rows) > self.limit


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, ready to send, and how to go on."""

    items: Sequence[object]
    limit: int
    next_cursor: str | None
    total: int | None
    """How many on all pages; `None` where search does not count further."""
    last_modified: datetime | None = None
    """The last public change of any content; `None` where drafts are listed, or nobody counted."""
    next_change_at: datetime | None = None
    has_previous: bool = False
    """Whether there are rows before these."""
    has_next: bool = False
    """Whether there are rows after these."""
    places: Sequence[Place] = ()
    """The places of these rows."""
    bound: Mapping[str, object] = field(default_factory=dict)
    """What cursors of the list are bound to."""

    def cursor_of(self, number: int) -> str:
        """The cursor of one of these rows."""
        return encode_cursor(self.places[number], filters=self.bound)


def page_of(
    items: Sequence[object],
    *,
    part: Part,
    has_more: bool,
    places: Sequence[Place],
    bound: Mapping[str, object],
    total: int | None,
    last_modified: datetime | None = None,
    next_change_at: datetime | None = None,
) -> Page:
    """Make the page of a part; `has_more`: there is more beyond it, at the end it comes to."""
    # A cursor is of a row that was there: from it on, there are rows on its other side.
    has_next = part.before is not None if part.is_last else has_more
    return Page(
        items=items,
        limit=part.limit,
        next_cursor=encode_cursor(places[-1], filters=bound) if has_next and places else None,
        total=total,
        last_modified=last_modified,
        next_change_at=next_change_at,
        has_previous=has_more if part.is_last else part.after is not None,
        has_next=has_next,
        places=places,
        bound=bound,
    )


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
