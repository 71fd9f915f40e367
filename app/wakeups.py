"""How a process learns that another one wrote, and waits for it."""

import asyncio

CHANNEL = "morningpost_content"
"""Where PostgreSQL tells that the content version moved."""


async def set_or_timeout(event: asyncio.Event, seconds: float) -> None:
    """Return when an event is set, or after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
