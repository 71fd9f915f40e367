"""Webhook endpoints: create, change, delete, ping, enable and replay them, and rotate secrets.

An endpoint that is sent the events of drafts does not exist for callers without `drafts:read`:
otherwise a key could point it at an address of its own and read them there.
"""

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import delete, func, select
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.content.commands.webhook_queue import end_of_log, queue_again, queue_ping, resume
from app.content.public_address import url_fault
from app.content.validation import invalid
from app.content.webhook_signature import new_secret
from app.content.webhook_types import DEFAULT_TYPES, EndpointType, needs_drafts
from app.errors import Conflict, Fault, NotFound, quoted
from app.models.event import Event
from app.models.values import Shape, ShortText, Url
from app.models.webhook_endpoint import WebhookEndpoint

MAX_ENDPOINTS = 500
"""Each event is queued once for every endpoint that takes it."""
MAX_TYPES = 20
MAX_CURSOR = 500
BOTH_SIGN_FOR = timedelta(hours=24)
"""How long the previous secret signs as well, so that receivers can change theirs."""


def _distinct(types: list[EndpointType]) -> list[EndpointType]:
    return list(dict.fromkeys(types))


Types = Annotated[
    list[EndpointType],
    Field(min_length=1, max_length=MAX_TYPES),
    AfterValidator(_distinct),
]


def _without_default(schema: dict[str, Any]) -> None:
    """Leave out the default of a member that only says that it was not given."""
    schema.pop("default", None)


class WebhookInput(Shape):
    """A webhook endpoint to create."""

    url: Url = Field(
        description="Where events are posted: https, and a host on the public internet.",
    )
    types: Types = Field(
        default=list(DEFAULT_TYPES),
        description="Event types to send; `issue.*` stands for all of that prefix.",
    )
    description: ShortText | None = Field(default=None, description="What it is for.")


class WebhookChangeInput(Shape):
    """Changes of a webhook endpoint; members that are left out stay as they are."""

    url: Url = Field(
        default="",
        description="A new URL, which is pinged before it gets events.",
        json_schema_extra=_without_default,
    )
    types: Types = Field(
        default=[],
        description="Event types to send from now on.",
        json_schema_extra=_without_default,
    )
    description: ShortText | None = Field(default=None, description="What it is for.")


class ReplayInput(Shape):
    """What to send again: give `after` or `event`."""

    after: str | None = Field(
        default=None,
        max_length=MAX_CURSOR,
        description="A cursor of the event log: all events after it that the endpoint takes.",
    )
    event: str | None = Field(default=None, max_length=60, description="The id of one event.")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.after is None) == (self.event is None):
            raise PydanticCustomError("one_of_both", "Give either 'after' or 'event'.")
        return self


def create_endpoint(
    tx: Transaction, wanted: WebhookInput, *, allow_private: bool
) -> WebhookEndpoint:
    """Create an endpoint and queue its first ping.

    It is sent the events after its creation, as the scopes of its creator show them, once a ping
    was answered.

    Raises:
        Unauthenticated, Forbidden: without `webhooks:manage`, or without `drafts:read` for a type
            that needs it.
        ContentInvalid: the URL is not public.
        Conflict: there are too many endpoints.
    """
    tx.principal.require("webhooks:manage")
    _check_url(wanted.url, allow_private=allow_private)
    _check_types(tx, wanted.types, sees_drafts=tx.principal.sees_drafts)
    tx.lock("webhooks")
    if (tx.session.scalar(select(func.count()).select_from(WebhookEndpoint)) or 0) >= MAX_ENDPOINTS:
        raise Conflict(
            "webhook_limit_reached", f"There are {MAX_ENDPOINTS} webhook endpoints; delete some."
        )
    endpoint = WebhookEndpoint(
        public_id=f"wh_{token_hex(12)}",
        url=wanted.url,
        types=" ".join(wanted.types),
        description=wanted.description,
        owner_key_id=tx.principal.key_id,
        sees_drafts=tx.principal.sees_drafts,
        secret=new_secret(),
        status="pending",
        position=end_of_log(tx),
        created_at=tx.now,
    )
    tx.session.add(endpoint)
    tx.session.flush()
    queue_ping(tx, endpoint)
    return endpoint


def change_endpoint(
    tx: Transaction, public_id: str, change: WebhookChangeInput, *, allow_private: bool
) -> WebhookEndpoint:
    """Change URL, types or description. A new URL is pinged before it gets events.

    Raises as `create_endpoint`, and:
        NotFound: the caller sees no such endpoint.
    """
    endpoint = get_endpoint(tx, public_id)
    given = change.model_fields_set
    if "types" in given:
        _check_types(tx, change.types, sees_drafts=endpoint.sees_drafts)
        endpoint.types = " ".join(change.types)
    if "description" in given:
        endpoint.description = change.description
    if "url" in given and change.url != endpoint.url:
        _check_url(change.url, allow_private=allow_private)
        endpoint.url = change.url
        endpoint.verified_at = endpoint.failing_since = None
        if endpoint.status != "disabled":
            endpoint.status = "pending"
            queue_ping(tx, endpoint)
    tx.session.flush()
    return endpoint


def delete_endpoint(tx: Transaction, public_id: str) -> None:
    """Delete an endpoint with its deliveries. Raises as `change_endpoint`."""
    endpoint = get_endpoint(tx, public_id)
    tx.session.execute(delete(WebhookEndpoint).where(col(WebhookEndpoint.id) == endpoint.id))


def ping_endpoint(tx: Transaction, public_id: str) -> WebhookEndpoint:
    """Queue a ping. Raises as `change_endpoint`, and `Conflict` if the endpoint is disabled."""
    endpoint = get_endpoint(tx, public_id)
    _must_be_enabled(endpoint)
    queue_ping(tx, endpoint)
    return endpoint


def enable_endpoint(tx: Transaction, public_id: str) -> WebhookEndpoint:
    """Enable a disabled endpoint, which goes on where it stopped; others stay as they are.

    An endpoint whose URL has not answered a ping yet is pinged first. If the key that created it
    is gone, the caller's key takes its place.

    Raises as `change_endpoint`.
    """
    endpoint = get_endpoint(tx, public_id)
    if endpoint.status != "disabled":
        return endpoint
    if endpoint.disabled_reason == "owner_gone":
        endpoint.owner_key_id = tx.principal.key_id
    endpoint.disabled_reason = endpoint.failing_since = None
    endpoint.status = "active" if endpoint.verified_at is not None else "pending"
    resume(tx, endpoint)
    return endpoint


def rotate_secret(tx: Transaction, public_id: str) -> WebhookEndpoint:
    """Give an endpoint a new secret; the previous one signs as well for `BOTH_SIGN_FOR`.

    Raises as `change_endpoint`.
    """
    endpoint = get_endpoint(tx, public_id)
    endpoint.previous_secret = endpoint.secret
    endpoint.previous_secret_until = tx.now + BOTH_SIGN_FOR
    endpoint.secret = new_secret()
    tx.session.flush()
    return endpoint


def replay_after(tx: Transaction, public_id: str, position: int) -> WebhookEndpoint:
    """Send again all events after a position of the log. Raises as `replay_event`.

    The dispatcher queues them, so that this takes the same time however many they are.
    """
    endpoint = get_endpoint(tx, public_id)
    _must_be_enabled(endpoint)
    endpoint.position = min(endpoint.position, position)
    tx.session.flush()
    return endpoint


def replay_event(tx: Transaction, public_id: str, event_id: str) -> WebhookEndpoint:
    """Send one event again, whether or not it is of a type that the endpoint takes.

    Raises as `change_endpoint`, and:
        NotFound: the log has no such event, or does not show it to the owner of the endpoint.
        Conflict: the endpoint is disabled.
    """
    endpoint = get_endpoint(tx, public_id)
    _must_be_enabled(endpoint)
    event = tx.session.scalars(select(Event).where(col(Event.public_id) == event_id)).one_or_none()
    if event is None or (event.public_sequence is None and not endpoint.sees_drafts):
        raise NotFound("event_not_found", f"The log has no event {quoted(event_id)}.")
    queue_again(tx, endpoint, event)
    return endpoint


def _must_be_enabled(endpoint: WebhookEndpoint) -> None:
    if endpoint.status == "disabled":
        raise Conflict("webhook_disabled", "This endpoint is disabled; enable it first.")


def get_endpoint(tx: Transaction, public_id: str) -> WebhookEndpoint:
    """Lock an endpoint and return it. Raises as `change_endpoint`."""
    tx.principal.require("webhooks:manage")
    statement = select(WebhookEndpoint).where(col(WebhookEndpoint.public_id) == public_id)
    found = tx.session.scalars(statement.with_for_update()).one_or_none()
    if found is None or (found.sees_drafts and not tx.principal.sees_drafts):
        raise NotFound("webhook_not_found", f"There is no webhook {quoted(public_id)}.")
    return found


def _check_url(url: str, *, allow_private: bool) -> None:
    fault = url_fault(url, allow_private=allow_private)
    if fault is not None:
        raise invalid([Fault("/url", "url_not_public", fault)])


def _check_types(tx: Transaction, types: Sequence[str], *, sees_drafts: bool) -> None:
    if not needs_drafts(types):
        return
    tx.principal.require("drafts:read")
    if not sees_drafts:
        detail = "The key that created this endpoint lacks drafts:read; create another endpoint."
        raise invalid([Fault("/types", "type_not_shown", detail)])
