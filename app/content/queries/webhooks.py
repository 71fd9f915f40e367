"""Webhook endpoints and the attempts to deliver to them."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select
from sqlmodel import col

from app.content.access import Principal
from app.content.queries.newest_first import newest_first
from app.content.queries.paging import Page, Part
from app.content.webhook_document import select_webhooks, webhook_document
from app.db import Reader
from app.errors import NotFound, quoted
from app.models.base import columns
from app.models.values import MAX_COUNT, format_instant
from app.models.webhook_delivery import AttemptStatus, WebhookAttempt, WebhookDelivery
from app.models.webhook_endpoint import WebhookEndpoint


async def list_webhooks(reader: Reader, *, principal: Principal, part: Part) -> Page:
    """List endpoints, newest first; those with draft events only with `drafts:read`.

    Two statements.

    Raises:
        Unauthenticated, Forbidden: without `webhooks:manage`.
        BadRequest: the cursor does not belong to this list.
    """
    principal.require("webhooks:manage")
    scope = {"list": "webhooks", "drafts": principal.sees_drafts}
    return await newest_first(
        reader,
        _select_page(),
        {"drafts": principal.sees_drafts},
        part=part,
        scope=scope,
        document=webhook_document,
        count=_count(),
    )


async def get_webhook(reader: Reader, public_id: str, *, principal: Principal) -> dict[str, object]:
    """Return the document of an endpoint.

    Raises:
        Unauthenticated, Forbidden: without `webhooks:manage`.
        NotFound: the caller sees no such endpoint.
    """
    return webhook_document(await _row(reader, public_id, principal=principal))


async def list_attempts(
    reader: Reader,
    public_id: str,
    *,
    principal: Principal,
    part: Part,
    status: AttemptStatus | None = None,
) -> Page:
    """List the attempts of an endpoint, newest first, with those that are still to be made.

    Raises as `get_webhook`, and:
        BadRequest: the cursor does not belong to this list.
    """
    row = await _row(reader, public_id, principal=principal)
    scope = {"list": "deliveries", "webhook": public_id, "status": status}
    return await newest_first(
        reader,
        _select_attempts(has_status=status is not None),
        {"endpoint": row.id} if status is None else {"endpoint": row.id, "status": status},
        part=part,
        scope=scope,
        document=_attempt_document,
        count=_count_attempts(has_status=status is not None),
        most=MAX_COUNT,
    )


async def _row(reader: Reader, public_id: str, *, principal: Principal) -> Row[Any]:
    principal.require("webhooks:manage")
    rows = await reader.rows(_select_one(), {"id": public_id, "drafts": principal.sees_drafts})
    if not rows:
        raise NotFound("webhook_not_found", f"There is no webhook {quoted(public_id)}.")
    return rows[0]


def _attempt_document(row: Row[Any]) -> dict[str, object]:
    """Make the document of an attempt; a pending one that is being made has no time."""
    next_at = row.next_attempt_at
    if row.status == "pending":
        next_at = None if row.lease is not None else row.due_at
    return {
        "event": row.event_id,
        "type": row.type,
        "attempt": row.number,
        "status": row.status,
        "attempted_at": format_instant(row.started_at) if row.started_at else None,
        "duration_ms": row.duration_ms,
        "response_status": row.response_status,
        "response_body": row.response_excerpt,
        "error": row.error,
        "next_attempt_at": format_instant(next_at) if next_at else None,
    }


def _is_seen() -> ColumnElement[bool]:
    return or_(bindparam("drafts"), ~col(WebhookEndpoint.sees_drafts))


@cache
def _select_page() -> Select[Any]:
    return (
        select_webhooks()
        .where(_is_seen(), col(WebhookEndpoint.id) < bindparam("beyond"))
        .order_by(col(WebhookEndpoint.id).desc())
        .limit(bindparam("limit"))
    )


@cache
def _select_one() -> Select[Any]:
    return select_webhooks().where(_is_seen(), col(WebhookEndpoint.public_id) == bindparam("id"))


@cache
def _count() -> Select[Any]:
    return select(func.count()).select_from(WebhookEndpoint).where(_is_seen())


@cache
def _select_attempts(*, has_status: bool) -> Select[Any]:
    names = ("id", "number", "status", "started_at", "duration_ms", "response_status")
    return (
        _of_endpoint(
            select(
                *columns(WebhookAttempt, *names, "response_excerpt", "error", "next_attempt_at"),
                *columns(WebhookDelivery, "event_id", "type", "due_at", "lease"),
            ).join(WebhookDelivery, col(WebhookDelivery.id) == col(WebhookAttempt.delivery_id)),
            has_status=has_status,
        )
        .where(col(WebhookAttempt.id) < bindparam("beyond"))
        .order_by(col(WebhookAttempt.id).desc())
        .limit(bindparam("limit"))
    )


@cache
def _count_attempts(*, has_status: bool) -> Select[Any]:
    return _of_endpoint(select(func.count()).select_from(WebhookAttempt), has_status=has_status)


def _of_endpoint(statement: Select[Any], *, has_status: bool) -> Select[Any]:
    statement = statement.where(col(WebhookAttempt.endpoint_id) == bindparam("endpoint"))
    if has_status:
        statement = statement.where(col(WebhookAttempt.status) == bindparam("status"))
    return statement
