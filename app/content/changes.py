"""Change detection: watches the content versions for changes by other processes.

The writing process checks right after its write, the others when the database notifies them, within
a second. A scheduled issue that appears counts as a change of the paper. Scheduling does not: it
only changes the time of the next publication, for which there are separate listeners.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from app.background import running
from app.content.changed_keys import read_changed_keys
from app.content.print import freshness_columns, has_unannounced
from app.db import Database
from app.errors import BadRequest, DatabaseAway, Outage
from app.models.content_version import (
    EVENTS,
    PAPER,
    PUBLIC_EVENTS,
    TRENDING,
    ContentVersion,
)

logger = logging.getLogger(__name__)

EVERYTHING = frozenset({PAPER, TRENDING, EVENTS, PUBLIC_EVENTS})
RETRY_SECONDS = 0.5

ScheduleListener = Callable[[datetime | None], None]
"""Called with the time of the next publication when it changes; must not block."""

LOOK_SECONDS = 3.0
"""Time limit for reading the versions, after which the database counts as away."""

Listener = Callable[[frozenset[str]], None]
"""Called in the event loop with the names of the changed versions; must not block."""

KeyListener = Callable[[frozenset[str], frozenset[str] | None], None]
"""Called as a `Listener`, with the surrogate keys of what changed in print.

`None` in their place: everything in print may have changed.
"""

_LOOK = select(
    col(ContentVersion.name),
    col(ContentVersion.number),
    *freshness_columns(),
    has_unannounced().label("has_due"),
)


@asynccontextmanager
async def watch_changes(
    database: Database, *, clock: Callable[[], datetime], patience_seconds: float
) -> AsyncIterator["ChangeWatch"]:
    """Watch while the block runs; `patience_seconds` as in `ChangeWatch`."""
    watch = ChangeWatch(database, clock=clock, patience_seconds=patience_seconds)
    await watch.look()
    database.after_write = watch.look_after_write
    try:
        async with running(watch.run()):
            yield watch
    finally:
        database.after_write = None
        watch.close()


class ChangeWatch:
    """The content versions as seen by this process; notifies listeners of changes."""

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime], patience_seconds: float
    ) -> None:
        """`patience_seconds`: how long the known versions count while the database is away.

        After that everything counts as changed.
        """
        self._database = database
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._seen_at: float | None = None
        """Last successful read, by the monotonic clock."""
        self._given_up_at = 0.0
        """When everything was last reported as changed because the patience had run out."""
        self._seen: dict[str, int] = {}
        self.next_publication_at: datetime | None = None
        """When the next scheduled issue appears."""
        self._appeared_at: datetime | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._wake = asyncio.Event()
        self._listeners: list[Listener] = []
        self._key_listeners: list[KeyListener] = []
        self._schedule_listeners: list[ScheduleListener] = []
        self._due_listeners: list[Callable[[], None]] = []
        self._has_due = False
        self._looking = asyncio.Lock()
        self._looks_begun = 0

    @property
    def is_away(self) -> bool:
        """Whether the database failed to answer the last read."""
        return self._database.health.is_away

    @property
    def is_patient(self) -> bool:
        """Whether the known versions still count although the database is away."""
        if self._seen_at is None:
            return False
        return time.monotonic() - self._seen_at <= self._patience_seconds

    def listen(self, listener: Listener) -> None:
        """Call a function on every change."""
        self._listeners.append(listener)

    def listen_to_keys(self, listener: KeyListener) -> None:
        """Call a function on every change, with what changed in print."""
        self._key_listeners.append(listener)

    def listen_to_schedules(self, listener: ScheduleListener) -> None:
        """Call a function when the time of the next publication changes."""
        self._schedule_listeners.append(listener)

    def listen_to_due(self, listener: Callable[[], None]) -> None:
        """Call a function as long as the event log lacks a scheduled publication; must not block.

        It is called after each read, and at once if the last read saw one.
        """
        self._due_listeners.append(listener)
        if self._has_due:
            listener()

    async def look(self) -> None:
        """Read the versions and report changes since the last read.

        When it returns, everything that was committed before the call is reported. If the database
        does not answer, the known versions are kept and nothing is raised.
        """
        begun = self._looks_begun
        async with self._looking:
            if self._looks_begun > begun:
                return  # a look that began after this call has ended
            self._looks_begun += 1
            await self._look()

    async def _look(self) -> None:
        try:
            rows = await self._database.reader.probe(
                _LOOK, {"now": self._clock()}, seconds=LOOK_SECONDS
            )
        except (DatabaseAway, SQLAlchemyError) as error:
            self._note_away(error)
            return
        self._note_answer()
        seen = {row.name: row.number for row in rows}
        moved = {name for name in seen if seen[name] != self._seen.get(name)}
        appeared_at = rows[0].appeared_at if rows else None
        keys = None
        if appeared_at != self._appeared_at:
            moved.add(PAPER)
        elif PAPER in moved:
            keys = await self._changed_keys(self._seen, seen)
        self._seen, self._appeared_at = seen, appeared_at
        self._await_publication(rows[0].next_change_at if rows else None)
        if moved:
            self._tell(frozenset(moved), keys)
        self._has_due = bool(rows and rows[0].has_due)
        if self._has_due:
            for listener in self._due_listeners:
                listener()

    async def _changed_keys(
        self, before: Mapping[str, int], now: Mapping[str, int]
    ) -> frozenset[str] | None:
        """Read what changed in print between two states of the versions; `None`: unknown."""
        if EVENTS not in before or PAPER not in before:
            return None
        try:
            return await read_changed_keys(
                self._database.primary,
                after=before[EVENTS],
                until=now[EVENTS],
                moves=now[PAPER] - before[PAPER],
                now=self._clock(),
            )
        except (DatabaseAway, SQLAlchemyError, BadRequest):
            return None

    async def look_after_write(self) -> None:
        """Report what this process has just committed, before it answers the request."""
        await self.look()
        if self.is_away:
            # The write is committed, so none of the known versions can be trusted.
            self._tell(EVERYTHING)

    async def run(self) -> None:
        """Watch until cancelled, in spite of errors."""
        while True:
            try:
                await self._watch()
            except Exception:
                # A bug. Listeners may have missed a change, so the next read reports everything.
                logger.exception("change_watch_failed")
                self._seen = {}
            await asyncio.sleep(RETRY_SECONDS)

    async def _watch(self) -> None:
        """Read the versions on each notification, until the database does not answer."""
        try:
            async with aclosing(self._database.wakes(self._wake)) as wakes:
                async for _ in wakes:
                    self._wake.clear()
                    await self.look()
                    if self.is_away:
                        return
        except (DatabaseAway, SQLAlchemyError):
            # Some databases can be read but not listened to, such as a standby.
            await self.look()

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _await_publication(self, instant: datetime | None) -> None:
        is_moved = instant != self.next_publication_at
        self.next_publication_at = instant
        self.close()
        if instant is not None:
            seconds = max(0.0, (instant - self._clock()).total_seconds())
            self._timer = asyncio.get_running_loop().call_later(seconds, self._wake.set)
        if is_moved:
            for listener in self._schedule_listeners:
                listener(instant)

    def _note_answer(self) -> None:
        if self.is_away:
            logger.warning("database_back")
        self._database.health.is_away = False
        self._seen_at = time.monotonic()

    def _note_away(self, error: Exception) -> None:
        if not self.is_away:
            self._database.health.is_away = True
            outage = error.outage if isinstance(error, DatabaseAway) else Outage.UNREACHABLE
            cause = type(error.__cause__ or error).__name__
            logger.warning("database_away reason=%s cause=%s", outage, cause)
        now = time.monotonic()
        known_at = max(self._seen_at or 0.0, self._given_up_at)
        if now - known_at > self._patience_seconds:
            self._given_up_at = now
            self._tell(EVERYTHING)

    def _tell(self, moved: frozenset[str], keys: frozenset[str] | None = None) -> None:
        calls: list[Callable[[], None]] = [partial(each, moved) for each in self._listeners]
        calls += [partial(each, moved, keys) for each in self._key_listeners]
        for call in calls:
            try:
                call()
            except Exception:
                logger.exception("change_listener_failed")  # the other listeners still run
