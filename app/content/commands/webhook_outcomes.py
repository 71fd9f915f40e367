"""Attempts of deliveries: lease what is due, record how each attempt ended, delete what is old."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlmodel import col

from app.content.commands.events import record_event
from app.content.commands.transaction import Transaction
from app.content.commands.webhook_queue import add_pending_attempts, document_of, release_next
from app.models.api_key import ApiKey
from app.models.webhook_delivery import WebhookAttempt, WebhookDelivery
from app.models.webhook_endpoint import DisabledReason, WebhookEndpoint

DISABLED_AFTER = timedelta(days=5)
"""Of nothing but failures. By time and not by count, since a daily paper has few events."""
GIVEN_UP_AFTER = timedelta(days=5)
"""Since the first attempt of a delivery that fails while others of its endpoint succeed."""
PRUNED_AT_ONCE = 500

_GONE = 410


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that this process may attempt until its lease ends."""

    delivery_id: int
    endpoint_id: int
    lease: str
    number: int
    """Of the attempt, counting from 1."""
    retries: int
    """Failures since it was queued."""
    webhook_id: str
    url: str
    types: str
    secrets: tuple[bytes, ...]
    """What signs the attempt, the newest first."""
    sees_drafts: bool
    event_id: str
    event_number: int | None
    """`None` for a ping."""
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended."""

    started_at: datetime
    duration_ms: int
    status: int | None = None
    """HTTP status; `None` if there was no response."""
    error: str | None = None
    """Why there was no success, in words; at most 200 characters."""
    excerpt: str | None = None
    """The first 1,000 characters of the response."""
    retry_after_seconds: float | None = None
    """What the receiver asked to wait."""
    is_hopeless: bool = False
    """Whether no later attempt can succeed, so that none is made."""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def lease_due(
    tx: Transaction, capacity: Mapping[int, int], *, lease: str, lease_seconds: float
) -> list[Leased]:
    """Lease due deliveries: of each endpoint at most as many as `capacity` has for its row id.

    Deliveries that another process is leasing are left to it. An endpoint whose owner may no
    longer read what it is sent is disabled.
    """
    until = tx.now + timedelta(seconds=lease_seconds)
    endpoints = tx.session.scalars(
        select(WebhookEndpoint).where(
            col(WebhookEndpoint.id).in_(capacity), col(WebhookEndpoint.status) != "disabled"
        )
    ).all()
    gone = _without_owner(tx, endpoints)
    found: list[Leased] = []
    for endpoint in endpoints:
        assert endpoint.id is not None
        if endpoint.id in gone:
            disable(tx, endpoint, "owner_gone")
            continue
        rows = tx.session.scalars(
            update(WebhookDelivery)
            .where(col(WebhookDelivery.id).in_(_due(tx, endpoint, capacity[endpoint.id])))
            .values(lease=lease, due_at=until)
            .returning(WebhookDelivery)
            .execution_options(synchronize_session=False)
        ).all()
        found += (_leased(endpoint, row, now=tx.now) for row in rows)
    return found


def record_outcome(
    tx: Transaction, leased: Leased, outcome: Outcome, *, wait_seconds: float
) -> None:
    """Record how an attempt ended; `wait_seconds` is the wait after a failure.

    Nothing is recorded if the lease was lost: another process makes the attempt again.
    """
    endpoint = tx.session.scalars(
        select(WebhookEndpoint)
        .where(col(WebhookEndpoint.id) == leased.endpoint_id)
        .with_for_update()
    ).one_or_none()
    delivery = tx.session.scalars(
        select(WebhookDelivery).where(
            col(WebhookDelivery.id) == leased.delivery_id,
            col(WebhookDelivery.lease) == leased.lease,
        )
    ).one_or_none()
    if endpoint is None or delivery is None:
        return
    delivery.lease = None
    delivery.attempts = leased.number
    delivery.first_attempt_at = delivery.first_attempt_at or outcome.started_at
    if outcome.is_success:
        _succeed(tx, endpoint, delivery, leased)
    else:
        _fail(tx, endpoint, delivery, outcome, due_at=tx.now + timedelta(seconds=wait_seconds))
    _write_attempt(tx, delivery, outcome)


def release_leases(tx: Transaction, leases: Collection[str]) -> None:
    """Make deliveries due now whose attempts were cut off."""
    tx.session.execute(
        update(WebhookDelivery)
        .where(col(WebhookDelivery.lease).in_(leases))
        .values(lease=None, due_at=tx.now)
    )


def disable(tx: Transaction, endpoint: WebhookEndpoint, reason: DisabledReason) -> None:
    """Disable an endpoint, and record that as an event. Its deliveries stay queued."""
    endpoint.status = "disabled"
    endpoint.disabled_reason = reason
    record_event(tx, "webhook.disabled", document_of(tx, endpoint))


def prune_deliveries(tx: Transaction, *, kept_for: timedelta) -> int:
    """Delete some deliveries that were finished long ago, with attempts; return how many."""
    old = (
        select(col(WebhookDelivery.id))
        .where(col(WebhookDelivery.finished_at) < tx.now - kept_for)
        .order_by(col(WebhookDelivery.finished_at))
        .limit(PRUNED_AT_ONCE)
    )
    ids = tx.session.scalars(old).all()
    tx.session.execute(delete(WebhookDelivery).where(col(WebhookDelivery.id).in_(ids)))
    return len(ids)


def _without_owner(tx: Transaction, endpoints: Sequence[WebhookEndpoint]) -> set[int | None]:
    """Return the ids of endpoints with draft events whose key was revoked or has expired."""
    return set(
        tx.session.scalars(
            select(col(WebhookEndpoint.id))
            .join(ApiKey, col(ApiKey.id) == col(WebhookEndpoint.owner_key_id))
            .where(
                col(WebhookEndpoint.id).in_([endpoint.id for endpoint in endpoints]),
                col(WebhookEndpoint.sees_drafts),
                or_(col(ApiKey.revoked_at).is_not(None), col(ApiKey.expires_at) <= tx.now),
            )
        )
    )


def _due(tx: Transaction, endpoint: WebhookEndpoint, most: int) -> Select[Any]:
    due = select(col(WebhookDelivery.id)).where(
        col(WebhookDelivery.endpoint_id) == endpoint.id,
        col(WebhookDelivery.finished_at).is_(None),
        col(WebhookDelivery.due_at) <= tx.now,
    )
    if endpoint.status == "pending":
        due = due.where(col(WebhookDelivery.event_number).is_(None))
    return (
        due.order_by(col(WebhookDelivery.due_at), col(WebhookDelivery.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )


def _leased(endpoint: WebhookEndpoint, row: WebhookDelivery, *, now: datetime) -> Leased:
    assert row.id is not None
    assert row.lease is not None
    until = endpoint.previous_secret_until
    older = endpoint.previous_secret if until is not None and now < until else None
    return Leased(
        delivery_id=row.id,
        endpoint_id=row.endpoint_id,
        lease=row.lease,
        number=row.attempts + 1,
        retries=row.retries,
        webhook_id=endpoint.public_id,
        url=endpoint.url,
        types=endpoint.types,
        secrets=(endpoint.secret,) if older is None else (endpoint.secret, older),
        sees_drafts=endpoint.sees_drafts,
        event_id=row.event_id,
        event_number=row.event_number,
        queued_at=row.created_at,
    )


def _succeed(
    tx: Transaction, endpoint: WebhookEndpoint, delivery: WebhookDelivery, leased: Leased
) -> None:
    endpoint.last_success_at, endpoint.failing_since = tx.now, None
    # The URL may have changed during the attempt.
    if endpoint.status == "pending" and endpoint.url == leased.url:
        endpoint.status = "active"
        endpoint.verified_at = tx.now
    _finish(tx, delivery)


def _fail(
    tx: Transaction,
    endpoint: WebhookEndpoint,
    delivery: WebhookDelivery,
    outcome: Outcome,
    *,
    due_at: datetime,
) -> None:
    delivery.retries += 1
    delivery.due_at = due_at
    if outcome.is_hopeless:
        _finish(tx, delivery)
        return
    endpoint.failing_since = endpoint.failing_since or outcome.started_at
    if endpoint.status == "disabled":
        return
    if outcome.status == _GONE:
        disable(tx, endpoint, "gone")
    elif tx.now - endpoint.failing_since >= DISABLED_AFTER:
        disable(tx, endpoint, "failing")
    elif tx.now - (delivery.first_attempt_at or tx.now) >= GIVEN_UP_AFTER:
        _finish(tx, delivery)


def _finish(tx: Transaction, delivery: WebhookDelivery) -> None:
    delivery.finished_at, delivery.due_at = tx.now, None
    release_next(tx, delivery)


def _write_attempt(tx: Transaction, delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Complete the row of this attempt, and add that of the next one."""
    is_finished = delivery.finished_at is not None
    tx.session.execute(
        update(WebhookAttempt)
        .where(
            col(WebhookAttempt.delivery_id) == delivery.id,
            col(WebhookAttempt.number) == delivery.attempts,
        )
        .values(
            status="succeeded" if outcome.is_success else "failed",
            started_at=outcome.started_at,
            duration_ms=outcome.duration_ms,
            response_status=outcome.status,
            error=outcome.error,
            response_excerpt=outcome.excerpt,
            next_attempt_at=None if is_finished else delivery.due_at,
        )
    )
    if not is_finished:
        add_pending_attempts(tx, [delivery])
