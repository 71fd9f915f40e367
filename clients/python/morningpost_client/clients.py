"""The two clients: the same exchanges, driven with blocking or with asynchronous calls."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

import httpx

from morningpost_client.answers import Answer
from morningpost_client.call import Call
from morningpost_client.events import AsyncEvents, Events, Types
from morningpost_client.exchange import Known, Wait, exchange
from morningpost_client.operations import AsyncOperations, Operations

VERSION = "1.0.0"

T = TypeVar("T")


def _http_options(base_url: str, key: str | None, timeout: float) -> dict[str, Any]:
    headers = {"User-Agent": f"morningpost-client/{VERSION} (Python)"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return {
        "base_url": base_url.rstrip("/"),
        "headers": headers,
        "timeout": timeout,
        "follow_redirects": True,
    }


def _request_of(call: Call) -> dict[str, Any]:
    """Return the arguments of `httpx.Client.request`."""
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query),
        "headers": {"Accept": call.accept, **call.headers},
        "content": call.content,
    }


def _next_page(
    method: Callable[..., Any], page: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the parameters of the page after `page`; `None` if it is the last."""
    place = page["page"]
    if not place["has_more"]:
        return None
    name = "cursor" if "cursor" in inspect.signature(method).parameters else "after"
    return {**parameters, name: place["next_cursor"]}


class Client(Operations):
    """A client with blocking calls. Use it as a context manager, or call `close`."""

    def __init__(
        self,
        base_url: str,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retries: int = 8,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Make a client.

        Args:
            base_url: the address of the paper, such as `https://news.example.org`.
            key: an API key; without one the public part of the API can be used.
            timeout: seconds that a connection, and each wait for bytes, may take.
            retries: attempts after the first one. Waits double from a quarter of a second.
            transport: how requests are sent, for tests and special networks.
        """
        self._http = httpx.Client(transport=transport, **_http_options(base_url, key, timeout))
        self._retries = retries
        self._known = Known()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def iter(self, method: Callable[..., Answer], **parameters: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of all pages: `client.iter(client.list_issues, limit=100)`."""
        following: dict[str, Any] | None = parameters
        while following is not None:
            page = method(**following)
            yield from page["data"]
            following = _next_page(method, page, following)

    def events(self, after: str | None = None, types: Types | None = None) -> Events:
        """Follow the event log; see `Events`."""
        return Events(self._http, after=after, types=types, retries=self._retries)

    def _exchange(self, call: Call, kind: type[T]) -> T:
        steps = exchange(call, self._known, self._retries)
        step = next(steps)
        while True:
            result: httpx.Response | httpx.TransportError | None = None
            if isinstance(step, Wait):
                time.sleep(step.seconds)
            else:
                try:
                    result = self._http.request(**_request_of(step))
                except httpx.TransportError as error:
                    result = error
            try:
                step = steps.send(result)
            except StopIteration as done:
                return cast("T", done.value)


class AsyncClient(AsyncOperations):
    """The same with asynchronous calls. Use it with `async with`, or call `close`."""

    def __init__(
        self,
        base_url: str,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retries: int = 8,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Make a client; the arguments are those of `Client`."""
        self._http = httpx.AsyncClient(transport=transport, **_http_options(base_url, key, timeout))
        self._retries = retries
        self._known = Known()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def iter(
        self, method: Callable[..., Awaitable[Answer]], **parameters: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the rows of all pages: `async for row in client.iter(client.list_issues)`."""
        following: dict[str, Any] | None = parameters
        while following is not None:
            page = await method(**following)
            for row in page["data"]:
                yield row
            following = _next_page(method, page, following)

    def events(self, after: str | None = None, types: Types | None = None) -> AsyncEvents:
        """Follow the event log; see `AsyncEvents`."""
        return AsyncEvents(self._http, after=after, types=types, retries=self._retries)

    async def _exchange(self, call: Call, kind: type[T]) -> T:
        steps = exchange(call, self._known, self._retries)
        step = next(steps)
        while True:
            result: httpx.Response | httpx.TransportError | None = None
            if isinstance(step, Wait):
                await asyncio.sleep(step.seconds)
            else:
                try:
                    result = await self._http.request(**_request_of(step))
                except httpx.TransportError as error:
                    result = error
            try:
                step = steps.send(result)
            except StopIteration as done:
                return cast("T", done.value)
