"""The readers of the event log that purge edge caches, one for each cache.

Two processes that purge at the same time do no harm, because a purge can be repeated.
"""

import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from app.background import running
from app.config import Settings
from app.content.changes import ChangeWatch
from app.content.purge_keys import purge_of, purge_of_everything
from app.content.queries.events import events_after
from app.content.queries.purging import read_purged_keys
from app.database.wakeups import set_or_timeout
from app.db import Database
from app.delivery.log_reader import LogReader
from app.delivery.purge_client import PurgeClient
from app.delivery.purge_targets import purge_target

REPEAT_SECONDS = 1.25
"""Time until the second purge of a change. Up to a second after it another process may still give
the edge an answer from before the change; from then on no process does."""
LEASE_SECONDS = 1.0
"""After this time another process continues the work of one that was killed. The edge is then still
correct within two seconds of a change."""
RENEW_SECONDS = 0.4


@asynccontextmanager
async def purging(
    database: Database, watch: ChangeWatch, settings: Settings, *, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Purge the edge caches of the settings while the block runs."""
    token = settings.purge_token.get_secret_value() if settings.purge_token else None
    targets = [purge_target(text, token=token) for text in settings.purge_urls]
    async with AsyncExitStack() as stack:
        for target in targets:
            client = PurgeClient(target)
            stack.push_async_callback(client.close)
            reader = PurgeReader(database, client, name=target.reader_name, clock=clock)
            watch.listen(reader.wake)
            await stack.enter_async_context(running(reader.run()))
        yield


@dataclass(slots=True)
class _Batch:
    """The purge of a part of the log."""

    end: int
    """Position of its last event."""
    keys: set[str] = field(default_factory=set)
    sent_at: float | None = None
    """When it was sent first, by the monotonic clock."""
    is_done: bool = False


class PurgeReader(LogReader):
    """Follows the event log and tells one edge cache what to drop."""

    def __init__(
        self,
        database: Database,
        client: PurgeClient,
        *,
        name: str,
        clock: Callable[[], datetime],
        repeat_seconds: float = REPEAT_SECONDS,
    ) -> None:
        super().__init__(database, name=name, lease_seconds=LEASE_SECONDS, clock=clock)
        self._client = client
        self._repeat_seconds = repeat_seconds

    async def handle(self, position: int) -> None:
        """Purge, twice, what all events after a position changed."""
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
                await self.advance(done_to, has_more=bool(batches))
                renewed_at = now
            if not batches:
                return
            await set_or_timeout(self._woken, self._pause(batches, retry_at))

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
