"""Answers of an import on their way to a client that may read them late."""

import asyncio
import tempfile
from collections import deque
from typing import IO

MAX_UNREAD_BYTES = 67_108_864
"""Answers that may wait to be read: those of 700,000 lines that were saved. A client that never
reads could otherwise fill the disk with 200 times what it sends."""

_IN_MEMORY = 1_048_576
"""Bytes of a part that are kept in memory; more wait in a file."""
_PART_BYTES = 4_194_304
"""A part that was read is deleted, however far behind the client stays."""
_SENT_AT_ONCE = 65_536


class AnswerSpool:
    """A queue of bytes: kept in memory while it is short, else in files."""

    def __init__(self) -> None:
        self._parts: deque[_Part] = deque()
        self._unread = 0
        self._is_ended = False
        self._news = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether more answers wait than may."""
        return self._unread > MAX_UNREAD_BYTES

    def put(self, answer: bytes) -> None:
        """Add an answer, also where the spool is full: the last one says so."""
        if not self._parts or self._parts[-1].size >= _PART_BYTES:
            self._parts.append(_Part())
        self._parts[-1].put(answer)
        self._unread += len(answer)
        self._news.set()

    def end(self) -> None:
        """Say that no answer will follow."""
        self._is_ended = True
        self._news.set()

    async def take(self) -> bytes | None:
        """Wait for what is to be sent next; `None` when all was taken and no more will come."""
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
        """Delete what was not taken."""
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
