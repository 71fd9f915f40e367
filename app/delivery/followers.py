"""The readers of the event log that the settings ask for. Each is imported only if they do."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from app.config import Settings
from app.content.changes import ChangeWatch
from app.db import Database


@asynccontextmanager
async def following(
    database: Database, watch: ChangeWatch, settings: Settings, *, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Tell the hub and the edge caches of the settings of changes, while the block runs."""
    async with AsyncExitStack() as stack:
        if settings.websub_hub is not None:
            from app.delivery.websub import pinging

            hub, base_url = settings.websub_hub, settings.public_url
            await stack.enter_async_context(
                pinging(database, watch, hub, base_url=base_url, clock=clock)
            )
        if settings.deliveries and settings.purge_urls:
            from app.delivery.purge import purging

            await stack.enter_async_context(purging(database, watch, settings, clock=clock))
        yield
