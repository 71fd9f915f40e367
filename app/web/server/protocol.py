"""The protocol class of HTTP connections: uvicorn's, with objects for what uvicorn has not.

Drawing and design: docs/adr/0010-the-edge-and-the-wire.md.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import httptools
from starlette.types import Scope
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.web.http.representation import Field
from app.web.server.deadlines import Deadline
from app.web.server.direct_protocol import DirectProtocol
from app.web.server.message_limits import has_unknown_framing, is_too_large
from app.web.server.read_slices import ReadSlices
from app.web.server.refusals import refusal
from app.web.server.upgrades import UPGRADE, ignores_upgrade, is_handshake, written_head
from app.web.state import request_state

HEAD_SLICE_BYTES = 2_048
"""Read at a time outside bodies: at most 80 of the shortest requests. Each waits in memory, 4 kB,
while a route works on the first."""
BODY_SLICE_BYTES = 16_384
STREAM_END_SECONDS = 2.0
"""For the last bytes of a stream when the server ends; a client that does not read is cut."""
FIRST_REQUEST_SECONDS = 1.0
"""For the first request on a connection when the server ends."""
RETRY_AFTER_SECONDS = b"5"
"""For a client that has one connection too many."""


class _Flow(FlowControl):
    """Resumes reading only when all requests that were read have begun."""

    def __init__(self, protocol: "HttpProtocol") -> None:
        super().__init__(protocol.transport)
        self._protocol = protocol

    def resume_reading(self) -> None:
        if self._protocol.pipeline:
            return
        if self._protocol.slices.has_pending:
            self.read_paused = False
            self._protocol.slices.resume()
        else:
            super().resume_reading()


class HttpProtocol(DirectProtocol):
    """One connection. Plain requests are answered here, all others by uvicorn through ASGI."""

    __slots__ = ("_has_begun", "_ignores_upgrade", "_is_refused", "_running", "slices")

    slices: ReadSlices

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._running: RequestResponseCycle | None = None
        """The request that a route works on, or the last one."""
        self._has_begun = False
        """Whether the client has sent anything."""
        self._is_refused = False
        self.url = b""  # a request that cannot be parsed at all has none
        self._ignores_upgrade = False
        """Whether the current head is parsed again without its `Upgrade`."""

    @property
    def _is_endless(self) -> bool:
        """Whether the response that is being sent goes on until the client disconnects."""
        if self._running is None:
            return False
        return request_state(cast("Scope", self._running.scope)).is_endless

    # -------------------------------------------------------------------- the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.slices = ReadSlices(
            transport,
            self.loop,
            feed=self._feed,
            size=HEAD_SLICE_BYTES,
            is_paused=lambda: self.flow.read_paused,
        )
        self.deadline = Deadline(
            transport,
            self.loop,
            keep_alive_seconds=self.timeout_keep_alive,
            is_busy=lambda: self.is_busy,
        )
        self.flow = _Flow(self)
        if self.services.connections.admit(transport, self.client):
            self.deadline.start()
        else:
            self.refuse(503, "too_many_connections", [(b"retry-after", RETRY_AFTER_SECONDS)])

    def connection_lost(self, exc: Exception | None) -> None:
        self.deadline.stop()
        self.services.connections.release(self.transport)
        self._disconnect()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer the last request of a client that has ended its side: it may still read."""
        if not self.is_busy or self.cycle.more_body or self._is_endless:
            return False
        self.cycle.keep_alive = False
        return True

    def prepare_to_end(self) -> None:
        """Answer further requests with `Connection: close`, which direct responses never have."""
        self.direct = None
        if self.is_busy:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """Close when the current response is complete. An endless one ends itself, or is cut.

        A client that has sent nothing yet gets a moment: it may have connected just before
        listening ended.
        """
        if not (self._has_begun or self._is_refused):
            self.loop.call_later(FIRST_REQUEST_SECONDS, super().shutdown)
        else:
            super().shutdown()
        if self.is_busy and self._is_endless:
            self.loop.call_later(STREAM_END_SECONDS, self._cut_stream)

    def _cut_stream(self) -> None:
        if self.is_busy:
            self._disconnect()
            self.transport.close()

    def _disconnect(self) -> None:
        """Tell the current request that its client is gone, and drop those that wait."""
        self.pipeline.clear()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        if self.services.app.ending.is_begun:
            cycle.keep_alive = False
        super()._start_asgi_task(cycle, app)

    # -------------------------------------------------------------------- bytes to the parser

    def data_received(self, data: bytes) -> None:
        slices = self.slices
        if slices.pending or len(data) > slices.size:
            slices.receive(data)
        else:
            self._feed(data)  # as `receive` would: nearly every packet is one request

    def _feed(self, data: bytes) -> None:
        if self._is_refused:
            return
        limits = self.limits
        limits.got_content = limits.head_began_in_packet = False
        self.may_execute = True
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        rest: bytes | None = data
        while rest is not None:
            try:
                self.parser.feed_data(rest)
                break
            except httptools.HttpParserUpgrade as stopped:
                rest = self._parse_upgrade(rest, *stopped.args)
            except httptools.HttpParserError:
                self.send_400_response("Invalid HTTP request received.")
                break
        if self.held is not None:
            self.let_go()
        if limits.in_head or limits.in_body:
            self._limit_incomplete(len(data))

    def _parse_upgrade(self, data: bytes, place: int) -> bytes | None:
        """Go on where the parser stopped; returns what it parses next, if anything."""
        if self._ignores_upgrade:
            rest = self._head(without=UPGRADE) + data[place:]
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            return rest
        if self._should_upgrade():
            self.handle_websocket_upgrade()
            self._hand_over(data[place:])
        return None

    def _limit_incomplete(self, size: int) -> None:
        """Limit a request of which a packet held a part, and not the end."""
        limits = self.limits
        if not limits.in_head:
            if limits.overhead_is_too_large(size):
                self._end_body()
        elif limits.head_is_too_large(size):
            self.refuse(431, "head_too_large")
        elif limits.head_began_in_packet:
            self.deadline.expect_head()

    def _end_body(self) -> None:
        """Stop reading a body that does not end."""
        if self.cycle.response_complete:
            self._is_refused = True
            self.transport.close()
        else:
            self.refuse(431, "head_too_large")

    # -------------------------------------------------------------------- WebSockets

    def handle_websocket_upgrade(self) -> None:
        if self._is_refused:
            return
        # A WebSocket cannot begin behind a request that is not answered yet.
        if self.is_busy or not is_handshake(self._head()):
            self.refuse(400, "bad_request", [(b"sec-websocket-version", b"13")])
            return
        self.deadline.stop()
        super().handle_websocket_upgrade()

    def _hand_over(self, data: bytes) -> None:
        """Give the bytes after a handshake to the WebSocket."""
        websocket = self.transport.get_protocol()
        if data and websocket is not self and isinstance(websocket, asyncio.Protocol):
            websocket.data_received(data)

    def _head(self, *, without: bytes = b"") -> bytes:
        return written_head(self.parser, self.url, self.headers, without=without)

    # -------------------------------------------------------------------- callbacks of the parser

    def on_message_begin(self) -> None:
        self._has_begun = True
        limits = self.limits
        limits.in_head = limits.head_began_in_packet = True
        limits.in_body = False
        self.result = self.held = None
        self._ignores_upgrade = False
        # The scope is made when a route needs it.
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailers are no header fields (RFC 9110, section 6.5.1).
        if self.limits.in_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        parser = self.parser
        method = parser.get_method()
        if parser.should_upgrade():
            self._ignores_upgrade = ignores_upgrade(
                parser, self.headers, is_websocket=self._should_upgrade()
            )
            if self._ignores_upgrade:
                return
        elif method == b"GET" or method == b"HEAD":
            if self.answers_directly(method):
                return
        elif method == b"POST" and self.holds_post():
            return
        self.begin_request()

    def begin_request(self) -> None:
        parser = self.parser
        self.begin_scope()
        self.limits.in_head = False
        self.deadline.clear()
        if not self._admits_head():
            return
        if parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # RFC 9110, section 10.1.1
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self.limits.begin_body()
            self.slices.size = BODY_SLICE_BYTES
        if parser.get_method() == b"CONNECT":
            # The parser stops behind it: what follows is for a tunnel, and there is none.
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        # The body of a refused head must not be added to that of the request before.
        if self.held is not None:
            self.held[1].append(body)
        elif self.limits.in_body and not self._is_refused:
            self.limits.got_content = True
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.held is not None and self.answers_held():
            return
        if not self.limits.in_body or self._is_refused:
            return
        self.limits.in_body = False
        self.slices.size = HEAD_SLICE_BYTES
        cycle: RequestResponseCycle = self.cycle
        super().on_message_complete()
        if cycle.response_complete:
            self.deadline.expect_next_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.limits.in_head:
            self._unset_keepalive_if_required()  # not idle: the next head has begun
            self.deadline.expect_head()
        elif self.cycle.more_body:
            self.deadline.expect_rest_of_body()
        else:
            self.deadline.expect_next_request()

    def _admits_head(self) -> bool:
        """Whether a complete head is handled; a refusal is written here."""
        if self._is_refused or self.transport.is_closing():
            return False
        if is_too_large(self.url, self.headers):
            self.refuse(431, "head_too_large")
            return False
        if has_unknown_framing(self.headers):
            self.refuse(400, "bad_request")
            return False
        return True

    # -------------------------------------------------------------------- refusals

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP with a problem document, as all other errors."""
        self.refuse(400, "bad_request")

    def refuse(self, status: int, code: str, headers: Sequence[Field] = ()) -> None:
        """Respond with a problem and close the connection.

        Where a route works on an earlier request, its response is the last one. A route that waits
        for the rest of this body receives `http.disconnect`.
        """
        if self._is_refused:
            return
        self._is_refused = True
        if self.is_busy:
            if self.pipeline or not self.cycle.more_body:
                self.cycle.keep_alive = False
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.close()
                return
        self.transport.write(
            refusal(
                self.services.app,
                status,
                code,
                target=self.url,
                headers=headers,
                server_fields=self.server_state.default_headers,
                has_body=self.parser.get_method() != b"HEAD",
            )
        )
        self.transport.close()
