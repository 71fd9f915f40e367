"""One attempt: sign an event, post it, and judge the response."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from app import __version__
from app.content.commands.webhook_outcomes import Outcome
from app.content.webhook_signature import signed_headers
from app.delivery.checked_connection import AddressNotPublic, UnknownHost
from app.delivery.retry_waits import TIMEOUT_SECONDS

CONNECT_SECONDS = 10.0
BODY_SECONDS = 5.0
"""For the part of a response that is stored. The status decides alone."""
MAX_EXCERPT = 1_000
"""Characters of a response that are stored."""
MAX_RETRY_AFTER_SECONDS = 86_400.0
"""The longest wait that a receiver may ask for."""

_TIMEOUT = httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS)
_HEADERS = {
    "content-type": "application/json",
    "user-agent": f"MorningPost-Webhooks/{__version__}",
    "accept": "*/*",
    # Whatever is sent is only stored, and must not be unpacked.
    "accept-encoding": "identity",
}


class Sender:
    """Posts events to receivers, with one pool of connections."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        *,
        clock: Callable[[], datetime],
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=_TIMEOUT,
            headers=_HEADERS,
            follow_redirects=False,
            trust_env=False,
        )
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    async def close(self) -> None:
        await self._http.aclose()

    async def post(
        self, url: str, body: bytes, *, event_id: str, secrets: tuple[bytes, ...]
    ) -> Outcome:
        """Post a body, signed with each of the secrets. Raises nothing that a receiver causes."""
        at, started = self._clock(), time.monotonic()
        headers = signed_headers(body, event_id=event_id, at=at, secrets=secrets)
        status = excerpt = error = retry_after = None
        try:
            async with asyncio.timeout(self._timeout_seconds):
                request = self._http.build_request("POST", url, content=body, headers=headers)
                response = await self._http.send(request, stream=True)
                status = response.status_code
                retry_after = retry_after_seconds(response.headers, now=at)
                try:
                    excerpt = await _excerpt(response)
                finally:
                    await response.aclose()
        except _FAILURES as failure:
            if status is None:
                error = _words(failure, self._timeout_seconds)
        return Outcome(
            started_at=at,
            duration_ms=round((time.monotonic() - started) * 1000),
            status=status,
            error=_refusal(status) if status is not None else error,
            excerpt=excerpt,
            retry_after_seconds=retry_after,
        )


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Read `Retry-After` (RFC 9110, 10.2.3): seconds or a date; `None` where it is neither."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), MAX_RETRY_AFTER_SECONDS)
    try:
        seconds = (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, seconds), MAX_RETRY_AFTER_SECONDS)


async def _excerpt(response: httpx.Response) -> str | None:
    """Read the beginning of a response as text that can be stored."""
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in response.aiter_raw():
                raw += part
                if len(raw) >= 4 * MAX_EXCERPT:
                    break
    except _FAILURES:
        pass  # what came until then is stored
    # PostgreSQL stores no NUL.
    text = bytes(raw[: 4 * MAX_EXCERPT]).decode(errors="replace").replace("\0", "\ufffd")
    return text[:MAX_EXCERPT] or None


_FAILURES = (
    *(AddressNotPublic, UnknownHost, TimeoutError, OSError, ssl.SSLError),
    *(httpx.HTTPError, httpx.InvalidURL, httpx.StreamError),
    *(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError),
    *(httpcore.UnsupportedProtocol, httpcore.ConnectionNotAvailable),
)


def _refusal(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"The receiver answered {status}; redirects are not followed."
    return f"The receiver answered {status}."


def _words(failure: BaseException, seconds: float) -> str:
    """Say in words why there was no response, without quoting what a receiver sent."""
    if isinstance(failure, AddressNotPublic):
        return "The host has an address that is not public."
    if isinstance(failure, UnknownHost):
        return "The name of the host could not be resolved."
    if isinstance(failure, httpcore.ConnectTimeout):
        return f"No connection within {CONNECT_SECONDS:g} seconds."
    if isinstance(failure, TimeoutError | httpcore.TimeoutException | httpx.TimeoutException):
        return f"No response within {seconds:g} seconds."
    if (cause := _tls_cause(failure)) is not None:
        return f"The TLS connection failed: {cause.reason or 'no reason given'}."[:200]
    if isinstance(failure, httpcore.ConnectError | httpx.ConnectError | ConnectionRefusedError):
        return "No connection to the receiver."
    if isinstance(failure, httpcore.ProtocolError | httpx.ProtocolError):
        return "The receiver did not answer with HTTP."
    return "The connection broke before a response came."


def _tls_cause(failure: BaseException | None) -> ssl.SSLError | None:
    while failure is not None:
        if isinstance(failure, ssl.SSLError):
            return failure
        failure = failure.__cause__ or failure.__context__
    return None
