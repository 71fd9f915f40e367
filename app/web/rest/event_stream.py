"""The event log as server-sent events: `id` is the cursor behind an event, `data` the event."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.content.queries.events import EventPage, EventView
from app.errors import MorningPostError
from app.web.admission.counting import caller_of
from app.web.admission.credentials import authenticate
from app.web.http.server_sent_events import EVENT_STREAM, STREAM_HEADERS, send_events
from app.web.limits.subscriptions import subscribed
from app.web.state import app_state, request_state

_TRUNCATED = b'event: truncated\ndata: {"truncated":true}\n\n'
"""Sent before the events, if some after the cursor are no longer kept."""


class EventLogStream(Response):
    """A response that sends events as they happen, until the client disconnects."""

    def __init__(
        self,
        request: Request,
        start: int | None,
        *,
        view: EventView,
        types: Sequence[str] | None,
    ) -> None:
        super().__init__(media_type=EVENT_STREAM, headers=STREAM_HEADERS)
        del self.headers["content-length"]
        self._request = request
        self._start = start
        self._view = view
        self._types = types

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the client disconnects or the process stops.

        Raises:
            RateLimited: the caller has too many subscriptions, or the process has.
            BadRequest: the cursor lies beyond the end of the log.
        """
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        state = app_state(scope)
        if request_state(scope).method == "HEAD":
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        caller = caller_of(self._request, request_state(scope).principal)
        with subscribed(state.subscriptions, caller):
            pages = state.events.follow(self._start, view=self._view, types=self._types)
            async with aclosing(pages):
                request_state(scope).is_endless = True
                await send(start)
                ending = app_state(scope).ending
                await send_events(self._events(pages), receive, send, server_ends=ending.wait)

    async def _events(self, pages: AsyncIterator[EventPage]) -> AsyncIterator[bytes]:
        try:
            async for page in pages:
                # The key may have been revoked, or lost the scope that shows drafts.
                principal = await authenticate(self._request)
                if EventView.of(principal) is not self._view:
                    return
                if page.truncated:
                    yield _TRUNCATED
                for event in page.events:
                    cursor, body = event.cursor(self._view), event.body(self._view)
                    yield b"id: %b\ndata: %b\n\n" % (cursor.encode(), body)
        except MorningPostError:
            # The key is no longer valid or the database is away: the client connects again with
            # `Last-Event-ID`, and gets the problem then.
            return
