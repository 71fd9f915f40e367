"""The event log as an iterator that goes on after a broken connection, without a gap."""

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Iterator
from contextlib import closing
from typing import Any

import httpx

from morningpost_client.problem import Problem

EVENT_STREAM = "text/event-stream"
SILENCE_SECONDS = 60.0
"""Without a byte for so long the connection counts as broken; the server sends comments."""
MAX_WAIT_SECONDS = 30.0

Event = dict[str, Any]
Types = str | Iterable[str]
"""Types by comma, or one by one: `"issue.*"`, `["issue.published", "issue.corrected"]`."""


class _Log:
    """The state of one reader of the log."""

    def __init__(self, after: str | None, types: Types | None, retries: int) -> None:
        self.cursor = after
        """Where to go on: behind the last event that was returned. Keep it over restarts."""
        self._types = types if types is None or isinstance(types, str) else ",".join(types)
        self._retries = retries
        self._failures = 0
        self._id: str | None = None
        self._data: list[str] = []

    def request(self) -> dict[str, Any]:
        """Return the arguments of `build_request`."""
        given = {"after": self.cursor, "types": self._types}
        return {
            "method": "GET",
            "url": "/v1/events",
            "params": {name: value for name, value in given.items() if value is not None},
            "headers": {"Accept": EVENT_STREAM},
            "timeout": httpx.Timeout(SILENCE_SECONDS),
        }

    def take(self, line: str) -> Event | None:
        """Take a line of the stream; return the event that it completes."""
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            self._id = value
        elif name == "data":
            self._data.append(value)
        elif not line:
            data, self._data = "\n".join(self._data), []
            if self._id is not None:
                self.cursor, self._id = self._id, None
            self._failures = 0
            if data:
                event: Event = json.loads(data)
                return event
        return None

    def begin(self) -> None:
        """Forget what was incomplete when the connection broke."""
        self._id, self._data = None, []

    def pause_after(self, error: Exception) -> float:
        """Return the seconds to wait before the next connection, or raise the error."""
        if isinstance(error, Problem) and error.status not in {429, 502, 503, 504}:
            raise error
        self._failures += 1
        if self._failures > self._retries:
            raise error
        return min(MAX_WAIT_SECONDS, 2.0**self._failures / 4) * random.uniform(0.5, 1.0)


class Events(_Log):
    """Iterator over events, oldest first, that waits for new ones.

    `cursor` is the place behind the last event that was returned: give it as `after` to go on
    there. A broken connection is opened again.
    """

    def __init__(
        self, http: httpx.Client, *, after: str | None, types: Types | None, retries: int
    ) -> None:
        super().__init__(after, types, retries)
        self._http = http
        self._events = self._follow()

    def __iter__(self) -> "Events":
        return self

    def __next__(self) -> Event:
        return next(self._events)

    def close(self) -> None:
        """End the connection."""
        self._events.close()

    def _follow(self) -> Generator[Event, None, None]:
        while True:
            self.begin()
            try:
                yield from self._stream()
            except (httpx.TransportError, Problem) as error:
                time.sleep(self.pause_after(error))

    def _stream(self) -> Iterator[Event]:
        response = self._http.send(self._http.build_request(**self.request()), stream=True)
        with closing(response):
            if response.status_code >= 400:
                response.read()
                raise Problem.of(response)
            for line in response.iter_lines():
                event = self.take(line)
                if event is not None:
                    yield event


class AsyncEvents(_Log):
    """The same with `async for`."""

    def __init__(
        self, http: httpx.AsyncClient, *, after: str | None, types: Types | None, retries: int
    ) -> None:
        super().__init__(after, types, retries)
        self._http = http
        self._events = self._follow()

    def __aiter__(self) -> "AsyncEvents":
        return self

    async def __anext__(self) -> Event:
        return await anext(self._events)

    async def close(self) -> None:
        """End the connection."""
        await self._events.aclose()

    async def _follow(self) -> AsyncGenerator[Event, None]:
        while True:
            self.begin()
            try:
                async for event in self._stream():
                    yield event
            except (httpx.TransportError, Problem) as error:
                await asyncio.sleep(self.pause_after(error))

    async def _stream(self) -> AsyncIterator[Event]:
        # `AsyncClient.stream` is a generator itself: an event loop that ends closes it and this one
        # at the same time, which fails.
        response = await self._http.send(self._http.build_request(**self.request()), stream=True)
        try:
            if response.status_code >= 400:
                await response.aread()
                raise Problem.of(response)
            async for line in response.aiter_lines():
                event = self.take(line)
                if event is not None:
                    yield event
        finally:
            await response.aclose()
