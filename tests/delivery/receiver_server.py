"""A receiver of webhooks on a port of its own, which behaves as the path of its URL says.

It verifies each request with the reference library of Standard Webhooks, and notes what came.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

PING = "webhook.ping"


@dataclass(frozen=True, slots=True)
class Came:
    """One request, and how it was answered; 0 for no answer."""

    path: str
    id: str
    body: bytes
    status: int
    at: float
    signatures: int
    """How many signatures it had."""
    is_verified: bool

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass
class ReceiverServer:
    """Behaviours by path: `/ok`, `/random` (fails half of the time, with or without an answer),
    `/hang` (never answers), `/gone` (410), `/moved` (301 to `/target`), and `/busy` (429 with
    `Retry-After: 1` to each first attempt). Every path answers a ping with 204."""

    chance: random.Random
    secrets: dict[str, Sequence[str]] = field(default_factory=dict)
    """The secrets that a path verifies with: one of them must fit."""
    came: list[Came] = field(default_factory=list)
    url: str = ""
    _first_ids: set[str] = field(default_factory=set)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def of(self, path: str, *, succeeded: bool | None = None) -> list[Came]:
        """What came to a path, without pings."""
        return [
            each
            for each in self.came
            if each.path == path
            and each.event["type"] != PING
            and succeeded in {None, each.status == 204}
        ]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            pairs = (line.split(": ", 1) for line in head[1:] if line)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers["content-length"]))
            status = self._status(path, headers["webhook-id"], json.loads(body)["type"])
            self.came.append(
                Came(
                    *(path, headers["webhook-id"], body, status, time.monotonic()),
                    signatures=len(headers["webhook-signature"].split(" ")),
                    is_verified=self._verifies(path, body, headers),
                )
            )
            if path == "/hang" and status == 0:
                await reader.read()  # until the sender closes
            if status:
                writer.write(_ANSWERS[status])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the sender was killed
        finally:
            writer.close()
            self._open.discard(writer)

    async def close(self) -> None:
        """End the requests that hang."""
        for writer in self._open:
            writer.close()
        while self._open:
            await asyncio.sleep(0.01)

    def _status(self, path: str, id_: str, type_: str) -> int:
        if type_ == PING:
            return 204
        match path:
            case "/random":
                return self.chance.choice((204, 204, 500, 0))
            case "/hang":
                return 0
            case "/gone":
                return 410
            case "/moved":
                return 301
            case "/busy" if id_ not in self._first_ids:
                self._first_ids.add(id_)
                return 429
        return 204

    def _verifies(self, path: str, body: bytes, headers: dict[str, str]) -> bool:
        for secret in self.secrets.get(path, ()):
            try:
                Webhook(secret).verify(body, headers)
            except WebhookVerificationError:
                continue
            return True
        return False


_ANSWERS = {
    204: b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    301: b"HTTP/1.1 301 Moved Permanently\r\nLocation: /target\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n",
    410: b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    429: b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n",
    500: b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n"
    b"Connection: close\r\n\r\noops",
}


@asynccontextmanager
async def receiving(chance: random.Random) -> AsyncIterator[ReceiverServer]:
    """Receive on a free port of loopback while the block runs."""
    receiver = ReceiverServer(chance)
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield receiver
    finally:
        server.close()
        await receiver.close()
