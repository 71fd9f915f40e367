"""The event log: a page of events, a long poll, or a stream of server-sent events."""

import asyncio
from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.content.queries.events import MAX_TYPES, EventView, start_of, types_of
from app.content.queries.paging import DEFAULT_LIMIT
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import key_is_optional
from app.web.endpoints.operation import reads
from app.web.endpoints.read import JSON, media_type_for
from app.web.http.representation import STATIC, Representation
from app.web.http.server_sent_events import EVENT_STREAM, wait_for_disconnect
from app.web.responses import respond
from app.web.rest.event_shapes import EventLog
from app.web.rest.event_stream import EventLogStream
from app.web.rest.parameters import DIGITS, Limit
from app.web.state import app_state, request_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/events", tags=["Events"])

MAX_WAIT_SECONDS = 30
"""Proxies commonly give up on a request after 30 or 60 seconds."""

T = TypeVar("T")

After = Annotated[
    str | None,
    Query(
        max_length=500,
        description="`page.next_cursor` of the page before, or `latest` for the end of the log. "
        "Without it, the oldest events that are kept come first. In an event stream the header "
        "`Last-Event-ID` takes precedence.",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]+$"},
    ),
]
Types = Annotated[
    str | None,
    Query(
        max_length=MAX_TYPES,
        description="Only these types, by comma; `issue.*` stands for all that begin `issue.`.",
        examples=["issue.published,trending.*"],
        json_schema_extra={"pattern": r"^[a-z]+\.([a-z]+|\*)(,[a-z]+\.([a-z]+|\*))*$"},
    ),
]
Wait = Annotated[
    int,
    Query(
        ge=0,
        le=MAX_WAIT_SECONDS,
        description="Seconds to wait for an event if there is none yet.",
    ),
    DIGITS,
]


@router.get(
    "",
    operation_id="listEvents",
    summary="Read the event log",
    response_model=EventLog,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
    openapi_extra=key_is_optional()
    | reads(
        is_private=True,
        is_negotiated=True,
        refuses=("invalid_cursor", "too_many_subscriptions"),
    ),
)
async def list_events(
    request: Request,
    caller: Caller,
    after: After = None,
    types: Types = None,
    limit: Limit = DEFAULT_LIMIT,
    wait: Wait = 0,
) -> Response:
    """Read events in the order in which they happened, oldest first.

    Go on with `page.next_cursor`, which is never null. With `wait` the response comes as soon as
    there is an event; with `Accept: text/event-stream` events are sent as they happen, and the `id`
    of each is its cursor. Without `drafts:read` you see the public types alone.
    """
    state, view = app_state(request), EventView.of(caller)
    wanted = types_of(types)
    form = media_type_for(request, (JSON, EVENT_STREAM))
    if form == EVENT_STREAM:
        after = request.headers.get("last-event-id") or after
    start = await start_of(state.database.reader, after, view=view)
    if form == EVENT_STREAM:
        return EventLogStream(request, start, view=view, types=wanted)
    is_head = request_state(request).method == "HEAD"
    page = await _unless_disconnected(
        request,
        state.events.wait(
            start, view=view, types=wanted, limit=limit, seconds=0 if is_head else wait
        ),
        can_wait=bool(wait),
    )
    representation = Representation(
        page.body(), media_type=JSON, freshness=STATIC, lifetime=None, vary_accept=True
    )
    return respond(request, representation)


async def _unless_disconnected(request: Request, work: Awaitable[T], *, can_wait: bool) -> T:
    """Await work, and cancel it if the client disconnects. Raises `ClientDisconnect` then."""
    if not can_wait:
        return await work
    working = asyncio.ensure_future(work)
    disconnected = asyncio.create_task(wait_for_disconnect(request.receive))
    try:
        await asyncio.wait({working, disconnected}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return await working
    finally:
        for task in (working, disconnected):
            task.cancel()
        await asyncio.gather(working, disconnected, return_exceptions=True)
