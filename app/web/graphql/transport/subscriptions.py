"""Subscriptions: readers of the event log, each at its own pace.

Subscribers at the same place share one read of the log. A slow subscriber delays no other: its
events stay in the log.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import orjson

from app.content.event_feed import EventFeed
from app.content.queries.events import EventView, LoggedEvent
from app.content.queries.newly_published import NewlyPublished, find_newly_published
from app.db import Reader
from app.errors import BadRequest, DatabaseAway
from app.web.limits.shares import Shares
from app.web.limits.subscriptions import take_subscription

logger = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
"""Wait before reading again from a database that did not answer."""

MAX_SHARED = 8
"""Publications kept for other subscribers that reach the same event a moment later."""

Occurrence = NewlyPublished | dict[str, Any]
"""What a subscription yields: an issue that came into print, or the members of an event."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Which events a subscription yields, and in which form."""

    field: str
    """The field of the subscription type."""
    view: EventView = EventView.PUBLIC
    types: tuple[str, ...] | None = None


PUBLICATIONS = Topic("issuePublished", types=("issue.published",))
TREND_UPDATES = Topic("trendingUpdated", types=("trending.updated",))
EVENTS = "events"


class Subscription:
    """The occurrences of one subscriber, as an iterator that ends when the process does."""

    def __init__(
        self, occurrences: AsyncGenerator[Occurrence], leave: Callable[["Subscription"], None]
    ) -> None:
        self._occurrences = occurrences
        self._leave = leave

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Occurrence:
        """Wait for the next occurrence. Raises `BadRequest` if events are no longer kept."""
        return await anext(self._occurrences)

    async def close(self) -> None:
        """Unsubscribe."""
        self._leave(self)
        await self._occurrences.aclose()


class Subscriptions:
    """The open subscriptions of one process."""

    def __init__(
        self, feed: EventFeed, reader: Reader, *, clock: Callable[[], datetime], shares: Shares
    ) -> None:
        self._feed = feed
        self._reader = reader
        self._clock = clock
        self._shares = shares
        self._open: set[Subscription] = set()
        self._publications: dict[tuple[int, int], asyncio.Task[NewlyPublished | None]] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def subscribe(
        self, caller: str, topic: Topic = PUBLICATIONS, *, after: str | None = None
    ) -> Subscription:
        """Subscribe from a cursor on, or from now; the caller closes the subscription.

        Raises:
            RateLimited: the caller has too many subscriptions, or the process has.
            BadRequest: the cursor was not issued for this view.
            DatabaseAway: the database does not answer.
        """
        take_subscription(self._shares, caller)
        try:
            start = await self._feed.start_of(after or "latest", view=topic.view)
        except BaseException:
            self._shares.leave(caller)
            raise

        def leave(subscription: Subscription) -> None:
            if subscription in self._open:
                self._open.discard(subscription)
                self._shares.leave(caller)

        subscription = Subscription(self._occurrences(topic, start), leave)
        self._open.add(subscription)
        return subscription

    async def _occurrences(self, topic: Topic, start: int | None) -> AsyncGenerator[Occurrence]:
        """Yield occurrences until the feed is closed, in spite of failing reads."""
        while not self._feed.is_closed:
            try:
                async for page in self._feed.follow(start, view=topic.view, types=topic.types):
                    if page.truncated:
                        raise BadRequest(
                            "cursor_expired",
                            "Events after this place are no longer kept. Read all state again, "
                            "then subscribe without `after`.",
                        )
                    for event in page.events:
                        occurrence = await self._occurrence(topic, event)
                        if occurrence is not None:
                            yield occurrence
                        start = event.sequence(topic.view)
                    start = page.end
            except BadRequest:
                raise
            except Exception as error:
                # Read again after any error, so that subscribers do not silently miss events.
                cause = error if not isinstance(error, DatabaseAway) else None
                logger.warning("events_not_read", exc_info=cause)
                await asyncio.sleep(RETRY_SECONDS)

    async def _occurrence(self, topic: Topic, event: LoggedEvent) -> Occurrence | None:
        """Make the value of an event; `None` if its issue has left print again."""
        if topic is PUBLICATIONS:
            return await self._publication(event)
        if topic is TREND_UPDATES:
            members: dict[str, Any] = orjson.loads(event.data)
            return members
        return {**event.document(topic.view), "cursor": event.cursor(topic.view)}

    async def _publication(self, event: LoggedEvent) -> NewlyPublished | None:
        assert event.issue_id is not None, "a publication has an issue"
        # What was read before a change must not be shown after it.
        key = (self._feed.generation, event.position)
        reading = self._publications.get(key)
        if reading is None:
            reading = asyncio.create_task(
                find_newly_published(self._reader, event.issue_id, now=self._clock())
            )
            self._publications[key] = reading
            if len(self._publications) > MAX_SHARED:
                del self._publications[next(iter(self._publications))]
        try:
            # Cancelling one subscriber must not cancel the shared read.
            return await asyncio.shield(reading)
        except Exception:
            self._publications.pop(key, None)
            raise
