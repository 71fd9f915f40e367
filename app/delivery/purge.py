"""The readers of the event log that purge edge caches, one for each cache.

Of all processes that run a reader, the one that holds its lease works; two that work at the same
time do no harm, because a purge can be repeated.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.changes import ChangeWatch
from app.content.commands.event_readers import advance_reader, claim_reader, release_reader
from app.content.commands.transaction import Transaction, perform
from app.content.purge_keys import purge_of, purge_of_everything
from app.content.queries.events import events_after
from app.content.queries.purging import read_backlog, read_purged_keys
from app.db import Database
from app.delivery.purge_client import PurgeClient
from app.delivery.purge_targets import purge_target
from app.errors import DatabaseAway

logger = logging.getLogger(__name__)

REPEAT_SECONDS = 1.25
"""Time until the second purge of a change. Up to a second after it another process may still give
the edge an answer from before the change; from then on no process does."""
LEASE_SECONDS = 2.0
"""After this time another process continues the work of one that was killed."""
RENEW_SECONDS = 0.8
LOOK_SECONDS = 5.0
"""Time between two looks at the log when nothing woke the reader."""
WAIT_FOR_LEASE_SECONDS = 0.3
PAUSE_SECONDS = 1.0
"""Pause while the database is away."""

T = TypeVar("T")


@asynccontextmanager
async def purging(
    database: Database, watch: ChangeWatch, settings: Settings, *, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Purge the edge caches of the settings while the block runs."""
    token = settings.purge_token.get_secret_value() if settings.purge_token else None
    targets = [purge_target(text, token=token) for text in settings.purge_urls]
    readers = [
        PurgeReader(database, PurgeClient(target), name=target.reader_name, clock=clock)
        for target in targets
    ]
    for reader in readers:
        watch.listen(reader.wake)
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class _Batch:
    """The purge of a part of the log."""

    end: int
    """Position of its last event."""
    keys: set[str] = field(default_factory=set)
    sent_at: float | None = None
    """When it was sent first, by the monotonic clock."""
    is_done: bool = False


class PurgeReader:
    """Reads the event log and tells one edge cache what to drop."""

    def __init__(
        self,
        database: Database,
        client: PurgeClient,
        *,
        name: str,
        clock: Callable[[], datetime],
        repeat_seconds: float = REPEAT_SECONDS,
    ) -> None:
        """`name`: of the reader, under which all processes share its position."""
        self._database = database
        self._client = client
        self._name = name
        self._clock = clock
        self._repeat_seconds = repeat_seconds
        self._holder = token_hex(12)
        self._woken = asyncio.Event()

    def wake(self, _moved: object = None) -> None:
        """Look at the log now."""
        self._woken.set()

    async def run(self) -> None:
        """Follow the log until cancelled, in spite of errors."""
        try:
            while True:
                try:
                    await self._turn()
                except (DatabaseAway, SQLAlchemyError):
                    await asyncio.sleep(PAUSE_SECONDS)
                except Exception:
                    logger.exception("purge_reader_failed")
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            await self._client.close()

    async def _turn(self) -> None:
        """Wait for events, and purge what they changed, if no other process does."""
        self._woken.clear()
        backlog = await read_backlog(self._database.reader, self._name, now=self._clock())
        if not backlog.has_events:
            await self._wait(LOOK_SECONDS)
            return
        position = None
        if not backlog.is_leased:
            position = await self._write(
                lambda tx: claim_reader(tx, self._name, holder=self._holder, seconds=LEASE_SECONDS)
            )
        if position is None:
            await asyncio.sleep(WAIT_FOR_LEASE_SECONDS)
            return
        try:
            await self._purge_after(position)
        finally:
            with suppress(DatabaseAway, SQLAlchemyError):
                await self._write(lambda tx: release_reader(tx, self._name, holder=self._holder))

    async def _purge_after(self, position: int) -> None:
        """Purge, twice, what all events after a position changed; stop when there are no more."""
        batches: deque[_Batch] = deque()
        read_to, done_to = position, position
        renewed_at, retry_at = time.monotonic(), 0.0
        while True:
            read_to = await self._read(read_to, batches)
            now = time.monotonic()
            if now >= retry_at and (wait := await self._send(batches, now)) is not None:
                retry_at = time.monotonic() + wait
            while batches and batches[0].is_done:
                done_to = batches.popleft().end
            if not batches or now - renewed_at >= RENEW_SECONDS:
                await self._write(self._advance_to(done_to, has_more=bool(batches)))
                renewed_at = now
            if not batches:
                return
            await self._wait(self._pause(batches, retry_at))

    async def _read(self, position: int, batches: deque[_Batch]) -> int:
        """Add what happened after a position to the batches, and return the new position."""
        while True:
            self._woken.clear()
            page = await events_after(self._database.reader, position)
            if page.end > position:
                purge = purge_of_everything() if page.truncated else purge_of(page.events)
                reader = self._database.reader
                keys = await read_purged_keys(reader, purge, now=self._clock())
                batches.append(_Batch(page.end, keys, is_done=not keys))
            position = page.end
            if not page.has_more:
                return position

    async def _send(self, batches: deque[_Batch], now: float) -> float | None:
        """Send what is new and what is to be repeated, in one request if it fits.

        Returns the seconds until the next attempt if it failed.
        """
        open_ones = [batch for batch in batches if not batch.is_done]
        new = [batch for batch in open_ones if batch.sent_at is None]
        due = [
            batch
            for batch in open_ones
            if batch.sent_at is not None and now >= batch.sent_at + self._repeat_seconds
        ]
        keys = set().union(*(batch.keys for batch in (*new, *due)))
        if not keys:
            return None
        wait = await self._client.purge(keys)
        if wait is None:
            for batch in due:
                batch.is_done = True
            for batch in new:
                batch.sent_at = time.monotonic()
        return wait

    def _pause(self, batches: deque[_Batch], retry_at: float) -> float:
        """The seconds until there is something to send, or the lease is to be renewed."""
        now = time.monotonic()
        if retry_at > now:
            return min(retry_at - now, RENEW_SECONDS)
        dues = [batch.sent_at + self._repeat_seconds for batch in batches if batch.sent_at]
        return max(0.0, min([*(due - now for due in dues), RENEW_SECONDS]))

    def _advance_to(self, position: int, *, has_more: bool) -> Callable[[Transaction], None]:
        """Store the position, and renew the lease while there is more to do."""

        def advance(tx: Transaction) -> None:
            advance_reader(tx, self._name, holder=self._holder, position=position)
            if has_more:
                claim_reader(tx, self._name, holder=self._holder, seconds=LEASE_SECONDS)

        return advance

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        return await self._database.write(
            lambda bind: perform(bind, work, principal=COMMAND_LINE, clock=self._clock)
        )
