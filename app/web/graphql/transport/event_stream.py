"""Results as server-sent events: graphql-sse, distinct connections mode.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, read 2026-11. Errors of a
query are events of the stream, as the protocol demands: browsers hide other responses.
"""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.web.admission.counting import caller_of
from app.web.admission.credentials import authenticate
from app.web.graphql.documents.errors import QueryRefused
from app.web.graphql.resolving.context import Context
from app.web.graphql.transport.answers import body_of, refused_body
from app.web.graphql.transport.execution import Outcome
from app.web.graphql.transport.service import service_of
from app.web.graphql.transport.subscription_source import (
    SelectedOperation,
    Subscriber,
    outcomes_of,
    refusal_from,
)
from app.web.http.server_sent_events import EVENT_STREAM, STREAM_HEADERS, send_events
from app.web.state import app_state, request_state

_COMPLETE = b"event: complete\ndata:\n\n"
"""Browsers drop an event without a `data` line."""


class EventStream(Response):
    """A response that streams the results of a query or of a subscription."""

    def __init__(self, request: Request, selected: SelectedOperation, context: Context) -> None:
        super().__init__(media_type=EVENT_STREAM, headers=STREAM_HEADERS)
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
        subscriptions = service_of(self._request).subscriptions
        try:
            async with outcomes_of(
                self._selected, self._context, subscriptions, self._subscriber
            ) as outcomes:
                request_state(scope).is_endless = True
                await send(start)
                ending = app_state(scope).ending
                await send_events(self._events(outcomes), receive, send, server_ends=ending.wait)
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
    return Response(body + _COMPLETE, media_type=EVENT_STREAM, headers=STREAM_HEADERS)


def as_stream(answer: Response) -> Response:
    """Return the response of a mutation as a stream of one result."""
    kept = {n: v for n, v in answer.headers.items() if n not in {"content-length", "content-type"}}
    body = _next(bytes(answer.body)) + _COMPLETE
    return Response(body, media_type=EVENT_STREAM, headers=kept)


def _next(body: bytes) -> bytes:
    return b"event: next\ndata: %b\n\n" % body
