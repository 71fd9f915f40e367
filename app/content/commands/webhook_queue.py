"""The queue of webhook deliveries: what is queued for an endpoint, and in which order.

Of the unfinished deliveries of one endpoint and ordering key only the first is due, whatever
process queues or finishes them: each locks the row of the endpoint before it reads or changes its
queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.content.webhook_document import select_webhooks, webhook_document
from app.content.webhook_types import PING, taken_types
from app.models.base import columns
from app.models.content_version import EVENTS, ContentVersion
from app.models.event import Event
from app.models.webhook_delivery import WebhookAttempt, WebhookDelivery
from app.models.webhook_endpoint import WebhookEndpoint

FANNED_OUT_AT_ONCE = 500
"""Deliveries that one transaction queues: on SQLite other writes wait for it."""
ENDPOINTS_AT_ONCE = 100

_UNFINISHED = col(WebhookDelivery.finished_at).is_(None)
_PING_KEY = "ping"


@dataclass(frozen=True, slots=True)
class Queueable:
    """What the queue knows of an event of the log."""

    number: int
    event_id: str
    type: str
    ordering_key: str
    is_public: bool

    @classmethod
    def of(cls, event: Event | Row[Any]) -> "Queueable":
        """Take what is needed of an event, or of a row with these columns of it."""
        assert event.id is not None
        key = event.type if event.issue_id is None else f"issue {event.issue_id}"
        is_public = event.public_sequence is not None
        return cls(event.id, event.public_id, event.type, key, is_public)


def end_of_log(tx: Transaction) -> int:
    """Return the number of the newest event."""
    number = tx.session.scalar(
        select(col(ContentVersion.number)).where(col(ContentVersion.name) == EVENTS)
    )
    return number or 0


def document_of(tx: Transaction, endpoint: WebhookEndpoint) -> dict[str, object]:
    """Return the public document of an endpoint as it stands in this transaction."""
    tx.session.flush()
    statement = select_webhooks().where(col(WebhookEndpoint.id) == endpoint.id)
    return webhook_document(tx.session.execute(statement).one())


def fan_out(tx: Transaction) -> bool:
    """Queue new events for the endpoints that take them; return whether there may be more.

    Endpoints that another process is working on are left to it.
    """
    newest = end_of_log(tx)
    endpoints = tx.session.scalars(
        select(WebhookEndpoint)
        .where(col(WebhookEndpoint.status) == "active", col(WebhookEndpoint.position) < newest)
        .order_by(col(WebhookEndpoint.position), col(WebhookEndpoint.id))
        .limit(ENDPOINTS_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if not endpoints:
        return False
    most = max(1, FANNED_OUT_AT_ONCE // len(endpoints))
    events = [
        Queueable.of(event)
        # Without `data`, which is large.
        for event in tx.session.execute(
            select(*columns(Event, "id", "public_id", "type", "issue_id", "public_sequence"))
            .where(col(Event.id) > endpoints[0].position)
            .order_by(col(Event.id))
            .limit(most)
        )
    ]
    # Without events, those up to the newest are no longer kept.
    reached = events[-1].number if events else newest
    wanted: list[tuple[WebhookEndpoint, Queueable]] = []
    for endpoint in endpoints:
        types = taken_types(endpoint.types.split(), sees_drafts=endpoint.sees_drafts)
        wanted += (
            (endpoint, event)
            for event in events
            if event.number > endpoint.position
            and event.type in types
            and (event.is_public or endpoint.sees_drafts)
        )
        endpoint.position = max(endpoint.position, reached)
    _queue(tx, wanted)
    return reached < newest or len(endpoints) == ENDPOINTS_AT_ONCE


def queue_again(tx: Transaction, endpoint: WebhookEndpoint, event: Event) -> None:
    """Queue one event, whether or not it was delivered before; the endpoint is locked."""
    _queue(tx, [(endpoint, Queueable.of(event))])


def queue_ping(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    """Queue a ping, or make the one that is queued due now; the endpoint is locked."""
    assert endpoint.id is not None
    queued = tx.session.scalars(
        select(WebhookDelivery).where(
            _UNFINISHED,
            col(WebhookDelivery.endpoint_id) == endpoint.id,
            col(WebhookDelivery.ordering_key) == _PING_KEY,
        )
    ).first()
    if queued is not None:
        if queued.lease is None:
            queued.due_at, queued.retries, queued.first_attempt_at = tx.now, 0, None
        tx.session.flush()
        return
    ping = WebhookDelivery(
        endpoint_id=endpoint.id,
        event_id=f"evt_{token_hex(12)}",
        type=PING,
        ordering_key=_PING_KEY,
        created_at=tx.now,
        due_at=tx.now,
    )
    tx.session.add(ping)
    tx.session.flush()
    add_pending_attempts(tx, [ping])


def resume(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    """Make what waits for its next attempt due now; the endpoint is locked."""
    tx.session.execute(
        update(WebhookDelivery)
        .where(
            _UNFINISHED,
            col(WebhookDelivery.endpoint_id) == endpoint.id,
            col(WebhookDelivery.due_at).is_not(None),
            col(WebhookDelivery.lease).is_(None),
        )
        .values(due_at=tx.now, retries=0, first_attempt_at=None)
    )
    if endpoint.status == "pending":
        queue_ping(tx, endpoint)


def release_next(tx: Transaction, finished: WebhookDelivery) -> None:
    """Make the next event of an ordering key due after one was finished; the endpoint is locked."""
    tx.session.flush()
    following = tx.session.scalars(
        select(WebhookDelivery)
        .where(
            _UNFINISHED,
            col(WebhookDelivery.endpoint_id) == finished.endpoint_id,
            col(WebhookDelivery.ordering_key) == finished.ordering_key,
        )
        .order_by(col(WebhookDelivery.event_number))
        .limit(1)
    ).first()
    if following is not None and following.due_at is None:
        following.due_at = tx.now


def _queue(tx: Transaction, wanted: Sequence[tuple[WebhookEndpoint, Queueable]]) -> None:
    """Queue events, oldest first, in four statements however many they are."""
    if not wanted:
        return
    known = _known(tx, wanted)
    heads = _heads(tx, wanted)
    queued: list[WebhookDelivery] = []
    for endpoint, event in wanted:
        assert endpoint.id is not None
        delivery = known.get((endpoint.id, event.number))
        if delivery is not None and delivery.finished_at is None:
            if delivery.due_at is not None and delivery.lease is None:
                delivery.due_at = tx.now  # it was waiting for its next attempt
            continue
        is_first = (endpoint.id, event.ordering_key) not in heads
        heads.add((endpoint.id, event.ordering_key))
        if delivery is None:
            delivery = WebhookDelivery(
                endpoint_id=endpoint.id,
                event_number=event.number,
                event_id=event.event_id,
                type=event.type,
                ordering_key=event.ordering_key,
                created_at=tx.now,
                attempts=0,
            )
        delivery.finished_at = delivery.first_attempt_at = None
        delivery.retries = 0
        delivery.due_at = tx.now if is_first else None
        queued.append(delivery)
    tx.session.add_all(queued)
    tx.session.flush()
    add_pending_attempts(tx, queued)


def _known(
    tx: Transaction, wanted: Sequence[tuple[WebhookEndpoint, Queueable]]
) -> dict[tuple[int, int | None], WebhookDelivery]:
    """Return the deliveries that there are already: those of a replay."""
    rows = tx.session.scalars(
        select(WebhookDelivery).where(
            col(WebhookDelivery.endpoint_id).in_({endpoint.id for endpoint, _ in wanted}),
            col(WebhookDelivery.event_number).in_({event.number for _, event in wanted}),
        )
    )
    return {(row.endpoint_id, row.event_number): row for row in rows}


def _heads(
    tx: Transaction, wanted: Sequence[tuple[WebhookEndpoint, Queueable]]
) -> set[tuple[int, str]]:
    """Return the endpoints and ordering keys that have a delivery which is due or in flight."""
    rows = tx.session.execute(
        select(col(WebhookDelivery.endpoint_id), col(WebhookDelivery.ordering_key)).where(
            _UNFINISHED,
            col(WebhookDelivery.due_at).is_not(None),
            col(WebhookDelivery.endpoint_id).in_({endpoint.id for endpoint, _ in wanted}),
            col(WebhookDelivery.ordering_key).in_({event.ordering_key for _, event in wanted}),
        )
    )
    return {(row.endpoint_id, row.ordering_key) for row in rows}


def add_pending_attempts(tx: Transaction, deliveries: Sequence[WebhookDelivery]) -> None:
    """Add the row of the next attempt of each delivery, which is flushed already."""
    if not deliveries:
        return
    tx.session.execute(
        insert(WebhookAttempt),
        [
            {
                "delivery_id": delivery.id,
                "endpoint_id": delivery.endpoint_id,
                "number": delivery.attempts + 1,
                "status": "pending",
            }
            for delivery in deliveries
        ],
    )
