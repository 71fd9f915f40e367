"""Reading the event log after a cursor, or after a position for readers inside the process.

Callers with `drafts:read` see all events, everyone else the public ones. Each view has its own
sequence without gaps and its own cursors, so that neither reveals how many drafts there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, Row, Select, String, bindparam, func, select, true
from sqlmodel import col

from app.content.access import Principal
from app.content.queries.cursors import Integer, decode_cursor, encode_cursor, invalid_cursor
from app.db import Reader
from app.errors import BadRequest, Fault, did_you_mean, quoted
from app.models.base import columns
from app.models.content_version import EVENTS, PUBLIC_EVENTS, ContentVersion
from app.models.event import EVENT_TYPES, Event
from app.models.values import MAX_COUNT, format_instant

LATEST = "latest"
"""In place of a cursor: the end of the log."""
_PARAMETER = "after"
"""The parameter that holds a cursor of the log."""

MAX_TYPES = 500
"""Characters of a list of types."""


class EventView(StrEnum):
    """Which events a caller sees."""

    PUBLIC = "public"
    ALL = "all"

    @classmethod
    def of(cls, principal: Principal) -> "EventView":
        """Return the view of a principal."""
        return cls.ALL if principal.sees_drafts else cls.PUBLIC


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log."""

    position: int
    """Its sequence among all events."""
    public_sequence: int | None
    """Its sequence among the public events; `None` for the others."""
    id: str
    type: str
    occurred_at: datetime
    issue_id: int | None
    """Row id of the issue that it is about; never public."""
    data: bytes
    """The member `data` as JSON."""

    def sequence(self, view: EventView) -> int:
        """Return its sequence in a view that shows it."""
        if view is EventView.ALL:
            return self.position
        assert self.public_sequence is not None, "the public view has public events"
        return self.public_sequence

    def body(self, view: EventView) -> bytes:
        """Return the event as JSON; the same bytes each time, which webhooks sign."""
        return (
            f'{{"id":"{self.id}","sequence":{self.sequence(view)},"type":"{self.type}",'
            f'"timestamp":"{format_instant(self.occurred_at)}","data":'
        ).encode() + b"%b}" % self.data

    def document(self, view: EventView) -> dict[str, object]:
        """Return the event as an object."""
        document: dict[str, object] = orjson.loads(self.body(view))
        return document

    def cursor(self, view: EventView) -> str:
        """Return the cursor behind this event."""
        return cursor_at(self.sequence(view), view)


@dataclass(frozen=True, slots=True)
class EventPage:
    """A part of the log in one view."""

    view: EventView
    events: Sequence[LoggedEvent]
    limit: int
    end: int
    """Sequence to go on from: of the last event, or the end of the log if that was reached."""
    has_more: bool
    truncated: bool
    """Whether events between the cursor and the first of these are no longer kept."""

    @property
    def next_cursor(self) -> str:
        return cursor_at(self.end, self.view)

    def body(self) -> bytes:
        """Return the page as JSON."""
        page = {
            "limit": self.limit,
            "next_cursor": self.next_cursor,
            "has_more": self.has_more,
            "truncated": self.truncated,
        }
        data = b",".join(event.body(self.view) for event in self.events)
        return b'{"data":[%b],"page":%b}' % (data, orjson.dumps(page))


def cursor_at(sequence: int, view: EventView) -> str:
    """Return the cursor behind the event with this sequence."""
    return encode_cursor([sequence], filters=_scope(view))


def types_of(text: str | None) -> tuple[str, ...] | None:
    """Read a comma list of event types, in which `issue.*` stands for all that begin `issue.`.

    Types that a caller may not see are valid and give nothing. `None` means all types.

    Raises:
        BadRequest: a type that does not exist.
    """
    return None if text is None else known_types(text.split(","))


def known_types(words: Sequence[str]) -> tuple[str, ...]:
    """Resolve type names and groups such as `issue.*`. Raises `BadRequest`."""
    wanted: set[str] = set()
    for word in (each.strip() for each in words):
        group = word.removesuffix("*") if word.endswith(".*") else None
        found = [n for n in EVENT_TYPES if n == word or (group and n.startswith(group))]
        if not found:
            raise _unknown_type(word)
        wanted.update(found)
    return tuple(name for name in EVENT_TYPES if name in wanted)


async def start_of(reader: Reader, after: str | None, *, view: EventView) -> int | None:
    """Resolve a cursor, or `latest`, to the sequence to read after. One or two statements.

    `None`: from the oldest event kept. A cursor of the public view also works in the view of all
    events. The opposite would reveal how many events lie between public ones.

    Raises:
        BadRequest: the cursor was not issued for this view, or lies beyond the end of the log.
    """
    if after == LATEST:
        return await _end_of(reader, view)
    return None if after is None else await _start_at(reader, after, view)


async def events_after(
    reader: Reader,
    start: int | None,
    *,
    view: EventView = EventView.ALL,
    types: Sequence[str] | None = None,
    limit: int = 100,
) -> EventPage:
    """Read events oldest first, after a sequence of the view. One statement.

    For readers inside the process, which store `EventPage.end`. `None`: from the oldest one kept.

    Raises:
        BadRequest: the sequence lies beyond the end of the log.
    """
    statement = _select_events(view, has_types=types is not None)
    parameters: dict[str, object] = {"after": start or 0, "limit": limit + 1}
    if types is not None:
        parameters["types"] = list(types)
    rows = await reader.rows(statement, parameters)
    end, oldest = rows[0].end, rows[0].oldest
    if (start or 0) > end:
        raise invalid_cursor(_PARAMETER)
    found = [event_of(row) for row in rows if row.id is not None]
    has_more = len(found) > limit
    shown = found[:limit]
    if has_more:
        end = shown[-1].sequence(view)
    first_kept = oldest if oldest is not None else rows[0].end + 1
    return EventPage(
        view, shown, limit, end, has_more, truncated=start is not None and start + 1 < first_kept
    )


async def position_after(reader: Reader, cursor: str, *, view: EventView) -> int:
    """Return the position in the whole log behind a cursor of a view.

    Raises:
        BadRequest: the cursor was not issued for this view, or lies beyond the end.
    """
    sequence = await _start_at(reader, cursor, view)
    if sequence > await _end_of(reader, view):
        raise invalid_cursor(_PARAMETER)
    if view is EventView.ALL:
        return sequence
    rows = await reader.rows(_select_position(), {"sequence": sequence})
    position: int = rows[0].position
    return position


async def end_of_log(reader: Reader) -> int:
    """Return the position of the newest event, for readers that begin now."""
    return await _end_of(reader, EventView.ALL)


async def _end_of(reader: Reader, view: EventView) -> int:
    end: int = (await reader.rows(_select_end(view)))[0].end
    return end


async def _start_at(reader: Reader, cursor: str, view: EventView) -> int:
    shape = (Integer(0, MAX_COUNT),)
    sequence: int
    own = view
    try:
        (sequence,) = decode_cursor(cursor, filters=_scope(view), shape=shape, parameter=_PARAMETER)
    except BadRequest:
        if view is EventView.PUBLIC:
            raise
        own = EventView.PUBLIC
        (sequence,) = decode_cursor(cursor, filters=_scope(own), shape=shape, parameter=_PARAMETER)
    if sequence > await _end_of(reader, own):
        raise invalid_cursor(_PARAMETER)
    if own is view:
        return sequence
    rows = await reader.rows(_select_position(), {"sequence": sequence})
    position: int = rows[0].position
    return position


def _scope(view: EventView) -> dict[str, object]:
    return {"list": "events", "view": view.value}


def _unknown_type(word: str) -> BadRequest:
    hint = did_you_mean(word, EVENT_TYPES) or " For all that concern issues, give issue.*."
    detail = f"There is no event type {quoted(word)}.{hint}"[:200]
    return BadRequest(
        "invalid_parameter", detail, faults=[Fault("", "unknown_event_type", detail, "types")]
    )


_COLUMNS = ("public_sequence", "public_id", "type", "occurred_at", "issue_id", "data")


def event_of(row: Row[Any]) -> LoggedEvent:
    """Make an event of a row of its table."""
    return LoggedEvent(
        position=row.id,
        public_sequence=row.public_sequence,
        id=row.public_id,
        type=row.type,
        occurred_at=row.occurred_at,
        issue_id=row.issue_id,
        data=bytes(row.data),
    )


@cache
def _select_events(view: EventView, *, has_types: bool) -> Select[Any]:
    """Select one row at least, with the end of the log; its events are null if there are none.

    End and events are read in one statement. Otherwise an event that was committed between two
    statements could be skipped.
    """
    sequence: Any = col(Event.id if view is EventView.ALL else Event.public_sequence)
    events = select(col(Event.id), *columns(Event, *_COLUMNS)).where(
        sequence > bindparam("after", type_=BigInteger)
    )
    if has_types:
        events = events.where(col(Event.type).in_(bindparam("types", type_=String, expanding=True)))
    # Limited inside: SQLite would sort the whole log for a limit outside of the join.
    found = events.order_by(sequence).limit(bindparam("limit")).subquery()
    place = select(
        _select_end(view).scalar_subquery().label("end"),
        select(func.min(sequence)).scalar_subquery().label("oldest"),
    ).subquery()
    order = found.c.id
    return (
        select(place.c.end, place.c.oldest, *found.c)
        .select_from(place.outerjoin(found, true()))
        .order_by(order)
    )


@cache
def _select_end(view: EventView) -> Select[Any]:
    name = EVENTS if view is EventView.ALL else PUBLIC_EVENTS
    return select(col(ContentVersion.number).label("end")).where(col(ContentVersion.name) == name)


@cache
def _select_position() -> Select[Any]:
    position = func.coalesce(func.max(col(Event.id)), 0).label("position")
    return select(position).where(
        col(Event.public_sequence) <= bindparam("sequence", type_=BigInteger)
    )
