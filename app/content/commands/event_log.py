"""Appending to the event log, as the last step of a transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Insert, Integer, bindparam, insert, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session, col

from app.database.prepared_writes import change, insert_rows
from app.models.base import table_of
from app.models.content_version import EVENTS, PUBLIC_EVENTS, ContentVersion
from app.models.event import PUBLIC_TYPES, Event, EventType


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that a transaction records; it gets its sequence just before the commit."""

    type: EventType
    data: bytes
    """The member `data` as JSON."""
    issue_id: int | None = None
    occurred_at: datetime | None = None
    """`None`: the time of the transaction."""
    schedule_key: str | None = None


class Recorder(Protocol):
    """The part of a `Transaction` that recording an event needs."""

    @property
    def session(self) -> Session: ...

    @property
    def now(self) -> datetime: ...

    @property
    def base_url(self) -> str:
        """The public URL, for addresses in events."""
        ...

    def record(self, event: NewEvent) -> None:
        """Add an event to those that are stored with the commit."""
        ...


def append_events(session: Session, events: Sequence[NewEvent], *, now: datetime) -> None:
    """Number events and store them. The caller commits at once.

    Both counters are changed under the lock of the first, and the lock lasts until the commit. So
    sequences become visible in order and without gaps, whatever other transactions do.
    """
    position = _advance(session, EVENTS, len(events)) - len(events)
    are_public = [event.type in PUBLIC_TYPES for event in events]
    sequence = 0
    if any(are_public):
        sequence = _advance(session, PUBLIC_EVENTS, sum(are_public)) - sum(are_public)
    rows: list[dict[str, object]] = []
    for event, is_public in zip(events, are_public, strict=True):
        position += 1
        sequence += is_public
        rows.append(
            {
                "id": position,
                "public_sequence": sequence if is_public else None,
                "public_id": f"evt_{secrets.token_hex(12)}",
                "type": event.type,
                "occurred_at": event.occurred_at or now,
                "issue_id": event.issue_id,
                "schedule_key": event.schedule_key,
                "data": event.data,
            }
        )
    insert_rows(session.connection(), _insert_events(), rows)


def _advance(session: Session, name: str, count: int) -> int:
    """Add to a counter, lock it until the commit, and return its new value."""
    given = {"counter": name, "count": count}
    (row,) = change(session.connection(), _advance_counter(), given)
    number: int = row.number
    return number


# Statements are built once and bypass the ORM, which would take several times as long for each.


@cache
def _advance_counter() -> ReturningUpdate[Any]:
    return (
        update(ContentVersion)
        .where(col(ContentVersion.name) == bindparam("counter"))
        .values(number=ContentVersion.number + bindparam("count", type_=Integer))
        .returning(col(ContentVersion.number))
    )


@cache
def _insert_events() -> Insert:
    return insert(table_of(Event))
