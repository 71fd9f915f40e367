"""The public document of a webhook endpoint, and the statement that reads it with its progress.

`position` and `lag` count the events that the owner of the endpoint may see, as `/v1/events` does.
"""

from functools import cache
from typing import Any

import orjson
from sqlalchemy import Row, Select, and_, case, func, select
from sqlmodel import col

from app.content.webhook_types import PING
from app.models.base import columns
from app.models.content_version import EVENTS, PUBLIC_EVENTS, ContentVersion
from app.models.event import Event
from app.models.values import format_instant
from app.models.webhook_delivery import WebhookDelivery
from app.models.webhook_endpoint import WebhookEndpoint

_COLUMNS = (
    *("id", "public_id", "url", "types", "description", "status", "disabled_reason"),
    *("failing_since", "last_success_at", "created_at", "sees_drafts"),
)


def webhook_document(row: Row[Any]) -> dict[str, object]:
    """Make the document of a row of `select_webhooks`. It never holds a secret."""
    return {
        "id": row.public_id,
        "url": row.url,
        "types": row.types.split(),
        "description": row.description,
        "status": row.status,
        "disabled_reason": row.disabled_reason,
        "failing_since": format_instant(row.failing_since) if row.failing_since else None,
        "last_success_at": format_instant(row.last_success_at) if row.last_success_at else None,
        "position": row.position,
        "lag": max(0, row.newest - row.position),
        "created_at": format_instant(row.created_at),
    }


def ping_body(*, event_id: str, timestamp: str, webhook_id: str, types: str) -> bytes:
    """Make the body of a ping: like an event, but outside the log and so without a sequence."""
    return orjson.dumps(
        {
            "id": event_id,
            "sequence": None,
            "type": PING,
            "timestamp": timestamp,
            "data": {"id": webhook_id, "types": types.split()},
        }
    )


@cache
def select_webhooks() -> Select[Any]:
    """Select endpoints with `position` and `newest`, in the sequence that their owner sees.

    `position`: every event up to it was delivered, or is not for this endpoint.
    """
    waiting = (
        select(func.min(col(WebhookDelivery.event_number)) - 1)
        .where(
            col(WebhookDelivery.endpoint_id) == col(WebhookEndpoint.id),
            col(WebhookDelivery.finished_at).is_(None),
        )
        .correlate(WebhookEndpoint)
        .scalar_subquery()
    )
    own = col(WebhookEndpoint.position)
    reached = case((and_(waiting.is_not(None), waiting < own), waiting), else_=own)
    public = func.coalesce(
        select(func.max(col(Event.public_sequence)))
        .where(col(Event.id) <= reached)
        .correlate(WebhookEndpoint)
        .scalar_subquery(),
        # Nothing before it is kept.
        select(func.min(col(Event.public_sequence)) - 1).scalar_subquery(),
        _end(PUBLIC_EVENTS),
    )
    sees_drafts = col(WebhookEndpoint.sees_drafts)
    return select(
        *columns(WebhookEndpoint, *_COLUMNS),
        case((sees_drafts, reached), else_=public).label("position"),
        case((sees_drafts, _end(EVENTS)), else_=_end(PUBLIC_EVENTS)).label("newest"),
    )


def _end(name: str) -> Any:
    return (
        select(col(ContentVersion.number)).where(col(ContentVersion.name) == name).scalar_subquery()
    )
