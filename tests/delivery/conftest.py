"""Receivers of webhooks without a socket, and a dispatcher that delivers to them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.content.queries.webhook_work import list_work
from app.db import Database, open_database
from app.delivery.dispatcher import Dispatcher, dispatching
from tests.conftest import Clock
from tests.factories import issue

HOOKS = "https://hooks.example/paper"
WAITS = (5.0, 300.0, 1_800.0)

Headers = dict[str, str]
Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


async def accept(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(204)


@dataclass
class Receiver:
    """Answers requests as a test says, and remembers them."""

    answer: Answer = accept
    requests: list[httpx.Request] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return await self.answer(request)

    def answers(self, status: int, **options: Any) -> None:
        async def answer(_request: httpx.Request) -> httpx.Response:
            return httpx.Response(status, **options)

        self.answer = answer

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that came, pings left out."""
        found = [json.loads(request.content) for request in self.requests]
        return [event for event in found if event["type"] != "webhook.ping"]

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.events]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhooks_retry_seconds": WAITS})


@dataclass
class Paper:
    """An editor's client, beside a dispatcher whose clock stands still."""

    client: httpx.AsyncClient
    editor: Headers
    dispatcher: Dispatcher
    database: Database
    clock: Clock

    async def send(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        answer = await self.client.request(
            method, path, json=json, headers={**self.editor, "If-Match": "*", **headers}
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def webhook(self, url: str = HOOKS, **members: Any) -> str:
        """Create a webhook and wait until it has answered its ping."""
        made = await self.send("POST", "/v1/webhooks", {"url": url, **members})
        await self.until(lambda: self.has_status(made["id"], "active"))
        return str(made["id"])

    async def publish(self, number: int) -> None:
        document = issue(number=number, date=f"2026-04-{number:02}")
        await self.send("POST", "/v1/issues?publish=true", document)

    async def reprint(self, number: int, title: str) -> None:
        await self.send("PATCH", f"/v1/issues/{number}", {"title": title})
        await self.send("POST", f"/v1/issues/{number}/publish")

    async def read(self, webhook: str) -> Any:
        return await self.send("GET", f"/v1/webhooks/{webhook}")

    async def attempts(self, webhook: str, query: str = "") -> list[Any]:
        page = await self.send("GET", f"/v1/webhooks/{webhook}/deliveries{query}")
        return list(page["data"])

    async def has_status(self, webhook: str, status: str) -> bool:
        return bool((await self.read(webhook))["status"] == status)

    async def until(self, condition: Callable[[], Any]) -> None:
        """Let the dispatcher work until a condition holds; fail after ten seconds."""
        async with asyncio.timeout(30):
            while True:
                holds = condition()
                if await holds if isinstance(holds, Awaitable) else holds:
                    return
                self.dispatcher.wake()
                await asyncio.sleep(0.01)

    async def until_idle(self) -> None:
        """Let the dispatcher work until nothing is due or in flight."""
        await self.until(self._is_idle)

    async def _is_idle(self) -> bool:
        work = await list_work(self.database.reader)
        return not self.dispatcher._attempts and not any(
            each.has_new_events or (each.due_at is not None and each.due_at <= self.clock())
            for each in work
        )


@pytest.fixture
async def paper(
    client: httpx.AsyncClient,
    editor: Headers,
    settings: Settings,
    clock: Clock,
    receiver: Receiver,
) -> AsyncIterator[Paper]:
    async with open_database(settings.database) as database:
        dispatcher = Dispatcher(
            database,
            settings,
            clock=clock,
            transport=httpx.MockTransport(receiver),
            chance=lambda: 0.0,
        )
        async with dispatching(dispatcher):
            yield Paper(client, editor, dispatcher, database, clock)
