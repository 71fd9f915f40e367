"""Housekeeping in the server: deletes hourly what need no longer be kept."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from app.background import running
from app.content.commands.transaction import Transaction
from app.errors import DatabaseAway

logger = logging.getLogger(__name__)

FIRST_AFTER_SECONDS = 60.0
"""Not at once: a server that has just started has requests to answer."""
EVERY_SECONDS = 3_600.0

Chore = Callable[[Transaction], int]
"""Deletes some rows and returns how many; it is repeated until it returns 0."""


@asynccontextmanager
async def housekeeping(
    perform: Callable[[Chore], Awaitable[int]], chores: Sequence[Chore]
) -> AsyncIterator[None]:
    """Do the chores while the block runs; `perform` runs one in a transaction."""

    async def run() -> None:
        await asyncio.sleep(FIRST_AFTER_SECONDS)
        while True:
            for chore in chores:
                try:
                    while await perform(chore):
                        await asyncio.sleep(0)
                except Exception as error:
                    # Another attempt follows in an hour.
                    cause = error if not isinstance(error, DatabaseAway) else None
                    logger.warning("housekeeping_failed", exc_info=cause)
            await asyncio.sleep(EVERY_SECONDS)

    async with running(run()):
        yield
