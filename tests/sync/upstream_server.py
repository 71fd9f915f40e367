"""Both APIs of `upstream.py` on ports of this machine, for processes that ask over the wire."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from tests.servers.uvicorn import running
from tests.sync.upstream import Upstream


@dataclass(frozen=True)
class Addresses:
    """Where the two are found."""

    huggingface: str
    github: str


class _Face:
    """One of the two as an ASGI application; it takes its time, as over a network."""

    def __init__(self, upstream: Upstream, host: str, *, seconds: float) -> None:
        self._upstream = upstream
        self._host = host
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        await asyncio.sleep(self._seconds)
        query = scope["query_string"].decode()
        url = f"https://{self._host}{scope['path']}" + (f"?{query}" if query else "")
        answer = self._upstream.answer(httpx.Request(scope["method"], url, content=body))
        content = b"".join([chunk async for chunk in answer.aiter_raw()])
        await send(
            {
                "type": "http.response.start",
                "status": answer.status_code,
                "headers": [
                    (name.lower().encode(), value.encode())
                    for name, value in answer.headers.items()
                ],
            }
        )
        await send({"type": "http.response.body", "body": content})


@contextmanager
def serving_upstream(upstream: Upstream, *, seconds: float = 0.0) -> Iterator[Addresses]:
    """Serve both for as long as the block runs; each answer takes so many seconds."""
    with ExitStack() as stack:
        ports = []
        for host in ("hub.test", "git.test"):
            face = _Face(upstream, host, seconds=seconds)
            config = uvicorn.Config(face, log_config=None, lifespan="off", access_log=False)
            port, _ = stack.enter_context(running(config))
            ports.append(port)
        yield Addresses(*(f"http://127.0.0.1:{port}" for port in ports))
