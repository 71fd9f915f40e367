"""Rate limits: how many requests a caller may make, and the header fields that say so.

Header fields as in draft-ietf-httpapi-ratelimit-headers-10 (read 2026-11). Who is counted and
when is decided in `app/web/admission/counting.py`.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from limits import RateLimitItemPerSecond
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from app.config import Settings
from app.content.access import Principal
from app.web.http.client_address import ClientAddresses

logger = logging.getLogger(__name__)

MAX_IDENTITIES = 200_000
"""Callers that one process remembers (some 60 MB); beyond it the oldest window is forgotten."""
STORE_TIMEOUT_SECONDS = 0.5
"""Time limit for the store. A request is admitted if the store does not answer."""


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
        self, rate: tuple[int, int] | None, storage: Storage, trusted_proxies: Sequence[str] = ()
    ) -> None:
        self.rate = rate
        limit, window = rate or (1, 1)
        self._item = RateLimitItemPerSecond(limit, window, namespace="morningpost")
        self._storage = storage
        self._windows = FixedWindowRateLimiter(storage)
        # The store of Redis adds the time that Redis has left to `time.time`.
        self._now: Callable[[], float] = getattr(storage, "now", time.time)
        self.addresses = ClientAddresses(trusted_proxies)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Build the limiter that the settings ask for.

        Raises:
            ValueError: `MORNINGPOST_REDIS_URL` or `MORNINGPOST_TRUSTED_PROXIES` cannot be used.
        """
        storage = _shared(settings.redis_url) if settings.redis_url else MemoryWindows()
        return cls(settings.rate, storage, settings.trusted_proxies)

    @property
    def policy(self) -> str | None:
        """The value of `RateLimit-Policy`; `None` while the limit is off."""
        return policy_header(*self.rate) if self.rate else None

    @property
    def counts_at_once(self) -> bool:
        """Whether a count never waits: the windows are in this process."""
        return isinstance(self._storage, MemoryWindows)

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
        try:
            is_within = await self._windows.hit(self._item, identity)
            return await self._quota(identity, exceeded=not is_within)
        except StorageError as error:
            _log_store_away(error)
            return None

    async def look(self, identity: str) -> Quota | None:
        """Tell what is left without counting."""
        if self.rate is None:
            return None
        try:
            return await self._quota(identity, exceeded=False)
        except StorageError as error:
            _log_store_away(error)
            return None

    async def _quota(self, identity: str, *, exceeded: bool) -> Quota:
        stats = await self._windows.get_window_stats(self._item, identity)
        window = self._item.get_expiry()
        limit = self._item.amount
        # A window that has not begun ends one length from now.
        has_begun = stats.remaining < limit
        seconds = math.ceil(stats.reset_time - self._now()) if has_begun else window
        return Quota(
            limit=limit,
            remaining=stats.remaining,
            # Redis reports whole seconds: 0 means less than one.
            reset_seconds=min(max(seconds, 1), window),
            window=window,
            exceeded=exceeded,
        )


def _log_store_away(error: StorageError) -> None:
    logger.warning("rate_limit_store_away reason=%s", type(error.storage_error).__name__)


def _shared(url: str) -> Storage:
    scheme, colon, rest = url.partition(":")
    # Valkey speaks the protocol of Redis, so one client serves both.
    scheme = scheme.replace("valkey", "redis")
    if scheme not in {"redis", "rediss"}:
        raise ValueError("MORNINGPOST_REDIS_URL must begin redis://, rediss:// or valkey://")
    options: Mapping[str, Any] = {
        "implementation": "redispy",
        "wrap_exceptions": True,
        "socket_timeout": STORE_TIMEOUT_SECONDS,
        "socket_connect_timeout": STORE_TIMEOUT_SECONDS,
    }
    try:
        storage = storage_from_string(f"async+{scheme}{colon}{rest}", **options)
    except ConfigurationError as error:
        raise ValueError(
            "MORNINGPOST_REDIS_URL needs the package redis: pip install 'ai-morning-post[redis]'"
        ) from error
    assert isinstance(storage, Storage)
    return storage


class MemoryWindows(Storage):
    """Fixed windows in this process.

    The memory storage of `limits` walks through all its callers at every hit: with 20,000 of them
    each request took 2.3 ms. All our windows are equally long, so they end in the order in which
    they began, and each hit has only to look at the oldest.

    The clock is monotonic: with the time of day, a step back by an hour made every caller wait for
    an hour.
    """

    STORAGE_SCHEME = None

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.now = now
        self._counts: dict[str, int] = {}
        self._ends: dict[str, float] = {}

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return ValueError

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        self._forget_ended()
        if key not in self._ends:
            if len(self._ends) >= MAX_IDENTITIES:
                self._forget(next(iter(self._ends)))
            self._ends[key] = self.now() + expiry
        self._counts[key] = self._counts.get(key, 0) + amount
        return self._counts[key]

    async def get(self, key: str) -> int:
        self._forget_ended()
        return self._counts.get(key, 0)

    async def get_expiry(self, key: str) -> float:
        return self._ends.get(key, self.now())

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        count = len(self._ends)
        self._counts.clear()
        self._ends.clear()
        return count

    async def clear(self, key: str) -> None:
        self._forget(key)

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
