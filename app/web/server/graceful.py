"""The server of one process: uvicorn's, which ends as docs/operations.md describes."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from socket import socket
from types import FrameType

import uvicorn

from app.interpreter import importing
from app.web.ending import Ending
from app.web.server.server_state import STATE_KEY, ServerServices

logger = logging.getLogger(__name__)

ACCEPT_SECONDS = 0.05
"""Between the signal and the end of listening: what the system has accepted or received already is
read, and answered."""
CLOSING_SECONDS = 1.5
"""For closing the database and all else after the last response; then the process ends anyway."""
_POLL_SECONDS = 0.02


class GracefulServer(uvicorn.Server):
    """Answers what it has begun, sends streams elsewhere, and ends with code 0 on SIGTERM."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        drain_seconds: float,
        grace_seconds: float,
        on_start: Callable[[], None] | None = None,
    ) -> None:
        """`on_start` is called when the server accepts connections."""
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._grace_seconds = grace_seconds
        self._on_start = on_start

    def run(self, sockets: list[socket] | None = None) -> None:
        """Import the application, which stays in memory as long as the process, and serve it."""
        with importing():
            self.config.load()
        gc.freeze()
        super().run(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end. Interrupts are left to uvicorn: the second one ends at once."""
        ending = self._ending
        if ending is not None:
            ending.begin()
        if sig == signal.SIGTERM:
            self.should_exit = True  # not noted for uvicorn, which would raise it again at the end
        else:
            super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._on_start is not None:
            self._on_start()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Drain, stop listening, finish, close: in this order, each within its time."""
        ending = self._ending or Ending()
        ending.begin()
        for connection in list(self.server_state.connections):
            prepare = getattr(connection, "prepare_to_end", None)
            if prepare is not None:
                prepare()
        await self._pause(max(self._drain_seconds, ACCEPT_SECONDS))
        _end_process_after(self._grace_seconds + CLOSING_SECONDS)
        for server in self.servers:
            server.close()
        for each in sockets or []:
            each.close()
        ending.end_streams()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._finish()
        if not self.force_exit:
            await self.lifespan.shutdown()

    async def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.force_exit:
            await asyncio.sleep(min(_POLL_SECONDS, seconds))

    async def _finish(self) -> None:
        """Wait for responses and connections; cut what is left after the grace period."""
        state, until = self.server_state, time.monotonic() + self._grace_seconds
        while (state.connections or state.tasks) and not self.force_exit:
            if time.monotonic() > until:
                break
            await asyncio.sleep(_POLL_SECONDS)
        else:
            return
        logger.warning(
            "requests_cut tasks=%d connections=%d", len(state.tasks), len(state.connections)
        )
        logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)
        for task in list(state.tasks):
            task.cancel()
        for connection in list(state.connections):
            abort = getattr(getattr(connection, "transport", None), "abort", None)
            if abort is not None:
                abort()
        await asyncio.sleep(0)

    @property
    def _ending(self) -> Ending | None:
        """That of the application; `None` before it has started."""
        if not self.started:
            return None
        services = self.lifespan.state.get(STATE_KEY)
        return services.app.ending if isinstance(services, ServerServices) else None


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """Our own line counts the requests that were cut; uvicorn would log a trace for each."""
    kind = record.exc_info[0] if record.exc_info else None
    return not (kind is not None and issubclass(kind, asyncio.CancelledError))


def _end_process_after(seconds: float) -> None:
    """End the process even if a thread hangs, such as one that waits for a database."""

    def end() -> None:
        logger.warning("ended_without_closing seconds=%.1f", seconds)
        logging.shutdown()
        sys.stderr.flush()
        os._exit(0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
