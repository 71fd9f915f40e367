"""Sending server-sent events over ASGI, with keep-alive comments between them.

https://html.spec.whatwg.org/multipage/server-sent-events.html, read 2026-11.
"""

import asyncio
from collections.abc import AsyncIterator

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


async def send_events(events: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Send the body of a response that has begun, until the events or the client end it."""

    async def write(body: bytes, *, more: bool = True) -> None:
        await send({"type": "http.response.body", "body": body, "more_body": more})

    disconnected = asyncio.create_task(wait_for_disconnect(receive))
    coming: asyncio.Task[bytes | None] | None = None
    try:
        await write(_COMMENT)  # sends the headers at once
        while True:
            coming = coming or asyncio.create_task(_next(events))
            done, _ = await asyncio.wait(
                {disconnected, coming},
                timeout=KEEP_ALIVE_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if disconnected in done:
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
        tasks = [task for task in (disconnected, coming) if task is not None]
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
