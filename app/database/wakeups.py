"""How a process waits for writes of other processes."""

import asyncio

CHANNEL = "morningpost_content"
"""The PostgreSQL channel for notifications of changed content versions."""


async def set_or_timeout(event: asyncio.Event, seconds: float) -> None:
    """Return when an event is set, or after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
