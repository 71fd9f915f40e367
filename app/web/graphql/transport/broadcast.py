"""Events as they happen, read once for however many follow them; one of it per process."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from app.content.changes import ChangeWatch
from app.content.queries.publications import MarkLost
from app.db import Reader
from app.errors import MorningPostError, RateLimited
from app.web.graphql.transport.topics import PUBLICATIONS, TOPICS, Event, Topic
from app.web.limits.shares import Shares

logger = logging.getLogger(__name__)

MAX_WAITING = 16
"""Events that wait for one subscriber."""
PATIENCE_SECONDS = 2.0
"""How long all wait for those who have no room left; an import publishes faster than any reads."""
RETRY_SECONDS = 0.5


class Subscription:
    """The events of one subscriber, as an iterator that ends when the process does."""

    def __init__(self, topic: Topic, caller: str, forget: Callable[["Subscription"], None]) -> None:
        self.topic = topic
        self.caller = caller
        self._forget = forget
        self._waiting: asyncio.Queue[Event | None] = asyncio.Queue(MAX_WAITING)
        self._fault: MorningPostError | None = None
        self._is_over = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        """Wait for the next event. Raises `RateLimited` for one who was too slow."""
        event = await self._waiting.get()
        if event is not None:
            return event
        if self._fault is not None:
            raise self._fault
        raise StopAsyncIteration

    def offer(self, event: Event) -> bool:
        """Hand over an event; `False` where there is no room for it."""
        if self._is_over:
            return True
        if self._waiting.full():
            return False
        self._waiting.put_nowait(event)
        return True

    async def hand_over(self, event: Event) -> None:
        """Hand over an event as soon as there is room for it."""
        await self._waiting.put(event)

    def end(self, fault: MorningPostError | None = None) -> None:
        """Let the subscriber know that nothing more comes, and why; what waits is dropped."""
        if self._is_over:
            return
        self._is_over = True
        self._fault = fault
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)
        self._forget(self)

    def close(self) -> None:
        """Leave: nothing more is read for this subscriber."""
        self.end()


@dataclass
class _Following:
    """How far a topic was read; without a mark nobody follows it, and nothing is."""

    topic: Topic
    mark: Any = None
    due: deque[Any] = field(default_factory=deque)


class Broadcast:
    """Reads what happens, while there is somebody to tell."""

    def __init__(self, reader: Reader, *, clock: Callable[[], datetime], shares: Shares) -> None:
        self._shares = shares
        self._reader = reader
        self._clock = clock
        self._open: set[Subscription] = set()
        self._followed = {topic.field: _Following(topic) for topic in TOPICS}
        self._counters = frozenset(topic.counter for topic in TOPICS)
        self._moved = asyncio.Event()
        self._reading = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._open)

    def note(self, moved: frozenset[str]) -> None:
        """Note that counters moved, as a listener of the watch."""
        if moved & self._counters:
            self._moved.set()

    async def subscribe(self, caller: str, topic: Topic = PUBLICATIONS) -> Subscription:
        """Follow from now on; whoever does so closes the subscription.

        Raises:
            RateLimited: the caller has too many, or this process has.
            DatabaseAway: the database does not answer.
        """
        self._take(caller)
        try:
            async with self._reading:
                followed = self._followed[topic.field]
                if followed.mark is None:
                    followed.mark = await topic.mark(self._reader, now=self._clock())
                subscription = Subscription(topic, caller, self._left)
                self._open.add(subscription)
        except BaseException:
            self._shares.leave(caller)
            raise
        return subscription

    def _take(self, caller: str) -> None:
        match self._shares.take(caller):
            case "caller":
                most = self._shares.most_per_caller
                detail = f"You have {most} subscriptions open here; complete one."
            case "process":
                detail = f"{self._shares.most} subscriptions are open here; try again later."
            case None:
                return
        raise RateLimited("too_many_subscriptions", detail, retry_after_seconds=60)

    async def run(self) -> None:
        """Tell of events until cancelled."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            try:
                async with self._reading:
                    for followed in self._followed.values():
                        await self._tell(followed)
            except Exception as error:
                # Whatever it is, those who follow must not be left in silence for it.
                cause = type(error).__name__
                logger.warning("events_not_read cause=%s", cause, exc_info=_unexpected(error))
                await asyncio.sleep(RETRY_SECONDS)
                self._moved.set()

    def close(self) -> None:
        """End every subscription."""
        for subscription in list(self._open):
            subscription.end()

    async def _tell(self, followed: _Following) -> None:
        if followed.mark is None:
            return
        topic = followed.topic
        try:
            found, mark = await topic.since(self._reader, followed.mark, now=self._clock())
        except MarkLost:
            self._give_up(topic)
            return
        if self._listeners(topic):
            followed.mark = mark
            followed.due.extend(found)
        # One at a time: an import may publish the issues of years.
        while followed.due:
            event = await topic.event(self._reader, followed.due[0], mark)
            if event is not None:
                await self._hand_out(event, topic)
            if followed.due:  # the last subscriber may have left meanwhile
                followed.due.popleft()

    def _give_up(self, topic: Topic) -> None:
        """End the subscriptions to a topic whose events are no longer known."""
        logger.warning("events_lost topic=%s", topic.field)
        for each in self._listeners(topic):
            each.end(
                RateLimited(
                    "subscription_too_slow",
                    "This server missed events; read what you need and subscribe again.",
                )
            )

    def _listeners(self, topic: Topic) -> list[Subscription]:
        return [each for each in self._open if each.topic is topic]

    async def _hand_out(self, event: Event, topic: Topic) -> None:
        full = [each for each in self._listeners(topic) if not each.offer(event)]
        if not full:
            return
        handed: set[Subscription] = set()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for each in full:
                    await each.hand_over(event)
                    handed.add(each)
        except TimeoutError:
            pass
        for each in full:
            if each not in handed and not each.offer(event):
                logger.info("subscriber_too_slow")
                each.end(
                    RateLimited(
                        "subscription_too_slow",
                        f"More than {MAX_WAITING} events waited to be read; subscribe again.",
                    )
                )

    def _left(self, subscription: Subscription) -> None:
        self._open.discard(subscription)
        self._shares.leave(subscription.caller)
        if not self._listeners(subscription.topic):
            followed = self._followed[subscription.topic.field]
            followed.mark = None
            followed.due.clear()


@asynccontextmanager
async def broadcasting(
    reader: Reader, watch: ChangeWatch, *, clock: Callable[[], datetime], shares: Shares
) -> AsyncIterator[Broadcast]:
    """Tell of events for as long as the block runs."""
    broadcast = Broadcast(reader, clock=clock, shares=shares)
    watch.listen(broadcast.note)
    task = asyncio.create_task(broadcast.run())
    try:
        yield broadcast
    finally:
        broadcast.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _unexpected(error: Exception) -> Exception | None:
    """What the log should have whole: not that the database is away, which it has already."""
    return None if isinstance(error, MorningPostError) else error
