"""Read slices: a large packet is fed to the parser in slices, and the event loop runs in between.

One packet may hold thousands of requests or WebSocket frames. Reading from the socket is paused
until the packet is used up.
"""

import asyncio
from collections.abc import Callable


class ReadSlices:
    """Feeds the bytes of one connection to its protocol class."""

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        *,
        feed: Callable[[bytes], None],
        size: int,
        is_paused: Callable[[], bool],
    ) -> None:
        """`feed` takes one slice of at most `size` bytes.

        `is_paused`: whether nothing more is fed until `resume` is called.
        """
        self._transport = transport
        self._loop = loop
        self._feed = feed
        self.size = size
        """The most bytes of the next slice; its owner may change it."""
        self._is_paused = is_paused
        self.pending = b""
        """Bytes that were received, with those of them that were not fed yet."""
        # An offset: cutting the fed part off each time would copy a packet twenty times.
        self._offset = 0
        self._is_scheduled = False

    @property
    def has_pending(self) -> bool:
        """Whether bytes were received and not fed yet."""
        return bool(self.pending)

    def receive(self, data: bytes) -> None:
        """Feed a packet, at once if it fits one slice."""
        if self.pending:
            # Something resumed reading meanwhile; the bytes received before come first.
            self.hold(data)
        elif len(data) <= self.size:
            self._feed(data)
        else:
            self.pending = data
            self._transport.pause_reading()
            self._feed_slice()

    def hold(self, data: bytes) -> None:
        """Keep received bytes until `resume`."""
        self.pending = self.pending[self._offset :] + data
        self._offset = 0
        self._transport.pause_reading()

    def resume(self) -> None:
        """Feed the next slice in the next turn of the event loop."""
        if self.pending and not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._feed_next)

    def _feed_next(self) -> None:
        self._is_scheduled = False
        # Since it was scheduled, the bytes may have moved to a WebSocket.
        if self.pending and not self._is_paused():
            self._feed_slice()

    def _feed_slice(self) -> None:
        end = self._offset + self.size
        data, self._offset = self.pending[self._offset : end], end
        if end >= len(self.pending):
            self._drop()
        if self._transport.is_closing():
            self._drop()
            return
        before = self._transport.get_protocol()
        self._feed(data)
        if self._transport.is_closing():
            self._drop()
        elif (successor := self._transport.get_protocol()) is not before:
            # The slice upgraded the connection to a WebSocket, which gets the other bytes.
            rest = self.pending[self._offset :]
            self._drop()
            self._transport.resume_reading()
            if rest and isinstance(successor, asyncio.Protocol):
                successor.data_received(rest)
        elif self.pending:
            self.resume()
        elif not self._is_paused():
            self._transport.resume_reading()

    def _drop(self) -> None:
        self.pending, self._offset = b"", 0
