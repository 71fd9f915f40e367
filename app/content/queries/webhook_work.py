"""What the dispatcher of webhooks reads: which endpoints have work, and the events to send."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import col

from app.content.queries.events import EventView, event_of
from app.db import Reader
from app.models.base import columns
from app.models.content_version import EVENTS, ContentVersion
from app.models.event import Event
from app.models.webhook_delivery import WebhookDelivery
from app.models.webhook_endpoint import WebhookEndpoint


@dataclass(frozen=True, slots=True)
class EndpointWork:
    """The work that one endpoint has."""

    endpoint_id: int
    has_new_events: bool
    is_failing: bool
    due_at: datetime | None
    """When its next attempt is due, or the lease of another process ends."""


async def list_work(reader: Reader) -> Sequence[EndpointWork]:
    """List the endpoints that are not disabled. One statement."""
    return [
        EndpointWork(
            endpoint_id=row.id,
            has_new_events=row.status == "active" and row.position < row.newest,
            is_failing=row.failing_since is not None,
            due_at=row.due_at,
        )
        for row in await reader.rows(_select_work())
    ]


async def bodies_of(
    reader: Reader, numbers: Collection[int], view: EventView
) -> Mapping[int, bytes]:
    """Return events as a view shows them, by number; those no longer kept are missing."""
    if not numbers:
        return {}
    rows = await reader.rows(_select_events(), {"numbers": sorted(numbers)})
    events = (event_of(row) for row in rows)
    return {event.position: event.body(view) for event in events}


@cache
def _select_work() -> Select[Any]:
    pings_only = (col(WebhookEndpoint.status) == "active") | col(WebhookDelivery.event_number).is_(
        None
    )
    due_at = (
        select(func.min(col(WebhookDelivery.due_at)))
        .where(
            col(WebhookDelivery.endpoint_id) == col(WebhookEndpoint.id),
            col(WebhookDelivery.finished_at).is_(None),
            pings_only,
        )
        .correlate(WebhookEndpoint)
        .scalar_subquery()
    )
    newest = (
        select(col(ContentVersion.number))
        .where(col(ContentVersion.name) == EVENTS)
        .scalar_subquery()
    )
    return select(
        *columns(WebhookEndpoint, "id", "status", "position", "failing_since"),
        due_at.label("due_at"),
        newest.label("newest"),
    ).where(col(WebhookEndpoint.status) != "disabled")


@cache
def _select_events() -> Select[Any]:
    names = ("id", "public_sequence", "public_id", "type", "occurred_at", "issue_id", "data")
    return select(*columns(Event, *names)).where(
        col(Event.id).in_(bindparam("numbers", expanding=True))
    )
