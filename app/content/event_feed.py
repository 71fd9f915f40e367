"""Waiting for events: long polls, event streams and subscriptions follow the log through a feed.

A feed holds no database connection while it waits. Followers at the same place share one read.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from app.content.changes import ChangeWatch
from app.content.queries.events import EventPage, EventView, events_after, start_of
from app.db import Reader
from app.models.content_version import EVENTS, PUBLIC_EVENTS

FOLLOWED_AT_ONCE = 100
"""Events per page of a follower."""

_MOVES_WITH = {EventView.ALL: EVENTS, EventView.PUBLIC: PUBLIC_EVENTS}

_Key = tuple[int, EventView, int | None, tuple[str, ...] | None, int]


class EventFeed:
    """The end of the log as this process sees it."""

    def __init__(self, reader: Reader, watch: ChangeWatch) -> None:
        self._reader = reader
        self._moved = {view: asyncio.Event() for view in EventView}
        self._generation = 0
        # Part of the key: a read that began before a change must not be shared after it.
        self._reads: dict[_Key, asyncio.Task[EventPage]] = {}
        self._is_closed = False
        watch.listen(self._note)

    @property
    def generation(self) -> int:
        """A number that grows with each change that this process sees."""
        return self._generation

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """Let all followers end: the process stops."""
        self._is_closed = True
        for view in EventView:
            self._wake(view)

    async def start_of(self, after: str | None, *, view: EventView) -> int | None:
        """Resolve a cursor as `queries.events.start_of` does. Raises `BadRequest`."""
        return await start_of(self._reader, after, view=view)

    async def wait(
        self,
        start: int | None,
        *,
        view: EventView,
        types: Sequence[str] | None = None,
        limit: int,
        seconds: float,
    ) -> EventPage:
        """Read after a sequence; if there is nothing, wait for something and read again.

        `None`: from the oldest event kept. After `seconds` the page may be empty.

        Raises:
            BadRequest: the sequence lies beyond the end of the log.
            DatabaseAway: the database does not answer.
        """
        deadline = time.monotonic() + seconds
        while True:
            moved = self._moved[view]
            page = await self._read(start, view, types, limit)
            left = deadline - time.monotonic()
            if page.events or page.truncated or left <= 0 or self._is_closed:
                return page
            start = page.end
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                deadline = 0.0  # one last read: a change may not have been noticed yet

    async def follow(
        self, start: int | None, *, view: EventView, types: Sequence[str] | None = None
    ) -> AsyncGenerator[EventPage]:
        """Yield pages after a sequence, waiting between them, until the feed is closed.

        `None`: from the oldest event kept. A page without events tells a new end of the log.

        Raises:
            DatabaseAway: the database does not answer. Follow again from the last page's end.
        """
        while not self._is_closed:
            moved = self._moved[view]
            page = await self._read(start, view, types, FOLLOWED_AT_ONCE)
            if page.events or page.truncated or page.end != start:
                yield page
            start = page.end
            if not page.has_more and not self._is_closed:
                await moved.wait()

    async def _read(
        self, start: int | None, view: EventView, types: Sequence[str] | None, limit: int
    ) -> EventPage:
        key: _Key = (self._generation, view, start, tuple(types) if types else None, limit)
        read = self._reads.get(key)
        if read is None:
            read = asyncio.create_task(
                events_after(self._reader, start, view=view, types=types, limit=limit)
            )
            self._reads[key] = read
            read.add_done_callback(lambda _: self._reads.pop(key, None))
        # Cancelling one follower must not cancel the shared read.
        return await asyncio.shield(read)

    def _note(self, moved: frozenset[str]) -> None:
        self._generation += 1
        for view, counter in _MOVES_WITH.items():
            if counter in moved:
                self._wake(view)

    def _wake(self, view: EventView) -> None:
        self._moved[view].set()
        self._moved[view] = asyncio.Event()


@asynccontextmanager
async def open_feed(reader: Reader, watch: ChangeWatch) -> AsyncIterator[EventFeed]:
    """Open a feed while the block runs; then its followers end."""
    feed = EventFeed(reader, watch)
    try:
        yield feed
    finally:
        feed.close()
