"""Rate limits: how many requests a caller may make, and the header fields that say so.

Header fields as in draft-ietf-httpapi-ratelimit-headers-10 (read 2026-11). Who is counted and
when is decided in `app/web/admission/counting.py`.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from app.config import Settings
from app.content.access import Principal
from app.web.http.client_address import ClientAddresses
from app.web.limits.windows import StoreAway, Windows

logger = logging.getLogger(__name__)

MAX_IDENTITIES = 200_000
"""Callers that one process remembers (some 60 MB); beyond it the oldest window is forgotten."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a caller has left in the present window."""

    limit: int
    remaining: int
    reset_seconds: int
    """Whole seconds until the window ends, rounded up."""
    window: int
    """Length of the window in seconds."""
    exceeded: bool = False
    """Whether this request exceeded the limit."""

    def headers(self) -> dict[str, str]:
        """Write the two header fields of a counted response."""
        return {
            "RateLimit-Policy": policy_header(self.limit, self.window),
            "RateLimit": self.field,
        }

    @property
    def field(self) -> str:
        """The value of `RateLimit`."""
        return f'"default";r={self.remaining};t={self.reset_seconds}'


def policy_header(limit: int, window: int) -> str:
    """Write `RateLimit-Policy`, which every response has while the limit is on."""
    return f'"default";q={limit};w={window}'


class RateLimiter:
    """Counts requests by fixed windows, in this process or in a store that nodes share."""

    def __init__(
        self, rate: tuple[int, int] | None, windows: Windows, trusted_proxies: Sequence[str] = ()
    ) -> None:
        self.rate = rate
        self._limit, self._window = rate or (1, 1)
        self._windows = windows
        self.addresses = ClientAddresses(trusted_proxies)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Build the limiter that the settings ask for.

        Raises:
            ValueError: `MORNINGPOST_REDIS_URL` or `MORNINGPOST_TRUSTED_PROXIES` cannot be used.
        """
        return cls(settings.rate, _windows_of(settings), settings.trusted_proxies)

    @property
    def policy(self) -> str | None:
        """The value of `RateLimit-Policy`; `None` while the limit is off."""
        return policy_header(*self.rate) if self.rate else None

    @property
    def counts_at_once(self) -> bool:
        """Whether a count never waits: the windows are in this process."""
        return isinstance(self._windows, MemoryWindows)

    def identity_of(
        self, principal: Principal, client: str | None, forwarded_for: str | None
    ) -> str:
        """Return what requests are counted by: the key, else the address."""
        if self.rate is None:
            return "anybody"
        return self.caller_of(principal, client, forwarded_for)

    def caller_of(self, principal: Principal, client: str | None, forwarded_for: str | None) -> str:
        """Name a caller: the key, else the address, an IPv6 one by its /64."""
        if principal.prefix is not None:
            return f"key:{principal.prefix}"
        return f"address:{self.addresses.of(client, forwarded_for)}"

    async def hit(self, identity: str) -> Quota | None:
        """Count one request; `None` while the limit is off or its store does not answer."""
        if self.rate is None:
            return None
        key = self._key(identity)
        try:
            return await self._quota(key, await self._windows.incr(key, self._window))
        except StoreAway as error:
            _log_store_away(error)
            return None

    async def look(self, identity: str) -> Quota | None:
        """Tell what is left without counting."""
        if self.rate is None:
            return None
        key = self._key(identity)
        try:
            return await self._quota(key, await self._windows.get(key))
        except StoreAway as error:
            _log_store_away(error)
            return None

    def _key(self, identity: str) -> str:
        return f"morningpost/{identity}/{self._limit}/{self._window}/second"

    async def _quota(self, key: str, count: int) -> Quota:
        limit, window = self._limit, self._window
        # A window that has not begun ends one length from now.
        left = await self._windows.get_expiry(key) - self._windows.now() if count else window
        return Quota(
            limit=limit,
            remaining=max(limit - count, 0),
            # Redis reports whole seconds: 0 means less than one.
            reset_seconds=min(max(math.ceil(left), 1), window),
            window=window,
            exceeded=count > limit,
        )


def _log_store_away(error: StoreAway) -> None:
    logger.warning("rate_limit_store_away reason=%s", type(error.__cause__).__name__)


def _windows_of(settings: Settings) -> Windows:
    if not settings.redis_url:
        return MemoryWindows()
    from app.web.limits.shared_windows import SharedWindows

    return SharedWindows(settings.redis_url)


class MemoryWindows:
    """Fixed windows in this process.

    All are equally long, so they end in the order in which they began, and each hit has only to
    look at the oldest. The memory storage of `limits` walks through all its callers at every hit:
    with 20,000 of them each request took 2.3 ms.

    The clock is monotonic: with the time of day, a step back by an hour made every caller wait for
    an hour.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._counts: dict[str, int] = {}
        self._ends: dict[str, float] = {}

    async def incr(self, key: str, expiry: int) -> int:
        self._forget_ended()
        if key not in self._ends:
            if len(self._ends) >= MAX_IDENTITIES:
                self._forget(next(iter(self._ends)))
            self._ends[key] = self.now() + expiry
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._counts[key]

    async def get(self, key: str) -> int:
        self._forget_ended()
        return self._counts.get(key, 0)

    async def get_expiry(self, key: str) -> float:
        return self._ends.get(key, self.now())

    def _forget_ended(self) -> None:
        now = self.now()
        while self._ends:
            oldest = next(iter(self._ends))
            if self._ends[oldest] > now:
                return
            self._forget(oldest)

    def _forget(self, key: str) -> None:
        self._counts.pop(key, None)
        self._ends.pop(key, None)
