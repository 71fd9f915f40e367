"""Where the requests of callers are counted: the interface that rate limits need."""

from typing import Protocol


class StoreAway(Exception):
    """The store of the windows does not answer; the request is admitted."""


class Windows(Protocol):
    """How often each key was counted in its window. Raises `StoreAway`."""

    async def incr(self, key: str, expiry: int) -> int:
        """Count once, in a window of this many seconds, and return the count."""

    async def get(self, key: str) -> int: ...

    async def get_expiry(self, key: str) -> float:
        """Return when the window ends, by the clock of `now`."""

    def now(self) -> float: ...
