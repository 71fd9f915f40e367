"""What a slow client may hold: bytes in the send queue of the system, and for how long."""

import array
import socket
import sys
from contextlib import suppress

if sys.platform != "win32":
    import fcntl
    import termios

PERIOD_SECONDS = 60.0
"""Over which the rate of a client is judged."""
MIN_BYTES_PER_SECOND = 240
"""The minimum that IIS and Kestrel have for responses. A 2G line takes ten times as much; at this
rate one connection can keep an answer of 1 MB for 70 minutes."""

MAX_UNSENT_BYTES = 131_072
"""What the system takes ahead of a client. By default it takes megabytes: 400 clients that read
nothing kept the event loop waiting for 140 ms at a time while their queues were filled, 11 ms with
this limit."""


def limit_unsent(connection: socket.socket | None) -> None:
    """Bound the system's send queue of a connection. Linux: tcp(7), `TCP_NOTSENT_LOWAT`."""
    if connection is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        # A Unix socket has no such option.
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, MAX_UNSENT_BYTES)


class SendProgress:
    """What one client took lately; looked at while something waits to be sent to it."""

    def __init__(self) -> None:
        self._outstanding = 0
        self._taken = 0
        self._judged_at = 0.0

    def is_too_slow(self, outstanding: int, now: float) -> bool:
        """Note how many bytes are still on their way; whether the client takes too few.

        What was sent since the last look hides as much of what was taken. That can only make a fast
        client look slower for one look in many: its queue runs empty again and again.
        """
        if not outstanding:
            self._outstanding = self._taken = 0
            return False
        if not self._outstanding:
            self._judged_at = now
            self._taken = 0
        self._taken += max(0, self._outstanding - outstanding)
        self._outstanding = outstanding
        if now - self._judged_at < PERIOD_SECONDS:
            return False
        is_too_slow = self._taken < MIN_BYTES_PER_SECOND * PERIOD_SECONDS
        self._taken, self._judged_at = 0, now
        return is_too_slow


def unacknowledged(connection: socket.socket | None) -> int:
    """Bytes in the system's send queue that the client has not acknowledged; 0 where untold.

    The system takes megabytes ahead of a slow client, in lumps: without this, a client that reads
    steadily may look as if it read nothing for minutes. Linux: tcp(7), `SIOCOUTQ`.
    """
    queued = array.array("i", [0])
    if sys.platform != "win32" and connection is not None:
        with suppress(OSError, ValueError):
            fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, queued)
    return queued[0]
