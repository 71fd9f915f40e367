"""uvicorn's protocol class with two things that ASGI cannot do.

It drops clients that send half a request, and it answers from the edge's ready bytes as soon as
the head of a request is parsed, before a task exists. Why, with figures:
docs/adr/0010-the-edge-and-the-wire.md.
"""

import asyncio
import time
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from app.web.common_headers import REQUEST_ID, new_request_id, with_common_headers
from app.web.problem_registry import PROBLEMS
from app.web.problems import MEDIA_TYPE, problem_document
from app.web.ready import ReadyAnswers, unchanged_for
from app.web.request_head import read_head
from app.web.request_log import note_request
from app.web.service import STATE_KEY, Service

HEAD_SECONDS = 14.0
"""For a whole head, from its first byte or the start of the connection: the contract's 15 s."""
LEFTOVER_SECONDS = 10.0
"""For the rest of a body that its answer did not wait for."""
STALL_SECONDS = 60.0
"""How long a client may read nothing of what it asked for."""
SWEEP_SECONDS = 0.5
MAX_TARGET_BYTES = 8192
MAX_FIELDS = 100
MAX_HEAD_BYTES = 65_536
"""Beyond the first packet of a head; what comes in one packet is bounded by its size."""
MAX_AHEAD_BYTES = 262_144
"""Ready bytes that one packet of pipelined requests may call up; the rest waits its turn."""

_LEFT_TO_ROUTES = frozenset({b"cookie", b"range"})
_NEVER = float("inf")


class Wire(HttpToolsProtocol):
    """One connection. Whatever it does not answer itself takes uvicorn's own way."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._service: Service = self.app_state[STATE_KEY]
        self._ready: ReadyAnswers | None = (
            self._service.ready if self._service.settings.wire else None
        )
        self._is_answered = False
        """The present request was answered from its head alone."""
        self._in_head = False
        self._head_bytes = 0
        self._ahead_bytes = 0
        self._deadline = _NEVER
        self._unsent = 0
        self._stalls_at = _NEVER
        self._sweeper: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------------ deadlines

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline = self.loop.time() + HEAD_SECONDS
        self._sweeper = self.loop.call_later(SWEEP_SECONDS, self._sweep)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_sweeping()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._stop_sweeping()  # the socket has rules of its own
        super().handle_websocket_upgrade()

    def _sweep(self) -> None:
        now = self.loop.time()
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._stalls_at = unsent, now + STALL_SECONDS
        if unsent and now >= self._stalls_at:
            self.transport.abort()
            return
        if now >= self._deadline and not self._is_busy and not self.transport.is_closing():
            self.transport.close()
        self._sweeper = self.loop.call_later(SWEEP_SECONDS, self._sweep)

    @property
    def _is_busy(self) -> bool:
        """Whether a route is at work for this connection."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _stop_sweeping(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(431, "head_too_large", PROBLEMS["head_too_large"].meaning)
                return
        self._ahead_bytes = 0
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        self._deadline = self.loop.time() + HEAD_SECONDS
        self._is_answered = False
        # The scope is made when a route is going to need it.
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_response_complete(self) -> None:
        super().on_response_complete()
        wait = LEFTOVER_SECONDS if self.cycle.more_body else self.timeout_keep_alive
        self._deadline = self.loop.time() + wait

    # ------------------------------------------------------------------ answers

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self.transport.is_closing():
            return  # refused, or told to go: nothing more is due
        if len(self.url) > MAX_TARGET_BYTES or len(self.headers) > MAX_FIELDS:
            self._refuse(431, "head_too_large", PROBLEMS["head_too_large"].meaning)
            return
        if self._ready is not None and self._answer(self._ready):
            return
        self._deadline = _NEVER  # the routes keep their own time, and say so with a 408
        self._begin_scope()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._is_answered or self.cycle is None:
            return
        super().on_message_complete()
        if self.cycle.response_complete:
            self._deadline = self.loop.time() + self.timeout_keep_alive

    def _answer(self, answers: ReadyAnswers) -> bool:
        """Send a ready answer; `False` where there is none, or where it is not its turn."""
        parser = self.parser
        method = parser.get_method()
        if (
            method not in (b"GET", b"HEAD")
            or self._is_busy
            or self.flow.write_paused
            or self._ahead_bytes > MAX_AHEAD_BYTES
            or parser.get_http_version() != "1.1"
            or not parser.should_keep_alive()
            or parser.should_upgrade()
        ):
            return False
        started = time.perf_counter()
        head = read_head(self.headers, _LEFT_TO_ROUTES)
        ready = None if head is None else answers.find(self.url, head)
        if head is None or ready is None:
            return False
        request_id = new_request_id()
        if unchanged_for(ready, head):
            status, fields, body = 304, ready.unchanged_bytes, b""
        else:
            status, fields = 200, ready.whole_bytes
            body = ready.body if method == b"GET" else b""
        self.transport.write(
            b"".join(
                (
                    STATUS_LINE[status],
                    *(b"%b: %b\r\n" % line for line in self.server_state.default_headers),
                    fields,
                    request_id.encode(),
                    b"\r\n\r\n",
                    body,
                )
            )
        )
        self._is_answered = True
        self._ahead_bytes += len(body)
        self.server_state.total_requests += 1
        self._deadline = self.loop.time() + self.timeout_keep_alive
        note_request(
            self._service.metrics,
            method=method.decode(),
            path=self.url.partition(b"?")[0].decode("latin-1"),
            route=ready.route,
            status=status,
            seconds=time.perf_counter() - started,
            request_id=request_id,
        )
        return True

    def _begin_scope(self) -> None:
        """Make what `on_message_begin` of uvicorn makes, now that it is needed."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url, self.headers = url, headers
        self.scope["headers"] = headers
        self.expect_100_continue = any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in headers
        )

    # ------------------------------------------------------------------ refusals

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP with a problem document, as everything else is refused."""
        self._refuse(400, "bad_request", PROBLEMS["bad_request"].meaning)

    def _refuse(self, status: int, code: str, detail: str) -> None:
        request_id = new_request_id()
        body = orjson.dumps(
            problem_document(
                code=code,
                status=status,
                detail=detail,
                public_url=self._service.settings.public_url,
                request_id=request_id,
            )
        )
        fields = with_common_headers(
            [
                (b"cache-control", b"no-store"),
                (b"content-length", str(len(body)).encode()),
                (b"content-type", MEDIA_TYPE.encode()),
                (b"connection", b"close"),
            ],
            rate={},
        )
        fields.append((REQUEST_ID, request_id.encode()))
        if (
            not self._is_busy
        ):  # else these bytes would be taken for the answer that is still to come
            lines = [
                b"%b: %b\r\n" % field for field in (*self.server_state.default_headers, *fields)
            ]
            self.transport.write(b"".join((STATUS_LINE[status], *lines, b"\r\n", body)))
        self.transport.close()
        note_request(
            self._service.metrics,
            method="other",
            path="/",
            route=None,
            status=status,
            seconds=0.0,
            request_id=request_id,
        )
