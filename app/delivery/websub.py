"""The reader of the event log that tells a WebSub hub which feeds have changed.

https://www.w3.org/TR/websub/ leaves the request from publisher to hub open. Hubs take the form of
PubSubHubbub 0.4, section 7.1: `hub.mode=publish` with the topic in `hub.url`. Read 2026-11.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from secrets import token_hex
from typing import TypeVar

import httpx
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.blocks.registry import KINDS
from app.content.changes import ChangeWatch
from app.content.commands.event_readers import advance_reader, claim_reader, release_reader
from app.content.commands.transaction import Transaction, perform
from app.content.queries.events import LoggedEvent, events_after
from app.content.queries.purging import read_backlog
from app.db import Database
from app.errors import DatabaseAway
from app.models.event import PUBLIC_TYPES

logger = logging.getLogger(__name__)

READER = "websub"
FORMS = ("atom", "rss", "json")
TIMEOUT_SECONDS = 10.0
LEASE_SECONDS = 600.0
"""Longer than all pings of a batch take, even if each of them times out."""
LOOK_SECONDS = 5.0
RETRY_SECONDS = 30.0
"""Wait after a failed ping. A hub also fetches feeds by itself, so nothing is lost meanwhile."""

T = TypeVar("T")


@asynccontextmanager
async def pinging(
    database: Database, watch: ChangeWatch, settings: Settings, *, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Tell the hub of the settings, if there is one, while the block runs."""
    if settings.websub_hub is None:
        yield
        return
    async with httpx.AsyncClient(
        timeout=TIMEOUT_SECONDS,
        headers={"User-Agent": f"MorningPost/{__version__}"},
        follow_redirects=False,
        trust_env=False,
    ) as client:
        reader = HubReader(
            database, client, settings.websub_hub, base_url=settings.public_url, clock=clock
        )
        watch.listen(reader.wake)
        task = asyncio.create_task(reader.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


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


class HubReader:
    """Reads the event log and pings one hub."""

    def __init__(
        self,
        database: Database,
        client: httpx.AsyncClient,
        hub: str,
        *,
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._client = client
        self._hub = hub
        self._base_url = base_url
        self._clock = clock
        self._holder = token_hex(12)
        self._woken = asyncio.Event()

    def wake(self, _moved: object = None) -> None:
        """Look at the log now."""
        self._woken.set()

    async def run(self) -> None:
        """Follow the log until cancelled, in spite of errors."""
        while True:
            self._woken.clear()
            try:
                if not await self.turn():
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
            except (DatabaseAway, SQLAlchemyError):
                pass
            except Exception:
                logger.exception("websub_reader_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()

    async def turn(self) -> bool:
        """Ping the hub about all events that were not handled; `False` if a ping failed."""
        backlog = await read_backlog(self._database.reader, READER, now=self._clock())
        if not backlog.has_events or backlog.is_leased:
            return True
        position = await self._write(
            lambda tx: claim_reader(tx, READER, holder=self._holder, seconds=LEASE_SECONDS)
        )
        if position is None:
            return True
        try:
            return await self._ping_after(position)
        finally:
            with suppress(DatabaseAway, SQLAlchemyError):
                await self._write(lambda tx: release_reader(tx, READER, holder=self._holder))

    async def _ping_after(self, position: int) -> bool:
        has_more = True
        while has_more:
            page = await events_after(self._database.reader, position, types=PUBLIC_TYPES)
            for topic in topics_of(page.events, base_url=self._base_url):
                if not await self._ping(topic):
                    return False
            position, has_more = page.end, page.has_more
            await self._advance_to(position)
        return True

    async def _advance_to(self, position: int) -> None:
        await self._write(
            lambda tx: advance_reader(tx, READER, holder=self._holder, position=position)
        )

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

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        return await self._database.write(
            lambda bind: perform(bind, work, principal=COMMAND_LINE, clock=self._clock)
        )
