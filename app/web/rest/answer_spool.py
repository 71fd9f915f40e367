"""A queue of import results for a client that reads slower than it sends."""

import asyncio
import tempfile
from collections import deque
from typing import IO

MAX_UNREAD_BYTES = 67_108_864
"""Unread results at which an import ends: those of about 700,000 saved lines. A client that never
reads could otherwise fill the disk with 200 times the bytes that it sends."""

_IN_MEMORY = 1_048_576
"""Bytes of a part that stay in memory; a longer part is written to a file."""
_PART_BYTES = 4_194_304
"""Size of a part. A part that was read is deleted, so the queue does not grow with the import."""
_SENT_AT_ONCE = 65_536


class AnswerSpool:
    """A queue of bytes: in memory while it is short, else in temporary files."""

    def __init__(self) -> None:
        self._parts: deque[_Part] = deque()
        self._unread = 0
        self._is_ended = False
        self._news = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether the unread results have reached the limit."""
        return self._unread > MAX_UNREAD_BYTES

    def put(self, answer: bytes) -> None:
        """Add a result, even to a full queue: the last result reports that it is full."""
        if not self._parts or self._parts[-1].size >= _PART_BYTES:
            self._parts.append(_Part())
        self._parts[-1].put(answer)
        self._unread += len(answer)
        self._news.set()

    def end(self) -> None:
        """Close the queue for writing."""
        self._is_ended = True
        self._news.set()

    async def take(self) -> bytes | None:
        """Wait for the next bytes to send; `None` at the end of the queue."""
        while not self._unread:
            if self._is_ended:
                self.close()
                return None
            self._news.clear()
            await self._news.wait()
        part = self._parts[0]
        taken = part.take()
        self._unread -= len(taken)
        if part.is_read:
            self._parts.popleft().close()
        return taken

    def close(self) -> None:
        """Delete unread results."""
        while self._parts:
            self._parts.popleft().close()


class _Part:
    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._taken = self.size = 0

    @property
    def is_read(self) -> bool:
        return self._taken == self.size

    def put(self, answer: bytes) -> None:
        self._file.seek(self.size)
        self.size += self._file.write(answer)

    def take(self) -> bytes:
        self._file.seek(self._taken)
        taken = self._file.read(_SENT_AT_ONCE)
        self._taken += len(taken)
        return taken

    def close(self) -> None:
        self._file.close()
