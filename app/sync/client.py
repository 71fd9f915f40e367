"""HTTP client for one upstream: budgets, rate limits, retries and checks of answers.

It follows the rules of the two APIs: Hugging Face, rate limits; GitHub, best practices and rate
limits for the REST API, both read 2026-11.
"""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from app import __version__
from app.sync.body import MAX_BODY_BYTES, BadBody, parse, unpack
from app.sync.errors import UpstreamError
from app.sync.quota import Limit, limit_of, quota_of

USER_AGENT = f"MorningPost/{__version__}"
"""Name and version; the public URL is added as a contact."""

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
REQUEST_SECONDS = 20.0
"""For a whole answer: the read timeout alone allows a body to trickle without end."""
RUN_SECONDS = 150.0
"""For all requests and waits of one source, so that a run ends within three minutes."""
READ_BY_ID_SECONDS = 50.0
"""Part of `RUN_SECONDS` that waits for the search quota leave for refreshing subjects by id."""
MAX_HOPS = 3
MAX_RETRIES = 2
MAX_WAIT = 10.0
MAX_SEARCH_WAIT = 65.0
"""Search quotas are per minute. Other windows are longer than a run."""
UNTOLD_SEARCH_WAIT = 60.0
MAX_REQUESTS = 400
"""Per source and run; below the smallest quota that is announced for five minutes."""
MAX_LINK = 8_192
SMALL_BODY = 16_384
"""Smaller bodies are decoded in the event loop, because a thread would take longer."""

_LINK = re.compile(r"<([^<>]*)>([^<>]*)")
_IS_NEXT = re.compile(r'\brel="?next\b', re.IGNORECASE)

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A usable answer: 200 with JSON, or 304."""

    status: int
    body: Any
    etag: str | None
    next_url: str | None
    """The next page of a list, on the same origin."""


class Client:
    """A client for one origin and one run; its counters are reported with the run."""

    def __init__(
        self,
        origin: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        contact: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.origin = origin.rstrip("/")
        self.has_token = token is not None
        self.requests = 0
        self.bytes_received = 0
        self.remaining: dict[str, int] = {}
        """Remaining requests by bucket, if the source reports them."""
        who = f"{USER_AGENT} (+{contact})" if contact else USER_AGENT
        fields = {"User-Agent": who, "Accept-Encoding": "gzip", **(headers or {})}
        if token is not None:
            fields["Authorization"] = f"Bearer {token}"
        self._http = httpx.AsyncClient(
            timeout=TIMEOUT, headers=fields, transport=transport, follow_redirects=False
        )
        self._sleep, self._clock, self._monotonic = sleep, clock, monotonic
        self._ends_at = monotonic() + RUN_SECONDS
        self._resets: dict[str, float] = {}
        """End of the window of an exhausted bucket, by the monotonic clock."""
        self._stopped: dict[str | None, str] = {}
        """Why no more requests are sent, by bucket; `None` stands for all buckets."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(
        self,
        target: str,
        params: Mapping[str, str | int | list[str]] | None = None,
        *,
        etag: str | None = None,
        bucket: str = "core",
    ) -> Answer:
        """Request a path, or a URL that this origin gave.

        Raises:
            UpstreamError: there is no usable answer after the allowed retries.
        """
        headers = {"If-None-Match": etag} if etag else {}
        return await self._ask("GET", target, params=params, headers=headers, bucket=bucket)

    async def post(self, target: str, payload: object, *, bucket: str = "graphql") -> Answer:
        """Send a query without side effects, which may be retried. Raises `UpstreamError`."""
        return await self._ask("POST", target, payload=payload, bucket=bucket)

    def stop(self, reason: str) -> None:
        """Send no more requests in this run, for limits that are not reported by status."""
        self._stopped.setdefault(None, reason)

    async def _ask(
        self,
        method: str,
        target: str,
        *,
        params: Mapping[str, str | int | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        payload: object = None,
        bucket: str,
    ) -> Answer:
        url = self._own(target)
        attempt = hops = 0
        while True:
            await self._check_budget(bucket)
            try:
                response, raw = await self._send(
                    method, url, params=params, headers=headers, payload=payload
                )
                self._note_quota(response, bucket)
                if response.status_code in {301, 302, 303, 307, 308}:
                    hops += 1
                    if hops > MAX_HOPS:
                        raise UpstreamError("too_many_redirects", status=response.status_code)
                    url, params = self._hop(response, url), None
                    continue
                return await self._judged(response, raw, url)
            except _LimitedError as limited:
                attempt += 1
                await self._wait_out(limited.limit, attempt, bucket)
            except UpstreamError as error:
                attempt += 1
                if error.reason not in _RETRIED or attempt > MAX_RETRIES:
                    raise
                await self._pause(2.0 ** (attempt - 1) * (0.75 + random.random() / 2), bucket)

    def _own(self, target: str) -> str:
        return target if target.startswith(("http://", "https://")) else self.origin + target

    async def _check_budget(self, bucket: str) -> None:
        """Allow a request, wait for its window, or raise `UpstreamError`."""
        reason = self._stopped.get(None) or self._stopped.get(bucket)
        if reason is not None:
            raise UpstreamError(reason)
        if self.requests >= MAX_REQUESTS or self._monotonic() >= self._ends_at:
            self.stop("out_of_budget")
            raise UpstreamError("out_of_budget")
        if (reset := self._resets.pop(bucket, None)) is None:
            return
        wait = reset - self._monotonic()
        if wait > 0:
            await self._wait_out(Limit("rate_limited", wait), 1, bucket)

    async def _send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int | list[str]] | None,
        headers: Mapping[str, str] | None,
        payload: object,
    ) -> tuple[httpx.Response, bytes]:
        self.requests += 1
        request = self._http.build_request(
            method, url, params=params or None, headers=headers, json=payload
        )
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                response = await self._http.send(request, stream=True)
                try:
                    return response, await self._read_raw(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException) as error:
            raise UpstreamError("timeout") from error
        except httpx.RemoteProtocolError as error:
            raise UpstreamError("truncated") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise UpstreamError("unreachable") from error

    async def _read_raw(self, response: httpx.Response) -> bytes:
        """Read the encoded body; it is decoded later, outside of the event loop."""
        body = bytearray()
        async for chunk in response.aiter_raw():
            self.bytes_received += len(chunk)
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise UpstreamError("too_large", status=response.status_code)
        return bytes(body)

    def _hop(self, response: httpx.Response, url: str) -> str:
        """Return the target of a redirect; a token is never sent to another origin."""
        target: str = urljoin(url, response.headers.get("location", ""))
        if not self._is_own(target):
            raise UpstreamError("foreign_redirect", status=response.status_code)
        return target

    def _is_own(self, url: str) -> bool:
        try:
            ours, theirs = urlsplit(self.origin), urlsplit(url)
            return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)
        except ValueError:
            return False

    async def _judged(self, response: httpx.Response, raw: bytes, url: str) -> Answer:
        """Check status, media type and JSON; the shape of the body is up to the source."""
        status = response.status_code
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if status in {403, 429} or status >= 500:
            start = await _in_thread(_first_bytes, raw, encoding)
            limit = limit_of(status, response.headers, start, now=self._clock())
            if limit is not None:
                raise _LimitedError(limit)
        if status == 401 and self.has_token:
            self.stop("bad_token")
            raise UpstreamError("bad_token", status=status)
        if status in {401, 404, 410}:
            raise UpstreamError("not_found", status=status)
        if status >= 500:
            raise UpstreamError("server_error", status=status)
        if status not in {200, 304}:
            raise UpstreamError("refused", status=status)
        etag = response.headers.get("etag")
        etag = etag if etag is not None and len(etag) <= 200 else None
        next_url = self._next_url(response.headers.get("link", ""), url)
        if status == 304:
            return Answer(status, None, etag, next_url)
        if "json" not in response.headers.get("content-type", ""):
            raise UpstreamError("not_json", status=status)
        try:
            body = await _in_thread(_read, raw, encoding)
        except BadBody as error:
            raise UpstreamError(error.reason, status=status) from error
        return Answer(status, body, etag, next_url)

    def _next_url(self, link: str, url: str) -> str | None:
        for target, parameters in _LINK.findall(link[:MAX_LINK]):
            if _IS_NEXT.search(parameters):
                found = urljoin(url, target)
                return found if self._is_own(found) else None
        return None

    def _note_quota(self, response: httpx.Response, bucket: str) -> None:
        quota = quota_of(response.headers, now=self._clock())
        if quota.remaining is None:
            return
        self.remaining[bucket] = quota.remaining
        wait = quota.reset_seconds
        if wait is None and bucket == "search":
            wait = UNTOLD_SEARCH_WAIT
        if quota.remaining == 0 and wait is not None:
            self._resets[bucket] = self._monotonic() + wait + 1

    async def _wait_out(self, limit: Limit, attempt: int, bucket: str) -> None:
        """Wait as a limit requires, or stop. Raises `UpstreamError`."""
        self._resets.pop(bucket, None)
        if limit.is_secondary:
            self.stop(limit.reason)
            raise UpstreamError(limit.reason)
        wait = limit.seconds if limit.seconds is not None else 2.0**attempt
        is_short = wait <= (MAX_SEARCH_WAIT if bucket == "search" else MAX_WAIT)
        if attempt > MAX_RETRIES or not is_short:
            # Search has its own quota: known subjects can still be refreshed by id.
            self._stopped.setdefault("search" if bucket == "search" else None, limit.reason)
            raise UpstreamError(limit.reason)
        await self._pause(wait, bucket)

    async def _pause(self, seconds: float, bucket: str) -> None:
        is_search = bucket == "search"
        reserve = READ_BY_ID_SECONDS if is_search else 0.0
        if self._monotonic() + seconds >= self._ends_at - reserve:
            self._stopped.setdefault("search" if is_search else None, "out_of_budget")
            raise UpstreamError("out_of_budget")
        await self._sleep(seconds)


_RETRIED = frozenset({"timeout", "unreachable", "truncated", "server_error"})


class _LimitedError(Exception):
    """The source reported a limit."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit)
        self.limit = limit


async def _in_thread(work: Callable[[bytes, str], T], raw: bytes, encoding: str) -> T:
    if len(raw) <= SMALL_BODY and encoding in {"", "identity"}:
        return work(raw, encoding)
    return await asyncio.to_thread(work, raw, encoding)


def _read(raw: bytes, encoding: str) -> Any:
    return parse(unpack(raw, encoding))


def _first_bytes(raw: bytes, encoding: str) -> bytes:
    try:
        return unpack(raw, encoding)[:MAX_LINK]
    except BadBody:
        return b""
