"""What was made of documents, kept for the next request as long as there is room for it.

One for all documents of a process: what is made of one depends on the values of its variables, so
a small document may have more of it than there is memory.
"""

from typing import Any

MAX_KEPT = 12_000
"""Steps and names in all, each some 300 bytes; one issue with everything has about 60."""
MAX_OF_ONE = MAX_KEPT // 8
"""What is larger is made again each time: it should not drive out everything else."""


class Kept:
    """Keeps until there is no more room, and then lets go of everything."""

    __slots__ = ("_made", "_room", "_size")

    def __init__(self, room: int = MAX_KEPT) -> None:
        self._room = room
        self._size = 0
        self._made: dict[tuple[object, ...], Any] = {}

    @property
    def size(self) -> int:
        """How much is kept, never more than there is room for."""
        return self._size

    def get(self, key: tuple[object, ...]) -> Any:
        """What is kept under a key; `None` where nothing is."""
        return self._made.get(key)

    def keep(self, key: tuple[object, ...], made: object, size: int) -> None:
        """Keep something under a new key."""
        if size > min(MAX_OF_ONE, self._room):
            return
        if self._size + size > self._room:
            self._made.clear()
            self._size = 0
        self._made[key] = made
        self._size += size
