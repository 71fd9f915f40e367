"""Housekeeping in the server: deletes hourly what need no longer be kept."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from app.background import running
from app.content.commands.event_pruning import prune_events
from app.content.commands.idempotency import prune_records
from app.content.commands.sync_runs import prune_runs
from app.content.commands.transaction import Transaction
from app.content.commands.webhook_outcomes import prune_deliveries
from app.errors import DatabaseAway

logger = logging.getLogger(__name__)

FIRST_AFTER_SECONDS = 60.0
"""Not at once: a server that has just started has requests to answer."""
EVERY_SECONDS = 3_600.0

Chore = Callable[[Transaction], int]
"""Deletes some rows and returns how many; it is repeated until it returns 0."""


def chores(
    *, events_kept_for: timedelta, deliveries_kept_for: timedelta, sync_runs_kept_for: timedelta
) -> tuple[Chore, ...]:
    """List what is deleted by age. docs/operations.md says for each table what bounds it.

    Changes are pruned with each change, and observations at the end of each sync run.
    """
    return (
        lambda tx: prune_events(tx, kept_for=events_kept_for),
        lambda tx: prune_deliveries(tx, kept_for=deliveries_kept_for),
        lambda tx: prune_runs(tx, kept_for=sync_runs_kept_for),
        prune_records,
    )


@asynccontextmanager
async def housekeeping(
    perform: Callable[[Chore], Awaitable[int]], work: Sequence[Chore]
) -> AsyncIterator[None]:
    """Do the chores while the block runs; `perform` runs one in a transaction."""

    async def run() -> None:
        await asyncio.sleep(FIRST_AFTER_SECONDS)
        while True:
            for chore in work:
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
