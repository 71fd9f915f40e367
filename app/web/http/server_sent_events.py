"""Sending server-sent events over ASGI, with keep-alive comments between them.

https://html.spec.whatwg.org/multipage/server-sent-events.html, read 2026-11.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from starlette.types import Receive, Send

EVENT_STREAM = "text/event-stream"

KEEP_ALIVE_SECONDS = 12.0
"""Interval of keep-alive comments; proxies commonly close idle connections after 30 or 60 s."""

STREAM_HEADERS = {
    "Vary": "Accept-Encoding, Authorization, Accept",
    "Cache-Control": "private, no-store",
    # nginx would buffer the events.
    "X-Accel-Buffering": "no",
}

_COMMENT = b":\n\n"
_COME_BACK = b"retry: 2000\n\n"
"""Sent when the server ends: clients connect again after two seconds, and reach another process."""


async def send_events(
    events: AsyncIterator[bytes],
    receive: Receive,
    send: Send,
    *,
    server_ends: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """Send the body of a response that has begun, until the events or the client end it.

    `server_ends` returns when the server is to end; then the stream asks its client to come back.
    """

    async def write(body: bytes, *, more: bool = True) -> None:
        await send({"type": "http.response.body", "body": body, "more_body": more})

    disconnected = asyncio.create_task(wait_for_disconnect(receive))
    ending = asyncio.create_task(server_ends())
    coming: asyncio.Task[bytes | None] | None = None
    try:
        await write(_COMMENT)  # sends the headers at once
        while True:
            coming = coming or asyncio.create_task(_next(events))
            done, _ = await asyncio.wait(
                {disconnected, ending, coming},
                timeout=KEEP_ALIVE_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if disconnected in done:
                return
            if ending in done:
                await write(_COME_BACK, more=False)
                return
            if coming not in done:
                await write(_COMMENT)
                continue
            event, coming = coming.result(), None
            if event is None:
                await write(b"", more=False)
                return
            await write(event)
    finally:
        tasks = [task for task in (disconnected, ending, coming) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _next(events: AsyncIterator[bytes]) -> bytes | None:
    """Wait for the next event; `None` at the end."""
    return await anext(events, None)
