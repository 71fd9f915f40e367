"""The reader of the event log that tells a WebSub hub which feeds have changed.

https://www.w3.org/TR/websub/ leaves the request from publisher to hub open. Hubs take the form of
PubSubHubbub 0.4, section 7.1: `hub.mode=publish` with the topic in `hub.url`. Read 2026-11.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from app import __version__
from app.background import running
from app.content.blocks.registry import KINDS
from app.content.changes import ChangeWatch
from app.content.queries.events import LoggedEvent, events_after
from app.db import Database
from app.delivery.log_reader import LogReader
from app.models.event import PUBLIC_TYPES

logger = logging.getLogger(__name__)

READER = "websub"
FORMS = ("atom", "rss", "json")
TIMEOUT_SECONDS = 10.0
LEASE_SECONDS = 600.0
"""Longer than all pings of a batch take, even if each of them times out."""
RETRY_SECONDS = 30.0
"""Wait after a failed ping. A hub also fetches feeds by itself, so nothing is lost meanwhile."""


@asynccontextmanager
async def pinging(
    database: Database,
    watch: ChangeWatch,
    hub: str,
    *,
    base_url: str,
    clock: Callable[[], datetime],
) -> AsyncIterator[None]:
    """Tell a hub of changes while the block runs."""
    async with httpx.AsyncClient(
        timeout=TIMEOUT_SECONDS,
        headers={"User-Agent": f"MorningPost/{__version__}"},
        follow_redirects=False,
        trust_env=False,
    ) as client:
        reader = HubReader(database, client, hub, base_url=base_url, clock=clock)
        watch.listen(reader.wake)
        async with running(reader.run()):
            yield


def topics_of(events: Iterable[LoggedEvent], *, base_url: str) -> list[str]:
    """List the addresses of the feeds that public events change, each once."""
    paths: dict[str, None] = {}
    for event in events:
        if event.type.startswith("issue."):
            paths |= dict.fromkeys(("issues", *_SECTIONS))
            if event.type in _CHANGE_CORRECTIONS:
                paths["corrections"] = None
        else:
            paths["movers"] = None
    return [f"{base_url}/feeds/{path}.{form}" for path in paths for form in FORMS]


_CHANGE_CORRECTIONS = ("issue.published", "issue.corrected", "issue.unpublished")
"""An issue that leaves print takes its corrections along, and brings them back with it."""
_SECTIONS = tuple(f"sections/{kind}" for kind in KINDS)


class HubReader(LogReader):
    """Follows the event log and pings one hub."""

    def __init__(
        self,
        database: Database,
        client: httpx.AsyncClient,
        hub: str,
        *,
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(database, name=READER, lease_seconds=LEASE_SECONDS, clock=clock)
        self._client = client
        self._hub = hub
        self._base_url = base_url

    async def handle(self, position: int) -> float | None:
        """Ping the hub about all events after a position."""
        has_more = True
        while has_more:
            page = await events_after(self._database.reader, position, types=PUBLIC_TYPES)
            for topic in topics_of(page.events, base_url=self._base_url):
                if not await self._ping(topic):
                    return RETRY_SECONDS
            position, has_more = page.end, page.has_more
            await self.advance(position, has_more=has_more)
        return None

    async def _ping(self, topic: str) -> bool:
        form = {"hub.mode": "publish", "hub.url": topic}
        try:
            response = await self._client.post(self._hub, data=form)
        except httpx.HTTPError as error:
            logger.warning("hub_not_pinged reason=%s", type(error).__name__)
            return False
        if not response.is_success:
            logger.warning("hub_not_pinged reason=status_%d", response.status_code)
        return response.is_success
