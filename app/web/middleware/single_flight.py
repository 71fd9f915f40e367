"""Single flight: one request fills a cache entry, and others that ask for the same wait for it."""

import asyncio

Key = tuple[bytes, bytes | None]
"""What is asked for, and `Accept`."""


class Fill:
    """A request that fills a cache entry, as its followers see it."""

    def __init__(self, fills: dict[Key, "Fill"], key: Key) -> None:
        self._fills = fills
        self._key = key
        self._done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        fills[key] = self

    def end(self, *, is_answered: bool) -> None:
        """Release the followers; the first call counts."""
        if not self._done.done():
            self._done.set_result(is_answered)
            del self._fills[self._key]

    async def wait(self, seconds: float) -> bool:
        """Wait for a response, cached or not; `False` if the request gave up.

        Cancelling a follower cancels neither the fill nor another follower. After `seconds` the
        fill counts as answered: the follower then proceeds on its own.
        """
        await asyncio.wait({self._done}, timeout=seconds)
        return self._done.result() if self._done.done() else True
