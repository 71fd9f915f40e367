"""Announcing in the server: scheduled publications enter the event log when their time comes.

`commands/announcing.py` has the rules. Every process tries; the first one records the event.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from app.background import running
from app.content.changes import ChangeWatch
from app.content.commands.announcing import announce_due
from app.content.commands.transaction import perform_as_operator
from app.db import Database
from app.errors import DatabaseAway

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""Wait after a failed attempt; an event is due within two seconds of its time."""


@asynccontextmanager
async def announcing(
    database: Database, watch: ChangeWatch, *, clock: Callable[[], datetime], base_url: str
) -> AsyncIterator[None]:
    """Announce what is due while the block runs, also what came due before it."""
    due = asyncio.Event()
    watch.listen_to_due(due.set)

    async def announce() -> int:
        return await perform_as_operator(database, announce_due, clock=clock, base_url=base_url)

    async def run() -> None:
        is_failing = False
        while True:
            await due.wait()
            due.clear()
            try:
                while await announce():
                    pass
                is_failing = False
            except Exception as error:
                # The watch reports it again as long as it is due, so log only the first failure.
                if not is_failing:
                    cause = error if not isinstance(error, DatabaseAway) else None
                    logger.warning("publication_not_announced", exc_info=cause)
                is_failing = True
                await asyncio.sleep(RETRY_SECONDS)

    async with running(run()):
        yield
