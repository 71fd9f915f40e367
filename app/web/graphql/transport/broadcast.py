"""Fan-out of events to subscribers: each event is read once per process."""

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
from app.web.limits.subscriptions import take_subscription

logger = logging.getLogger(__name__)

MAX_WAITING = 16
"""Length of the queue of one subscriber."""
MAX_DELAY_SECONDS = 2.0
"""How long subscribers with a full queue may delay the others."""
RETRY_SECONDS = 0.5


class Subscription:
    """The event queue of one subscriber, as an iterator that ends when the process does."""

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
        """Wait for the next event. Raises `RateLimited` if the subscriber was too slow."""
        event = await self._waiting.get()
        if event is not None:
            return event
        if self._fault is not None:
            raise self._fault
        raise StopAsyncIteration

    def offer(self, event: Event) -> bool:
        """Queue an event; `False` if the queue is full."""
        if self._is_over:
            return True
        if self._waiting.full():
            return False
        self._waiting.put_nowait(event)
        return True

    async def put(self, event: Event) -> None:
        """Queue an event as soon as there is room."""
        await self._waiting.put(event)

    def end(self, fault: MorningPostError | None = None) -> None:
        """End the iterator, with an error if there is one; queued events are dropped."""
        if self._is_over:
            return
        self._is_over = True
        self._fault = fault
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)
        self._forget(self)

    def close(self) -> None:
        """Unsubscribe."""
        self.end()


@dataclass
class _TopicState:
    """The position in a topic; `mark` is `None` while it has no subscribers and is not read."""

    topic: Topic
    mark: Any = None
    due: deque[Any] = field(default_factory=deque)


class Broadcast:
    """Reads the topics that have subscribers, and queues their events."""

    def __init__(self, reader: Reader, *, clock: Callable[[], datetime], shares: Shares) -> None:
        self._shares = shares
        self._reader = reader
        self._clock = clock
        self._open: set[Subscription] = set()
        self._topics = {topic.field: _TopicState(topic) for topic in TOPICS}
        self._counters = frozenset(topic.counter for topic in TOPICS)
        self._moved = asyncio.Event()
        self._reading = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._open)

    def note(self, moved: frozenset[str]) -> None:
        """Note that counters moved; called by the change watch."""
        if moved & self._counters:
            self._moved.set()

    async def subscribe(self, caller: str, topic: Topic = PUBLICATIONS) -> Subscription:
        """Subscribe from now on; the caller closes the subscription.

        Raises:
            RateLimited: the caller has too many subscriptions, or the process has.
            DatabaseAway: the database does not answer.
        """
        take_subscription(self._shares, caller)
        try:
            async with self._reading:
                state = self._topics[topic.field]
                if state.mark is None:
                    state.mark = await topic.mark(self._reader, now=self._clock())
                subscription = Subscription(topic, caller, self._forget)
                self._open.add(subscription)
        except BaseException:
            self._shares.leave(caller)
            raise
        return subscription

    async def run(self) -> None:
        """Read and queue events until cancelled."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            try:
                async with self._reading:
                    for state in self._topics.values():
                        await self._publish(state)
            except Exception as error:
                # Retry after any error, so that subscribers do not silently miss events.
                cause = type(error).__name__
                logger.warning("events_not_read cause=%s", cause, exc_info=_unexpected(error))
                await asyncio.sleep(RETRY_SECONDS)
                self._moved.set()

    def close(self) -> None:
        """End every subscription."""
        for subscription in list(self._open):
            subscription.end()

    async def _publish(self, state: _TopicState) -> None:
        if state.mark is None:
            return
        topic = state.topic
        try:
            found, mark = await topic.since(self._reader, state.mark, now=self._clock())
        except MarkLost:
            self._end_lost(topic)
            return
        if self._listeners(topic):
            state.mark = mark
            state.due.extend(found)
        # One at a time: an import may publish thousands of issues.
        while state.due:
            event = await topic.event(self._reader, state.due[0], mark)
            if event is not None:
                await self._queue(event, topic)
            if state.due:  # the last subscriber may have left in the meantime
                state.due.popleft()

    def _end_lost(self, topic: Topic) -> None:
        """End the subscriptions to a topic after events were lost."""
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

    async def _queue(self, event: Event, topic: Topic) -> None:
        full = [each for each in self._listeners(topic) if not each.offer(event)]
        if not full:
            return
        queued: set[Subscription] = set()
        try:
            async with asyncio.timeout(MAX_DELAY_SECONDS):
                for each in full:
                    await each.put(event)
                    queued.add(each)
        except TimeoutError:
            pass
        for each in full:
            if each not in queued and not each.offer(event):
                logger.info("subscriber_too_slow")
                each.end(
                    RateLimited(
                        "subscription_too_slow",
                        f"More than {MAX_WAITING} events waited to be read; subscribe again.",
                    )
                )

    def _forget(self, subscription: Subscription) -> None:
        self._open.discard(subscription)
        self._shares.leave(subscription.caller)
        if not self._listeners(subscription.topic):
            state = self._topics[subscription.topic.field]
            state.mark = None
            state.due.clear()


@asynccontextmanager
async def broadcasting(
    reader: Reader, watch: ChangeWatch, *, clock: Callable[[], datetime], shares: Shares
) -> AsyncIterator[Broadcast]:
    """Run a broadcast for as long as the block runs."""
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
    """The error to log with a traceback; application errors are logged elsewhere."""
    return None if isinstance(error, MorningPostError) else error
