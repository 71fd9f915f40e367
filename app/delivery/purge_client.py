"""Sending purges to one edge cache."""

import logging
from collections.abc import Iterable

import httpx

from app import __version__
from app.delivery.purge_targets import PurgeTarget

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.5
"""For each part of a request. A cache beside the server answers in milliseconds, an API in 200."""
MAX_RETRY_AFTER_SECONDS = 60.0
FIRST_WAIT_SECONDS = 0.2
MAX_WAIT_SECONDS = 15.0


class PurgeClient:
    """Tells one edge cache what to drop, and how long to wait after a failure."""

    def __init__(
        self, target: PurgeTarget, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`transport`: in tests, in place of the network."""
        self._target = target
        self._failures = 0
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=TIMEOUT_SECONDS,
            headers={"User-Agent": f"MorningPost/{__version__}"},
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def purge(self, keys: Iterable[str]) -> float | None:
        """Purge keys. `None`: done. Otherwise the seconds to wait before the next attempt.

        Keys may be sent again, also those that were purged before a request failed.
        """
        wanted = sorted(keys)
        for request in self._target.requests(wanted):
            failure, retry_after = await self._send(request)
            if failure is not None:
                self._failures += 1
                wait = min(
                    FIRST_WAIT_SECONDS * 2.0 ** min(self._failures - 1, 10), MAX_WAIT_SECONDS
                )
                wait = max(wait, retry_after)
                logger.warning(
                    "purge_failed target=%s reason=%s retry_seconds=%.1f",
                    *(self._target.name, failure, wait),
                )
                return wait
        self._failures = 0
        logger.info("purged target=%s keys=%s", self._target.name, _shown(wanted))
        return None

    async def _send(self, request: httpx.Request) -> tuple[str | None, float]:
        """Return why a request failed, `None` if it did not, and the seconds of `Retry-After`."""
        try:
            # Sent by `send`, which does not add the headers of the client.
            request.headers.setdefault("User-Agent", self._http.headers["User-Agent"])
            response = await self._http.send(request)
        except httpx.HTTPError as error:
            return type(error).__name__, 0.0
        if response.is_success:
            return None, 0.0
        asked = response.headers.get("retry-after", "")
        seconds = float(asked[:6]) if asked.isascii() and asked.isdigit() else 0.0
        return f"status_{response.status_code}", min(seconds, MAX_RETRY_AFTER_SECONDS)


def _shown(keys: list[str], most: int = 20) -> str:
    rest = f",…({len(keys)})" if len(keys) > most else ""
    return ",".join(keys[:most]) + rest
