"""Groups of cache entries that share a bound, the least recently used of a group first to go."""

from collections import OrderedDict


class BoundedGroups:
    """The sizes of entries by group. The owner drops what `put` returns."""

    def __init__(self, max_bytes: int) -> None:
        """`max_bytes`: of one group."""
        self._max_bytes = max_bytes
        self._groups: dict[bytes, OrderedDict[bytes, int]] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def put(self, group: bytes, key: bytes, size: int) -> list[bytes]:
        """Set the size of an entry; return the keys of others that exceed the bound."""
        sizes = self._groups.setdefault(group, OrderedDict())
        sizes[key] = size
        sizes.move_to_end(key)
        surplus, exceeding = sum(sizes.values()) - self._max_bytes, []
        for other, its_size in sizes.items():
            if surplus <= 0 or other == key:
                break
            exceeding.append(other)
            surplus -= its_size
        return exceeding

    def touch(self, group: bytes, key: bytes) -> None:
        """Note that an entry was used."""
        self._groups[group].move_to_end(key)

    def remove(self, group: bytes, key: bytes) -> None:
        """Forget an entry."""
        sizes = self._groups[group]
        del sizes[key]
        if not sizes:
            del self._groups[group]

    def clear(self) -> None:
        """Forget everything."""
        self._groups.clear()
