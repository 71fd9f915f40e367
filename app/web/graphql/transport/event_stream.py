"""Results as server-sent events: graphql-sse, distinct connections mode.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, read 2026-11. Errors of a
query are events of the stream, as the protocol demands: browsers hide other responses.
"""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.web.admission.counting import caller_of
from app.web.admission.credentials import authenticate
from app.web.graphql.documents.errors import QueryRefused
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport.answers import EVENT_STREAM, VARY, body_of, refused_body
from app.web.graphql.transport.execution import Outcome
from app.web.graphql.transport.service import service_of
from app.web.graphql.transport.subscription_source import (
    SelectedOperation,
    Subscriber,
    outcomes_of,
    refusal_from,
)
from app.web.state import request_state

KEEP_ALIVE_SECONDS = 12.0
"""Interval of keep-alive comments; proxies commonly close idle connections after 30 or 60 s."""

_COMPLETE = b"event: complete\ndata:\n\n"
"""Browsers drop an event without a `data` line."""
_COMMENT = b":\n\n"
_HEADERS = {
    **VARY,
    "Cache-Control": "private, no-store",
    # nginx would buffer the events.
    "X-Accel-Buffering": "no",
}


class EventStream(Response):
    """A response that streams the results of a query or of a subscription."""

    def __init__(self, request: Request, selected: SelectedOperation, context: Context) -> None:
        super().__init__(media_type=EVENT_STREAM, headers=_HEADERS)
        del self.headers["content-length"]
        self._request = request
        self._selected = selected
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the operation ends or the client disconnects.

        Raises:
            Errors before the first event that are not refusals of the query.
        """
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        if request_state(self._request).method == "HEAD":
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        broadcast = service_of(self._request).broadcast
        try:
            async with outcomes_of(
                self._selected, self._context, broadcast, self._subscriber
            ) as outcomes:
                request_state(scope).is_endless = True
                await send(start)
                await _send_all(self._events(outcomes), receive, send)
        except QueryRefused as refusal:
            # Raised before the first result; later errors are events.
            await refused(self._request, refusal)(scope, receive, send)

    @property
    def _subscriber(self) -> Subscriber:
        request = self._request
        caller = caller_of(request, self._context.viewer.principal)
        return Subscriber(caller, check_key=lambda: authenticate(request))

    async def _events(self, outcomes: AsyncIterator[Outcome]) -> AsyncIterator[bytes]:
        request_id = request_state(self._request).request_id
        try:
            async for outcome in outcomes:
                yield _next(body_of(outcome, request_id=request_id))
        except Exception as error:
            yield _next(refused_body(refusal_from(error), request_id=request_id))
        yield _COMPLETE


def refused(request: Request, refusal: QueryRefused) -> Response:
    """Return the refusal of a query as a stream."""
    body = _next(refused_body(refusal, request_id=request_state(request).request_id))
    return Response(body + _COMPLETE, media_type=EVENT_STREAM, headers=_HEADERS)


def as_stream(answer: Response) -> Response:
    """Return the response of a mutation as a stream of one result."""
    kept = {n: v for n, v in answer.headers.items() if n not in {"content-length", "content-type"}}
    body = _next(bytes(answer.body)) + _COMPLETE
    return Response(body, media_type=EVENT_STREAM, headers=kept)


async def _send_all(events: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send events, and keep-alive comments between them, until the client disconnects."""

    async def write(body: bytes, *, more: bool = True) -> None:
        await send({"type": "http.response.body", "body": body, "more_body": more})

    disconnected = asyncio.create_task(_wait_for_disconnect(receive))
    coming: asyncio.Task[bytes] | None = None
    try:
        await write(_COMMENT)  # sends the headers at once
        while True:
            coming = coming or asyncio.create_task(_one(events))
            done, _ = await asyncio.wait(
                {disconnected, coming},
                timeout=KEEP_ALIVE_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if disconnected in done:
                return
            if coming not in done:
                await write(_COMMENT)
                continue
            event, coming = coming.result(), None
            await write(event, more=event is not _COMPLETE)
            if event is _COMPLETE:
                return
    finally:
        tasks = [task for task in (disconnected, coming) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _one(events: AsyncIterator[bytes]) -> bytes:
    return await anext(events)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _next(body: bytes) -> bytes:
    return b"event: next\ndata: %b\n\n" % body
