"""Asking one upstream, politely, and believing nothing before it was looked at.

The rules are those of the two APIs: Hugging Face, rate limits; GitHub, best practices and rate
limits for the REST API, both read 2026-11.
"""

import asyncio
import json
import random
import re
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx

from app import __version__

USER_AGENT = f"MorningPost/{__version__}"
"""Who asks; where the paper is found is added by whoever knows."""

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
REQUEST_SECONDS = 20.0
"""For one whole answer: a body may trickle for ever within the limit of each read."""
RUN_SECONDS = 150.0
"""For all of one source, waits that a search quota announces excepted."""
MAX_BODY_BYTES = 16 * 1024 * 1024
"""After decompression: ten times the largest page that is asked for."""
MAX_HOPS = 3
MAX_RETRIES = 2
MAX_QUOTA_WAIT = 65.0
"""Search quotas are by the minute. Other windows are longer than a run."""
MAX_REQUESTS = 400
"""Of one source in one run, below the smallest quota that is announced for five minutes."""

_POLICY = re.compile(r";\s*r=(\d+)\b.*?;\s*t=(\d+)\b")
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)

Sleep = Callable[[float], Awaitable[None]]


class UpstreamError(Exception):
    """An answer that cannot be used; `reason` is a stable code.

    `timeout`, `unreachable`, `server_error`, `rate_limited`, `bad_token`, `refused` (any other
    4xx), `not_found`, `not_json`, `too_large`, `truncated`, `bad_encoding`, `foreign_redirect`,
    `too_many_redirects`, `out_of_budget`.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason if status is None else f"{reason} ({status})")
        self.reason = reason
        self.status = status

    @property
    def ends_source(self) -> bool:
        """Whether nothing more is to be asked of this source in this run."""
        return self.reason in {"rate_limited", "bad_token", "out_of_budget"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A usable answer: 200 with JSON, or 304."""

    status: int
    body: Any
    etag: str | None
    next_url: str | None
    """Where the list goes on, at the same origin."""


class Client:
    """One origin, for one run; its counters are what the run tells of it."""

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
        """Requests left by bucket, as far as the source said."""
        who = f"{USER_AGENT} (+{contact})" if contact else USER_AGENT
        fields = {"User-Agent": who, "Accept-Encoding": "gzip", **(headers or {})}
        if token is not None:
            fields["Authorization"] = f"Bearer {token}"
        self._http = httpx.AsyncClient(
            timeout=TIMEOUT, headers=fields, transport=transport, follow_redirects=False
        )
        self._sleep, self._clock, self._monotonic = sleep, clock, monotonic
        self._ends_at = monotonic() + RUN_SECONDS
        self._stopped: str | None = None

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
        """Ask for a path, or for an address that this origin gave.

        Raises:
            UpstreamError: there is no usable answer; retried where that is allowed.
        """
        headers = {"If-None-Match": etag} if etag else {}
        return await self._ask("GET", target, params, headers, None, bucket)

    async def post(self, target: str, payload: object, *, bucket: str = "graphql") -> Answer:
        """Send a query that changes nothing, so that it may be retried. Raises `UpstreamError`."""
        return await self._ask("POST", target, None, {}, payload, bucket)

    async def _ask(
        self,
        method: str,
        target: str,
        params: Mapping[str, str | int | list[str]] | None,
        headers: Mapping[str, str],
        payload: object,
        bucket: str,
    ) -> Answer:
        url = self._own(target)
        attempt = hops = 0
        while True:
            self._check_budget()
            try:
                response, raw = await self._send(method, url, params, headers, payload)
                self._note_quota(response, bucket)
                if response.status_code in {301, 302, 303, 307, 308}:
                    hops += 1
                    if hops > MAX_HOPS:
                        raise UpstreamError("too_many_redirects", status=response.status_code)
                    url, params = self._hop(response, url), None
                    continue
                return self._judged(response, raw, url)
            except _LimitedError as limited:
                attempt += 1
                await self._wait_for_quota(limited, attempt, bucket)
            except UpstreamError as error:
                attempt += 1
                if error.reason not in _RETRIED or attempt > MAX_RETRIES:
                    raise
                await self._pause(2.0 ** (attempt - 1) * (0.75 + random.random() / 2))

    def _own(self, target: str) -> str:
        return target if target.startswith(("http://", "https://")) else self.origin + target

    def _check_budget(self) -> None:
        if self._stopped is not None:
            raise UpstreamError(self._stopped)
        if self.requests >= MAX_REQUESTS or self._monotonic() >= self._ends_at:
            self._stopped = "out_of_budget"
            raise UpstreamError("out_of_budget")

    async def _send(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int | list[str]] | None,
        headers: Mapping[str, str],
        payload: object,
    ) -> tuple[httpx.Response, bytes]:
        self.requests += 1
        request = self._http.build_request(
            method,
            url,
            params=params or None,
            headers=dict(headers),
            json=payload,
        )
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                response = await self._http.send(request, stream=True)
                try:
                    return response, await self._read(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException) as error:
            raise UpstreamError("timeout") from error
        except httpx.RemoteProtocolError as error:
            raise UpstreamError("truncated") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise UpstreamError("unreachable") from error

    async def _read(self, response: httpx.Response) -> bytes:
        """The body, unpacked by ourselves: a small answer may unpack to gigabytes."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"identity", "gzip", ""}:
            raise UpstreamError("bad_encoding", status=response.status_code)
        unpacker = zlib.decompressobj(31) if encoding == "gzip" else None
        body = bytearray()
        async for chunk in response.aiter_raw():
            self.bytes_received += len(chunk)
            if unpacker is None:
                body += chunk
            else:
                try:
                    body += unpacker.decompress(chunk, MAX_BODY_BYTES + 1 - len(body))
                except zlib.error as error:
                    raise UpstreamError("bad_encoding", status=response.status_code) from error
            if len(body) > MAX_BODY_BYTES:
                raise UpstreamError("too_large", status=response.status_code)
        if unpacker is not None and body and not unpacker.eof:
            raise UpstreamError("truncated", status=response.status_code)
        return bytes(body)

    def _hop(self, response: httpx.Response, url: str) -> str:
        """Where a redirect leads; a token is never carried to another origin."""
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

    def _judged(self, response: httpx.Response, raw: bytes, url: str) -> Answer:
        """Status first, then the media type, then JSON; its shape is the source's own matter."""
        status = response.status_code
        if status in {403, 429}:
            limited = self._limit_of(response, raw)
            if limited is not None:
                raise limited
        if status == 401 and self.has_token:
            self._stopped = "bad_token"
            raise UpstreamError("bad_token", status=status)
        if status in {401, 404, 410, 451}:
            raise UpstreamError("not_found", status=status)
        if status >= 500:
            raise UpstreamError("server_error", status=status)
        if status not in {200, 304}:
            raise UpstreamError("refused", status=status)
        etag = response.headers.get("etag")
        etag = etag if etag is not None and len(etag) <= 200 else None
        link = _NEXT.search(response.headers.get("link", "")[:8192])
        next_url = urljoin(url, link[1]) if link else None
        if next_url is not None and not self._is_own(next_url):
            next_url = None
        if status == 304:
            return Answer(status, None, etag, next_url)
        if "json" not in response.headers.get("content-type", ""):
            raise UpstreamError("not_json", status=status)
        return Answer(status, _parsed(raw), etag, next_url)

    def _note_quota(self, response: httpx.Response, bucket: str) -> None:
        left = _integer(response.headers.get("x-ratelimit-remaining"))
        if left is None:
            found = [(int(r), int(t)) for r, t in _policies(response)]
            left = min((r for r, _ in found), default=None)
        if left is not None:
            self.remaining[bucket] = left

    def _limit_of(self, response: httpx.Response, raw: bytes) -> "_LimitedError | None":
        """What a 403 or 429 says of a limit; `None` where it is refused for something else."""
        headers, waits = response.headers, list[float]()
        after = headers.get("retry-after")
        if after is not None and (seconds := self._seconds_until(after)) is not None:
            waits.append(seconds)
        waits += [float(t) for r, t in _policies(response) if int(r) == 0]
        reset = _integer(headers.get("x-ratelimit-reset"))
        if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
            waits.append(max(0.0, reset - self._clock()))
        if waits:
            return _LimitedError(max(waits) + 1)
        if response.status_code == 429:
            # From the edge before the API: it is not about a quota, so waiting a little may do.
            return _LimitedError(None)
        if b"rate limit" in raw[:2000].lower() or b"abuse" in raw[:2000].lower():
            return _LimitedError(60.0)
        return None

    def _seconds_until(self, value: str) -> float | None:
        if (seconds := _integer(value)) is not None:
            return float(seconds)
        try:
            when = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.fromtimestamp(self._clock(), UTC)).total_seconds())

    async def _wait_for_quota(self, limited: "_LimitedError", attempt: int, bucket: str) -> None:
        wait = limited.seconds if limited.seconds is not None else 2.0**attempt
        is_search = bucket == "search"
        fits = wait <= (MAX_QUOTA_WAIT if is_search else 10.0)
        if attempt > MAX_RETRIES or not fits:
            if not is_search:
                self._stopped = "rate_limited"
            raise UpstreamError("rate_limited")
        if is_search:
            self._ends_at += wait
        await self._pause(wait)

    async def wait_for_search(self, seconds: float) -> None:
        """Keep a search quota that was announced; such waits are not of the run's own time."""
        self._ends_at += seconds
        await self._sleep(seconds)

    async def _pause(self, seconds: float) -> None:
        if self._monotonic() + seconds >= self._ends_at:
            self._stopped = "out_of_budget"
            raise UpstreamError("out_of_budget")
        await self._sleep(seconds)


_RETRIED = frozenset({"timeout", "unreachable", "truncated", "server_error"})


class _LimitedError(Exception):
    """A limit was met; `seconds` to wait, or `None` where nothing was said."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _policies(response: httpx.Response) -> list[tuple[str, str]]:
    return _POLICY.findall(response.headers.get("ratelimit", "")[:2000])


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,12}", text.strip()) else None


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise UpstreamError("not_json") from error


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")
