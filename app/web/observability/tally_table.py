"""Numbers by labels, in memory that other processes can read.

Each worker of a server has such a table in a file; `/metrics` adds up those of all. A table has a
fixed number of rows, so that no flood of labels makes it grow.
"""

import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import orjson

NUMBERS = 24
"""Per row: as many as the histogram of one series needs, and some to spare."""
ROWS = 4_096
_KEY_BYTES = 256
_ROW_BYTES = _KEY_BYTES + 8 * NUMBERS
_HEAD_BYTES = 64
_SIZE = _HEAD_BYTES + ROWS * _ROW_BYTES

Key = tuple[str, ...]


class TallyTable:
    """Rows of numbers by key. One process writes, others may read meanwhile.

    A row is visible once its key is complete. Each number is eight bytes at an aligned place, which
    processors write at once.
    """

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self._view = memoryview(memory)
        self._used = self._view[:8].cast("Q")
        self._rows = dict(self._stored())

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Open a table in a file; it is made if there is none."""
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(file).st_size < _SIZE:
                os.ftruncate(file, _SIZE)  # sparse: unused rows take no room
            return cls(mmap.mmap(file, _SIZE))
        finally:
            os.close(file)

    @classmethod
    def private(cls) -> Self:
        """Make a table that only this process sees."""
        return cls(mmap.mmap(-1, _SIZE))

    def row(self, key: Key) -> "memoryview[float]":
        """Return the numbers of a key, which are zero at first.

        Keys beyond the last row share one row, whose key is empty.
        """
        found = self._rows.get(key)
        if found is not None:
            return found
        written = orjson.dumps(key)
        if len(self._rows) >= ROWS - 1 or len(written) > _KEY_BYTES - 2:
            return self._rows.get(()) or self._add((), b"[]")
        return self._add(key, written)

    def _add(self, key: Key, written: bytes) -> "memoryview[float]":
        place = self._used[0]
        start = _HEAD_BYTES + place * _ROW_BYTES
        self._view[start : start + 2] = len(written).to_bytes(2, "little")
        self._view[start + 2 : start + 2 + len(written)] = written
        self._rows[key] = numbers = self._numbers(place)
        self._used[0] = place + 1
        return numbers

    def items(self) -> list[tuple[Key, list[float]]]:
        """Copy all rows, those that another process has added included."""
        return [(key, [*numbers]) for key, numbers in self._stored()]

    def _stored(self) -> Iterator[tuple[Key, "memoryview[float]"]]:
        for place in range(min(self._used[0], ROWS)):
            start = _HEAD_BYTES + place * _ROW_BYTES
            length = int.from_bytes(self._view[start : start + 2], "little")
            written = bytes(self._view[start + 2 : start + 2 + length])
            yield tuple(orjson.loads(written)), self._numbers(place)

    def _numbers(self, place: int) -> "memoryview[float]":
        start = _HEAD_BYTES + place * _ROW_BYTES + _KEY_BYTES
        return self._view[start : start + 8 * NUMBERS].cast("d")
