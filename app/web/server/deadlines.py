"""uvicorn's protocol class, with an end to the patience for clients that do not go on.

ASGI begins when a head is whole, so it cannot see who sends half of one. Every connection is looked
at twice a second, which costs less than a timer for every request.
"""

import asyncio
import socket
from collections.abc import Sequence
from typing import Any, cast

import orjson
from starlette.types import Scope
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from app.web.http.headers import REQUEST_ID, new_request_id, with_common_headers
from app.web.http.representation import Field
from app.web.observability.request_log import note_request
from app.web.problems.handlers import MEDIA_TYPE, problem_document
from app.web.problems.registry import PROBLEMS
from app.web.server.app_state import STATE_KEY, Service
from app.web.server.send_progress import SendProgress, limit_unsent, unacknowledged
from app.web.server.upgrades import Upgrades
from app.web.state import request_state

HEAD_SECONDS = 14.0
"""For a whole head, from its first byte or the start of the connection: the contract's 15 s."""
LEFTOVER_SECONDS = 10.0
"""For the rest of a body that its answer did not wait for."""
SWEEP_SECONDS = 0.5
HEAD_TURN_BYTES = 2_048
"""Read at a time outside of bodies: up to 80 of the shortest requests."""
RETRY_AFTER_SECONDS = b"5"
"""Told to a client that is one connection too many."""
MAX_TARGET_BYTES = 8192
MAX_FIELDS = 100
MAX_HEAD_BYTES = 65_536
"""Beyond the first packet of a head, and as much again of what stands in a body and is none of it:
trailers, and what is written beside the lengths of chunks. One packet is bounded by its size."""

NEVER = float("inf")
_TRANSFER_ENCODING = b"transfer-encoding"


def _is_chunked(transfer_encoding: bytes) -> bool:
    return transfer_encoding.strip().lower() == b"chunked"


class _Flow(FlowControl):
    """Lets a client be read on when all that it sent before has been begun."""

    def __init__(self, protocol: "Deadlines") -> None:
        super().__init__(protocol.transport)
        self._protocol = protocol

    def resume_reading(self) -> None:
        if self._protocol.pipeline:
            return
        if self._protocol.has_rest:
            self.read_paused = False
            self._protocol.go_on()
        else:
            super().resume_reading()


class Deadlines(Upgrades):
    """One connection, which ends when its client does not go on, or sends a head without end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.service: Service = self.app_state[STATE_KEY]
        self.deadline = NEVER
        """Until when the client has to go on; nothing is asked of it while a route is at work."""
        self._running: RequestResponseCycle | None = None
        """The request at work, or the last one that was."""
        self._is_refused = False
        self._in_head = False
        self._head_bytes = 0
        self._is_due = False
        """Whether what comes behind the head is for `cycle`."""
        self._got_body = False
        self._beside_bytes = 0
        self._progress = SendProgress()
        self._socket: socket.socket | None = None
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a route is at work: `cycle` is that of the request which came last."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = _Flow(self)
        self._socket = transport.get_extra_info("socket")
        limit_unsent(self._socket)
        if not self.service.connections.admit(transport, self.client):
            self.refuse(503, "too_many_connections", [(b"retry-after", RETRY_AFTER_SECONDS)])
            return
        self.deadline = self.loop.time() + HEAD_SECONDS
        self._sweeper = self.loop.call_later(SWEEP_SECONDS, self._sweep)

    @property
    def _is_endless(self) -> bool:
        """Whether the answer in the making goes on until the client leaves."""
        if self._running is None:
            return False
        return request_state(cast("Scope", self._running.scope)).is_endless

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def shutdown(self) -> None:
        """End in good order; what would go on for ever ends now."""
        if self.is_busy and self._is_endless:
            self._leave()
            self.transport.close()
        else:
            super().shutdown()

    def _leave(self) -> None:
        """Tell the request at work that nobody is there, and forget those that wait for it."""
        self.pipeline.clear()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_sweeping()
        self.service.connections.release(self.transport)
        self._leave()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer whoever asked and says no more: it may still listen."""
        if not self.is_busy:
            return False
        if self.cycle.more_body or self._is_endless:
            return False
        self.cycle.keep_alive = False
        return True

    def handle_websocket_upgrade(self) -> None:
        if self._is_refused:
            return
        # Behind a request that is at work there is no place for a socket either.
        if self.is_busy or not self.is_handshake():
            self.refuse(400, "bad_request", [(b"sec-websocket-version", b"13")])
            return
        self._stop_sweeping()  # the socket has rules of its own
        super().handle_websocket_upgrade()

    @property
    def is_holding(self) -> bool:
        return self.flow.read_paused

    def turn_size(self) -> int:
        # Whatever requests a piece holds are made ready to run when it is read, 4 kB of memory
        # each, and wait for the first. A body is one request however long it is.
        return self.turn_bytes if self._is_due else HEAD_TURN_BYTES

    def take(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._in_head:
            self._head_bytes += len(data)
        self._got_body = False
        super().take(data)
        # Where the head ended in this packet, what came with it belongs to others.
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self.refuse(431, "head_too_large")
        if self._got_body or not self._is_due:
            self._beside_bytes = 0
        else:
            self._beside_bytes += len(data)
            if self._beside_bytes > MAX_HEAD_BYTES:
                self._end_body()

    def _end_body(self) -> None:
        """The body has no end: nothing more is read of it."""
        if self.cycle.response_complete:
            self._is_refused = True
            self.transport.close()
        else:
            self.refuse(431, "head_too_large")

    def on_message_begin(self) -> None:
        self.begin_head()
        super().on_message_begin()

    def begin_head(self) -> None:
        """A head has begun: it has its time."""
        self._in_head = True
        self._is_due = False
        self._head_bytes = 0
        self.deadline = self.loop.time() + HEAD_SECONDS

    def on_header(self, name: bytes, value: bytes) -> None:
        # What stands behind a body is no head (RFC 9110, section 6.5.1): no key, and no length.
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.passes_over() or not self.end_head():
            return
        if self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # RFC 9110, section 10.1.1
        before = self.cycle
        super().on_headers_complete()
        self._is_due = self.cycle is not before
        if self.parser.get_method() == b"CONNECT":
            # The parser stops behind it: what follows is for a tunnel, and there is none.
            self.cycle.keep_alive = False

    def end_head(self) -> bool:
        """The head is whole; `False` where nothing is to be done for it."""
        self._in_head = False
        self.deadline = NEVER  # routes keep their own time, and say so with a 408
        if self._is_refused or self.transport.is_closing():
            return False  # nothing more is due
        if len(self.url) > MAX_TARGET_BYTES or len(self.headers) > MAX_FIELDS:
            self.refuse(431, "head_too_large")
            return False
        if any(name == _TRANSFER_ENCODING and not _is_chunked(how) for name, how in self.headers):
            # Where such a body ends nobody can say (RFC 9112, section 6.3).
            self.refuse(400, "bad_request")
            return False
        return True

    def on_body(self, body: bytes) -> None:
        # The body of a head that was refused is not that of the request before it.
        if self._is_due and not self._is_refused:
            self._got_body = True
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_due or self._is_refused:
            return
        self._is_due = False
        cycle: RequestResponseCycle = self.cycle
        super().on_message_complete()
        if cycle.response_complete:
            self.deadline = self.loop.time() + self.timeout_keep_alive

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_head:
            self._unset_keepalive_if_required()  # it is not idle
            wait = HEAD_SECONDS
        else:
            wait = LEFTOVER_SECONDS if self.cycle.more_body else self.timeout_keep_alive
        self.deadline = self.loop.time() + wait

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP with a problem document, as everything else is refused."""
        self.refuse(400, "bad_request")

    def refuse(self, status: int, code: str, headers: Sequence[Field] = ()) -> None:
        """Answer with a problem and close the connection.

        Where a route is at work for a request before this one, its answer is the last. A route that
        waits for the rest of this very body is told that nobody is there any more.
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
        request_id = new_request_id()
        body = orjson.dumps(
            problem_document(
                code=code,
                status=status,
                detail=PROBLEMS[code].meaning,
                public_url=self.service.settings.public_url,
                request_id=request_id,
            )
        )
        fields = with_common_headers(
            [
                (b"cache-control", b"no-store"),
                (b"content-length", str(len(body)).encode()),
                (b"content-type", MEDIA_TYPE.encode()),
                (b"connection", b"close"),
                *headers,
            ],
            rate={},
        )
        fields = [*self.server_state.default_headers, *fields, (REQUEST_ID, request_id.encode())]
        lines = [b"%b: %b\r\n" % field for field in fields]
        is_read = self.parser.get_method() != b"HEAD"
        self.transport.write(
            b"".join((STATUS_LINE[status], *lines, b"\r\n", body if is_read else b""))
        )
        self.transport.close()
        note_request(self.service.metrics, "other", "/", None, status, 0.0, request_id)

    def _sweep(self) -> None:
        now = self.loop.time()
        unsent = self.transport.get_write_buffer_size()
        outstanding = unsent + unacknowledged(self._socket) if unsent else 0
        if self._progress.is_too_slow(outstanding, now):
            self.transport.abort()
            return
        if unsent:
            # It still reads what it asked for, and what it says meanwhile waits for that.
            self.deadline = max(self.deadline, now + self.timeout_keep_alive)
        if now >= self.deadline and not self.is_busy and not self.transport.is_closing():
            self.transport.close()
        self._sweeper = self.loop.call_later(SWEEP_SECONDS, self._sweep)

    def _stop_sweeping(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
