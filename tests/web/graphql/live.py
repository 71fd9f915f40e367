"""What follows the paper, from both ends: a server with real sockets, and a socket without one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.types import Message

from app.cli.server import SOCKETS
from app.config import Settings
from app.main import create_app
from app.web.server.protocol import HttpProtocol
from tests.servers.uvicorn import running

SUBPROTOCOL = "graphql-transport-ws"
PUBLISHED = "subscription { issuePublished { number title } }"


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[int, uvicorn.Server]]:
    """Serve as `morningpost serve` does; yields the port, and the server to be stopped."""
    config = uvicorn.Config(
        create_app(settings),
        http=HttpProtocol,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        # Longer than a server may take to end: one that waits for a stream fails.
        timeout_graceful_shutdown=60,
        **SOCKETS,
    )
    with running(config) as served:
        yield served


class Spoken:
    """One end of an exchange with an ASGI application, in the loop of the test."""

    def __init__(self, app: FastAPI, scope: dict[str, Any]) -> None:
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self.task = asyncio.create_task(self._run(app, scope))

    async def _run(self, app: FastAPI, scope: dict[str, Any]) -> None:
        await app(scope, self._to_app.get, self._from_app.put)

    async def tell(self, message: Message) -> None:
        await self._to_app.put(message)

    async def hear(self, seconds: float = 30) -> Message:
        async with asyncio.timeout(seconds):
            return await self._from_app.get()

    async def is_silent(self) -> bool:
        """Whether nothing is said though everybody had a turn."""
        await asyncio.sleep(0.05)
        return self._from_app.empty()


class Socket(Spoken):
    """A socket that speaks the protocol."""

    async def open(self) -> Self:
        await self.tell({"type": "websocket.connect"})
        assert (await self.hear())["type"] == "websocket.accept"
        await self.send({"type": "connection_init"})
        assert await self.next() == {"type": "connection_ack"}
        return self

    async def send(self, message: dict[str, Any]) -> None:
        text = orjson.dumps(message).decode()
        await self.tell({"type": "websocket.receive", "text": text})

    async def next(self, seconds: float = 30) -> dict[str, Any]:
        heard = await self.hear(seconds)
        assert heard["type"] == "websocket.send", heard
        message: dict[str, Any] = orjson.loads(heard["text"])
        return message

    async def subscribe(self, query: str = PUBLISHED, id_: str = "a") -> None:
        """Subscribe, and wait until the socket has turned to what is sent next."""
        payload = {"query": query}
        await self.send({"type": "subscribe", "id": id_, "payload": payload})
        await self.send({"type": "ping"})
        assert await self.next() == {"type": "pong"}

    async def event(self, seconds: float = 30) -> dict[str, Any]:
        """The issue that the next event tells of."""
        message = await self.next(seconds)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        issue: dict[str, Any] = message["payload"]["data"]["issuePublished"]
        return issue


def scope_of(app: FastAPI, kind: str, **more: Any) -> dict[str, Any]:
    """The head of a request for `/graphql`."""
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"paper.test")],
        "server": ("paper.test", 80),
        "client": ("192.0.2.1", 4711),
        "state": {},
        **more,
    }


@asynccontextmanager
async def open_socket(app: FastAPI) -> AsyncIterator[Socket]:
    """A socket on an application in this loop, greeted."""
    socket = Socket(app, scope_of(app, "websocket", subprotocols=[SUBPROTOCOL], extensions={}))
    await socket.open()
    try:
        yield socket
    finally:
        await socket.tell({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(30):
            await socket.task


async def until_followed(app: FastAPI, count: int = 1) -> None:
    """Wait until the application has so many subscriptions."""
    async with asyncio.timeout(30):
        while len(app.state.graphql.subscriptions) != count:
            await asyncio.sleep(0.005)
