"""Windows of rate limits in Redis or Valkey, which nodes share."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from limits.aio.storage import Storage
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from app.web.limits.windows import StoreAway

STORE_TIMEOUT_SECONDS = 0.5
"""Time limit for the store. A request is admitted if the store does not answer."""


class SharedWindows:
    """Fixed windows in a store of its own."""

    def __init__(self, url: str) -> None:
        """Connect at the first count. Raises `ValueError` if the URL cannot be used."""
        self._storage = _storage(url)

    async def incr(self, key: str, expiry: int) -> int:
        with _store_errors():
            return await self._storage.incr(key, expiry)

    async def get(self, key: str) -> int:
        with _store_errors():
            return await self._storage.get(key)

    async def get_expiry(self, key: str) -> float:
        with _store_errors():
            return await self._storage.get_expiry(key)

    def now(self) -> float:
        # `limits` adds the time that Redis has left to this one.
        return time.time()


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise StoreAway from error.storage_error


def _storage(url: str) -> Storage:
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
