"""Deadlines of one connection: for a request head, an idle connection, and a slow client.

ASGI begins when a request head is complete, so it cannot bound how long a head takes. Each
connection is checked twice a second, which costs less than a timer for each request.
"""

import asyncio
from collections.abc import Callable

from app.web.server.send_progress import SendProgress, limit_unsent, unacknowledged

HEAD_SECONDS = 14.0
"""For a whole head, from its first byte or the start of the connection. The contract allows 15 s,
and a check may be half a second late."""
LEFTOVER_SECONDS = 10.0
"""For the rest of a body after its response."""
SWEEP_SECONDS = 0.5
"""Between two checks."""

_NEVER = float("inf")


class Deadline:
    """Closes a connection whose client does not go on in time, or does not read."""

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        *,
        keep_alive_seconds: float,
        is_busy: Callable[[], bool],
    ) -> None:
        """`is_busy`: whether a route works on a request; the client has no deadline then."""
        self._transport = transport
        self._loop = loop
        self._keep_alive_seconds = keep_alive_seconds
        self._is_busy = is_busy
        self._expires_at = _NEVER
        self._progress = SendProgress()
        self._socket = transport.get_extra_info("socket")
        self._timer: asyncio.TimerHandle | None = None
        limit_unsent(self._socket)

    def start(self) -> None:
        """Begin to check, with the deadline of a head."""
        self.expect_head()
        self._timer = self._loop.call_later(SWEEP_SECONDS, self._check)

    def stop(self) -> None:
        """Stop checking: the connection is lost, or is a WebSocket, which has its own deadlines."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def expect_head(self) -> None:
        """The client must complete a head."""
        self._expires_at = self._loop.time() + HEAD_SECONDS

    def expect_rest_of_body(self) -> None:
        """The client must complete a body that the response did not wait for."""
        self._expires_at = self._loop.time() + LEFTOVER_SECONDS

    def expect_next_request(self) -> None:
        """The client must send another request, or the idle connection is closed."""
        self._expires_at = self._loop.time() + self._keep_alive_seconds

    def clear(self) -> None:
        """Set no deadline: a route that waits for a body keeps its own, and answers 408."""
        self._expires_at = _NEVER

    def _check(self) -> None:
        transport, now = self._transport, self._loop.time()
        unsent = transport.get_write_buffer_size()
        outstanding = unsent + unacknowledged(self._socket) if unsent else 0
        if self._progress.is_too_slow(outstanding, now):
            transport.abort()
            return
        if unsent:
            # The client still reads a response; bytes that it sends meanwhile wait for that.
            self._expires_at = max(self._expires_at, now + self._keep_alive_seconds)
        if now >= self._expires_at and not self._is_busy() and not transport.is_closing():
            transport.close()
        self._timer = self._loop.call_later(SWEEP_SECONDS, self._check)
