"""Pull the event log of a server, and post its events to a local receiver as webhooks would.

For development: the receiver needs no public address, because nothing connects to it from outside.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import orjson

from app import __version__
from app.delivery.sender import Sender

WAIT_SECONDS = 25
"""How long the server holds its answer until there is an event."""
PAUSE_SECONDS = 2.0
"""After a request to the server that failed."""
_PAGE = 100
_TIMEOUT = httpx.Timeout(10.0, read=WAIT_SECONDS + 10.0)


class LogRefused(Exception):
    """The server will not show its log to this caller; the message says why."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One event that was posted to the receiver."""

    type: str
    event_id: str
    status: int | None
    error: str | None


@dataclass(kw_only=True)
class Forwarder:
    """Forwards the events of one server to one address, from now on."""

    server: str
    """Base URL of the server."""
    forward_to: str
    secret: bytes
    clock: Callable[[], datetime]
    key: str | None = None
    """An API key; with `drafts:read` the log has more events."""
    types: str | None = None
    """Comma list of event types; `None` for all."""
    transport: httpx.AsyncBaseTransport | None = None
    """Replaces the network in tests."""
    pause_seconds: float = PAUSE_SECONDS
    on_trouble: Callable[[str], None] = field(default=lambda _: None)
    """Called when the server does not answer; it is asked again."""

    async def events(self) -> AsyncGenerator[Forwarded]:
        """Forward events until cancelled; each is posted once, whatever the receiver answers.

        Raises:
            LogRefused: the server answered with a refusal that asking again will not change.
        """
        headers = {"user-agent": f"MorningPost-Listen/{__version__}"}
        if self.key is not None:
            headers["authorization"] = f"Bearer {self.key}"
        local = self.transport or httpx.AsyncHTTPTransport(trust_env=False)
        sender = Sender(local, clock=self.clock)
        try:
            async with httpx.AsyncClient(
                base_url=self.server.rstrip("/"),
                headers=headers,
                timeout=_TIMEOUT,
                transport=self.transport,
            ) as http:
                cursor = "latest"
                while True:
                    page = await self._page(http, cursor)
                    cursor = page["page"]["next_cursor"]
                    for event in page["data"]:
                        yield await self._forward(sender, event)
        finally:
            await sender.close()

    async def _page(self, http: httpx.AsyncClient, cursor: str) -> dict[str, Any]:
        """Read the next page of the log, however often the server has to be asked."""
        query = {"after": cursor, "limit": str(_PAGE), "wait": str(WAIT_SECONDS)}
        if cursor == "latest":
            query["wait"] = "0"
        if self.types is not None:
            query["types"] = self.types
        while True:
            try:
                answer = await http.get("/v1/events", params=query)
            except httpx.HTTPError as error:
                self.on_trouble(f"{self.server} does not answer ({type(error).__name__}).")
            else:
                if answer.status_code == 200:
                    page: dict[str, Any] = orjson.loads(answer.content)
                    return page
                if answer.status_code not in {429, 500, 502, 503, 504}:
                    raise LogRefused(_detail(answer))
                self.on_trouble(f"{self.server} answers {answer.status_code}.")
            await asyncio.sleep(self.pause_seconds)

    async def _forward(self, sender: Sender, event: dict[str, Any]) -> Forwarded:
        # The log is written by the same library, so these are the bytes of the page.
        outcome = await sender.post(
            self.forward_to, orjson.dumps(event), event_id=event["id"], secrets=(self.secret,)
        )
        return Forwarded(event["type"], event["id"], outcome.status, outcome.error)


def _detail(answer: httpx.Response) -> str:
    try:
        detail = orjson.loads(answer.content)["detail"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        detail = None
    return detail if isinstance(detail, str) else f"The server answered {answer.status_code}."
