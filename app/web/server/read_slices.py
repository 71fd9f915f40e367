"""Reading in turns: a long packet is taken in pieces, and others are served in between.

One packet may hold thousands of requests, or frames, which all would be met in one go; and the loop
reads on at once as long as a client has sent more. So reading stops until a packet is done with.
"""

import asyncio
from abc import ABC, abstractmethod


class Turns(ABC, asyncio.Protocol):
    """A protocol class that is given its bytes by `take`."""

    turn_bytes = 16_384
    """Up to three hundred requests, which take some milliseconds."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _rest = b""
    """What has come and was not all taken yet."""
    _place = 0
    """How much of it was taken: to cut it off each time would copy a packet twenty times."""
    _is_next = False

    @abstractmethod
    def take(self, data: bytes) -> None:
        """Take what has come."""

    @property
    @abstractmethod
    def is_holding(self) -> bool:
        """Whether nothing more is taken until `go_on` is called."""

    def turn_size(self) -> int:
        """How many bytes are taken next at the most."""
        return self.turn_bytes

    @property
    def has_rest(self) -> bool:
        """Whether something has come that was not taken yet."""
        return bool(self._rest)

    def data_received(self, data: bytes) -> None:
        """Take a packet, at once if it is short."""
        if self._rest:
            # Whoever waits for a client to go on lets it be read; here it has its turn.
            self.hold(data)
        elif len(data) <= self.turn_size():
            self.take(data)
        else:
            self._rest = data
            self.transport.pause_reading()
            self._take_piece()

    def hold(self, data: bytes) -> None:
        """Keep what has come for a later turn."""
        self._rest = self._rest[self._place :] + data
        self._place = 0
        self.transport.pause_reading()

    def go_on(self) -> None:
        """Take more of what has come, when others had their turn."""
        if self._rest and not self._is_next:
            self._is_next = True
            self.loop.call_soon(self._next_turn)

    def _next_turn(self) -> None:
        self._is_next = False
        # It may be a socket's by now: what has nothing more to take is not asked again.
        if self._rest and not self.is_holding:
            self._take_piece()

    def _take_piece(self) -> None:
        end = self._place + self.turn_size()
        piece, self._place = self._rest[self._place : end], end
        if end >= len(self._rest):
            self._forget()
        if self.transport.is_closing():
            self._forget()
            return
        before = self.transport.get_protocol()
        self.take(piece)
        if self.transport.is_closing():
            self._forget()
        elif (successor := self.transport.get_protocol()) is not before:
            # The piece has made a socket of the connection: the rest is for that.
            rest = self._rest[self._place :]
            self._forget()
            self.transport.resume_reading()
            if rest and isinstance(successor, asyncio.Protocol):
                successor.data_received(rest)
        elif self._rest:
            self.go_on()
        elif not self.is_holding:
            self.transport.resume_reading()

    def _forget(self) -> None:
        self._rest, self._place = b"", 0
