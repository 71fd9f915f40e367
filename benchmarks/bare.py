"""A yardstick: the least that an ASGI application can do for the same bytes on the same uvicorn.

    BENCHMARK_ANSWERS=folder uvicorn benchmarks.bare:app

It looks at nothing but the path, and so does less than any server may.
"""

import os
from pathlib import Path

from starlette.types import Message, Receive, Scope, Send


def _messages() -> dict[str, tuple[Message, Message]]:
    found: dict[str, tuple[Message, Message]] = {"/unchanged": _answer(304, b"")}
    for file in Path(os.environ["BENCHMARK_ANSWERS"]).iterdir():
        extra = [(b"content-encoding", b"gzip")] if file.suffix == ".gz" else []
        found[f"/{file.name}"] = _answer(200, file.read_bytes(), *extra)
    return found


def _answer(status: int, body: bytes, *extra: tuple[bytes, bytes]) -> tuple[Message, Message]:
    headers = [
        (b"etag", b'"r1.1.000000000000000000000000"'),
        (b"cache-control", b"public, max-age=60, stale-while-revalidate=600"),
        *extra,
    ]
    if status == 200:
        headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", str(len(body)).encode()))
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


_MESSAGES = _messages()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a path."""
    start, body = _MESSAGES[scope["path"]]
    await send(start)
    await send(body)
