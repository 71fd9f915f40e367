"""A cache bounded by the total size of its entries, which evicts the least recently used."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Lru(Generic[Key, Value]):
    """Entries with their sizes, in whatever unit the owner counts."""

    def __init__(self, capacity: int, *, largest: int | None = None) -> None:
        """`largest`: the size above which an entry is not cached, so that it evicts no others."""
        self._capacity = capacity
        self._largest = capacity if largest is None else largest
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """The total size of the entries, at most the capacity."""
        return self._size

    def get(self, key: Key) -> Value | None:
        """Find an entry, and mark it as the most recently used."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Key, value: Value, *, size: int) -> None:
        """Add or replace an entry, and evict others until all fit."""
        replaced = self._entries.pop(key, None)
        if replaced is not None:
            self._size -= replaced[1]
        if size > self._largest:
            return
        self._entries[key] = (value, size)
        self._size += size
        while self._size > self._capacity:
            _, (_, evicted) = self._entries.popitem(last=False)
            self._size -= evicted
