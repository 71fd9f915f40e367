"""How an application learns that its server is about to end."""

import asyncio
from collections.abc import Callable


class Ending:
    """Set once, from SIGTERM on."""

    def __init__(self) -> None:
        self.is_begun = False
        """Whether requests should go elsewhere: `/readyz` answers 503, connections are closed."""
        self._streams_end = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def begin(self) -> None:
        """Note that the server will end; safe in a signal handler."""
        self.is_begun = True

    def listen(self, listener: Callable[[], None]) -> None:
        """Call a function when streams are to end; it must not block."""
        self._listeners.append(listener)

    def end_streams(self) -> None:
        """Let responses without an end, and requests that wait for an event, finish now."""
        self.is_begun = True
        self._streams_end.set()
        for listener in self._listeners:
            listener()

    async def wait(self) -> None:
        """Return when streams are to end."""
        await self._streams_end.wait()
