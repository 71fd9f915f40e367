"""How often one client may do something cheap that is not counted as a request."""

import time
from collections.abc import Callable


class Allowance:
    """At most `most` in each window of `seconds`; the first one begins the window."""

    def __init__(
        self, most: int, *, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = most
        self.seconds = seconds
        self._now = now
        self._taken = 0
        self._ends_at = 0.0

    def take(self) -> bool:
        """Take one; `False` where none is left in this window."""
        now = self._now()
        if now >= self._ends_at:
            self._taken, self._ends_at = 0, now + self.seconds
        self._taken += 1
        return self._taken <= self.most
