"""Results as server-sent events: graphql-sse, distinct connections mode.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, read 2026-11. What is wrong with
a query is told in the stream, as the protocol asks: a browser shows no other answer to the page.
"""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.web.admission.credentials import authenticate
from app.web.admission.gate import caller_of
from app.web.graphql.documents.errors import QueryRefused
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport.answers import EVENT_STREAM, VARY, body_of, refused_body
from app.web.graphql.transport.execution import Outcome
from app.web.graphql.transport.service import service_of
from app.web.graphql.transport.subscription_source import (
    Chosen,
    Follower,
    outcomes_of,
    refusal_from,
)
from app.web.state import request_state

KEEP_ALIVE_SECONDS = 12.0
"""Between two signs of life; proxies commonly cut after 30 or 60 seconds of silence."""

_COMPLETE = b"event: complete\ndata:\n\n"
"""With an empty `data`: without any, browsers drop the event."""
_COMMENT = b":\n\n"
_HEADERS = {
    **VARY,
    "Cache-Control": "private, no-store",
    # nginx would keep what it is sent until a buffer is full.
    "X-Accel-Buffering": "no",
}


class EventStream(Response):
    """The results of a query or of a subscription, as they come."""

    def __init__(self, request: Request, chosen: Chosen, context: Context) -> None:
        super().__init__(media_type=EVENT_STREAM, headers=_HEADERS)
        del self.headers["content-length"]
        self._request = request
        self._chosen = chosen
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until there is no more, or nobody there. Raises what is no matter of the query."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        if request_state(self._request).method == "HEAD":
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        broadcast = service_of(self._request).broadcast
        try:
            async with outcomes_of(
                self._chosen, self._context, broadcast, self._follower
            ) as outcomes:
                request_state(scope).is_endless = True
                await send(start)
                await _send_all(self._events(outcomes), receive, send)
        except QueryRefused as refusal:
            # From before the first result: what goes wrong later is an event.
            await refused(self._request, refusal)(scope, receive, send)

    @property
    def _follower(self) -> Follower:
        request = self._request
        caller = caller_of(request, self._context.viewer.principal)
        return Follower(caller, check_key=lambda: authenticate(request))

    async def _events(self, outcomes: AsyncIterator[Outcome]) -> AsyncIterator[bytes]:
        request_id = request_state(self._request).request_id
        try:
            async for outcome in outcomes:
                yield _next(body_of(outcome, request_id=request_id))
        except Exception as error:
            yield _next(refused_body(refusal_from(error), request_id=request_id))
        yield _COMPLETE


def refused(request: Request, refusal: QueryRefused) -> Response:
    """Tell in a stream why a query is not carried out."""
    body = _next(refused_body(refusal, request_id=request_state(request).request_id))
    return Response(body + _COMPLETE, media_type=EVENT_STREAM, headers=_HEADERS)


def as_stream(answer: Response) -> Response:
    """Send a whole answer, of a mutation, as a stream of one result."""
    kept = {n: v for n, v in answer.headers.items() if n not in {"content-length", "content-type"}}
    body = _next(bytes(answer.body)) + _COMPLETE
    return Response(body, media_type=EVENT_STREAM, headers=kept)


async def _send_all(events: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send events, and signs of life between them, until the client goes away."""

    async def write(body: bytes, *, more: bool = True) -> None:
        await send({"type": "http.response.body", "body": body, "more_body": more})

    gone = asyncio.create_task(_wait_until_gone(receive))
    coming: asyncio.Task[bytes] | None = None
    try:
        await write(_COMMENT)  # so that the client knows that it is heard
        while True:
            coming = coming or asyncio.create_task(_one(events))
            done, _ = await asyncio.wait(
                {gone, coming},
                timeout=KEEP_ALIVE_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if gone in done:
                return
            if coming not in done:
                await write(_COMMENT)
                continue
            event, coming = coming.result(), None
            await write(event, more=event is not _COMPLETE)
            if event is _COMPLETE:
                return
    finally:
        tasks = [task for task in (gone, coming) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _one(events: AsyncIterator[bytes]) -> bytes:
    return await anext(events)


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _next(body: bytes) -> bytes:
    return b"event: next\ndata: %b\n\n" % body
