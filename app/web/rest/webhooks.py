"""Webhooks: endpoints, their deliveries, and what can be done with them."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import Principal
from app.content.commands import webhooks as commands
from app.content.commands.idempotency import WriteAnswer
from app.content.commands.selection import members_of
from app.content.commands.transaction import Transaction
from app.content.commands.webhook_queue import document_of
from app.content.commands.webhooks import ReplayInput, WebhookChangeInput, WebhookInput
from app.content.queries import webhooks as queries
from app.content.queries.events import EventView, position_after
from app.content.validation import validate
from app.content.webhook_signature import format_secret
from app.errors import Refused
from app.models.webhook_delivery import AttemptStatus
from app.models.webhook_endpoint import WebhookEndpoint
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints.operation import reads, writes
from app.web.endpoints.read import JSON, page_response
from app.web.endpoints.write import MERGE_PATCH, Write
from app.web.responses import private_answer
from app.web.rest import webhook_shapes as shapes
from app.web.rest.parameters import Paging
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/webhooks", tags=["Webhooks"])

_SCOPE = needs("webhooks:manage")
_NOT_FOUND = "webhook_not_found"

WebhookId = Annotated[
    str,
    Path(
        max_length=200,
        description="The id of the webhook.",
        examples=["wh_0123456789abcdef01234567"],
        json_schema_extra={"pattern": "^wh_[0-9a-f]{24}$"},
    ),
]


@router.post(
    "",
    operation_id="createWebhook",
    summary="Create a webhook",
    status_code=201,
    response_model=shapes.CreatedWebhook,
    openapi_extra=_SCOPE
    | writes(
        takes=WebhookInput,
        is_once=True,
        headers=("Location",),
        refuses=("webhook_limit_reached",),
    ),
)
async def create_webhook(request: Request, caller: Caller) -> Response:
    """Create a webhook. Only this response shows its secret.

    It is `pending` until its URL has answered a `webhook.ping` with 2xx, then it is sent the events
    after its creation: those that the key which creates it may see.
    """
    write = await Write.begin(request, caller, once=True)
    allow_private = app_state(request).settings.webhooks_allow_private

    def act(tx: Transaction) -> WriteAnswer:
        wanted = validate(WebhookInput, members_of(write.payload()))
        made = commands.create_endpoint(tx, wanted, allow_private=allow_private)
        return _with_secret(
            tx, made, status=201, location=f"{write.base_url}/v1/webhooks/{made.public_id}"
        )

    return await _run(request, write, act)


@router.get(
    "",
    operation_id="listWebhooks",
    summary="List the webhooks",
    response_model=shapes.WebhookPage,
    openapi_extra=_SCOPE | reads(),
)
async def list_webhooks(request: Request, caller: Caller, part: Paging) -> Response:
    """List the webhooks, newest first. Those that are sent events of drafts need `drafts:read`."""
    reader = app_state(request).database.reader
    page = await queries.list_webhooks(reader, principal=caller, part=part)
    return page_response(request, page)


@router.get(
    "/{id}",
    operation_id="readWebhook",
    summary="Read a webhook",
    response_model=shapes.WebhookShape,
    openapi_extra=_SCOPE | reads(is_private=True, refuses=[_NOT_FOUND]),
)
async def read_webhook(request: Request, caller: Caller, id: WebhookId) -> Response:
    """Read one webhook, with its status and how far it has come."""
    reader = app_state(request).database.reader
    return private_answer(orjson.dumps(await queries.get_webhook(reader, id, principal=caller)))


@router.patch(
    "/{id}",
    operation_id="patchWebhook",
    summary="Change a webhook",
    response_model=shapes.WebhookShape,
    # Plain JSON is taken too. Described with two forms and no optional parameter,
    # openapi-python-client makes a module that does not compile.
    openapi_extra=_SCOPE
    | writes(takes=WebhookChangeInput, media_types=(MERGE_PATCH,), refuses=(_NOT_FOUND,)),
)
async def patch_webhook(request: Request, caller: Caller, id: WebhookId) -> Response:
    """Change URL, types or description; members that are left out stay as they are.

    With a new URL the webhook is `pending` again until that has answered a ping.
    """
    write = await Write.begin(request, caller, media_types=(MERGE_PATCH, JSON))
    allow_private = app_state(request).settings.webhooks_allow_private

    def act(tx: Transaction) -> WriteAnswer:
        commands.get_endpoint(tx, id)  # 404 comes before what is wrong with the body
        change = validate(WebhookChangeInput, members_of(write.payload()))
        changed = commands.change_endpoint(tx, id, change, allow_private=allow_private)
        return _document(tx, changed)

    return await _run(request, write, act)


@router.delete(
    "/{id}",
    operation_id="deleteWebhook",
    summary="Delete a webhook",
    status_code=204,
    openapi_extra=_SCOPE | writes(refuses=(_NOT_FOUND,)),
)
async def delete_webhook(request: Request, caller: Caller, id: WebhookId) -> Response:
    """Delete a webhook with its deliveries. An attempt that is being made may still arrive."""
    write = await Write.begin(request, caller, has_body=False)

    def act(tx: Transaction) -> WriteAnswer:
        commands.delete_endpoint(tx, id)
        return WriteAnswer(status=204, body=b"")

    return await _run(request, write, act)


@router.post(
    "/{id}/ping",
    operation_id="pingWebhook",
    summary="Ping a webhook",
    status_code=202,
    response_model=shapes.WebhookShape,
    openapi_extra=_SCOPE | writes(is_once=True, refuses=(_NOT_FOUND, "webhook_disabled")),
)
async def ping_webhook(request: Request, caller: Caller, id: WebhookId) -> Response:
    """Send a `webhook.ping`, which is not part of the log. Read the result in its deliveries."""
    return await _command(request, caller, lambda tx: commands.ping_endpoint(tx, id), status=202)


@router.post(
    "/{id}/enable",
    operation_id="enableWebhook",
    summary="Enable a webhook",
    response_model=shapes.WebhookShape,
    openapi_extra=_SCOPE | writes(is_once=True, refuses=(_NOT_FOUND,)),
)
async def enable_webhook(request: Request, caller: Caller, id: WebhookId) -> Response:
    """Enable a disabled webhook, which goes on where it stopped. Others stay as they are."""
    return await _command(request, caller, lambda tx: commands.enable_endpoint(tx, id))


@router.post(
    "/{id}/rotate",
    operation_id="rotateWebhook",
    summary="Rotate the secret of a webhook",
    response_model=shapes.CreatedWebhook,
    openapi_extra=_SCOPE | writes(is_once=True, refuses=(_NOT_FOUND,)),
)
async def rotate_webhook(request: Request, caller: Caller, id: WebhookId) -> Response:
    """Give a webhook a new secret. For 24 hours requests carry the signatures of both."""
    write = await Write.begin(request, caller, has_body=False, once=True)

    def act(tx: Transaction) -> WriteAnswer:
        return _with_secret(tx, commands.rotate_secret(tx, id))

    return await _run(request, write, act)


@router.get(
    "/{id}/deliveries",
    operation_id="listDeliveries",
    summary="List the deliveries of a webhook",
    response_model=shapes.DeliveryPage,
    openapi_extra=_SCOPE | reads(refuses=[_NOT_FOUND]),
)
async def list_deliveries(
    request: Request,
    caller: Caller,
    part: Paging,
    id: WebhookId,
    status: Annotated[
        AttemptStatus | None, Query(description="Only attempts with this status.")
    ] = None,
) -> Response:
    """List the attempts of the last 30 days, newest first, and those that are still to be made."""
    reader = app_state(request).database.reader
    page = await queries.list_attempts(reader, id, principal=caller, part=part, status=status)
    return page_response(request, page)


@router.post(
    "/{id}/replay",
    operation_id="replayWebhook",
    summary="Send events again",
    status_code=202,
    response_model=shapes.WebhookShape,
    openapi_extra=_SCOPE
    | writes(
        takes=ReplayInput,
        is_once=True,
        refuses=(_NOT_FOUND, "event_not_found", "invalid_cursor", "webhook_disabled"),
    ),
)
async def replay_webhook(request: Request, caller: Caller, id: WebhookId) -> Response:
    """Send again all events after a cursor of the log, or one event by its id.

    They have the same `webhook-id` as before, and the events of one issue come in order.
    """
    write = await Write.begin(request, caller, once=True)
    reader = app_state(request).database.reader
    command: Callable[[Transaction], WebhookEndpoint]
    try:
        await queries.get_webhook(reader, id, principal=caller)
        wanted = validate(ReplayInput, members_of(write.payload()))
        if wanted.after is None:
            command = partial(commands.replay_event, public_id=id, event_id=wanted.event or "")
        else:
            position = await position_after(reader, wanted.after, view=EventView.of(caller))
            command = partial(commands.replay_after, public_id=id, position=position)
    except Refused as refusal:
        # A repeated request gets its first response, even if it would be refused by now.
        command = partial(_refuse, refusal)
    return await _run(request, write, lambda tx: _document(tx, command(tx), status=202))


def _refuse(refusal: Refused, _: Transaction) -> WebhookEndpoint:
    raise refusal


async def _command(
    request: Request,
    caller: Principal,
    command: Callable[[Transaction], WebhookEndpoint],
    *,
    status: int = 200,
) -> Response:
    """Run a command that takes no body, and respond with the endpoint."""
    write = await Write.begin(request, caller, has_body=False, once=True)
    return await _run(request, write, lambda tx: _document(tx, command(tx), status=status))


async def _run(
    request: Request, write: Write, act: Callable[[Transaction], WriteAnswer]
) -> Response:
    response = await write.run(act)
    app_state(request).wake_deliveries()
    return response


def _document(tx: Transaction, endpoint: WebhookEndpoint, *, status: int = 200) -> WriteAnswer:
    return WriteAnswer(status=status, body=orjson.dumps(document_of(tx, endpoint)))


def _with_secret(
    tx: Transaction, endpoint: WebhookEndpoint, *, status: int = 200, location: str | None = None
) -> WriteAnswer:
    document = document_of(tx, endpoint)
    return WriteAnswer(
        status=status,
        body=orjson.dumps({**document, "secret": format_secret(endpoint.secret)}),
        location=location,
        kept_body=orjson.dumps({**document, "secret": None}),
    )
