"""Watches the content version: what other processes change is seen here within a second.

The process that writes looks at once, the others when the database wakes them. A scheduled issue
that appears counts as a change of the paper. Scheduling does not: only the instant of the next
publication moves then, and listeners of schedules are called.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from app.content.print import freshness_columns
from app.db import Database
from app.errors import DatabaseAway
from app.models.content_version import PAPER, TRENDING, ContentVersion

logger = logging.getLogger(__name__)

EVERYTHING = frozenset({PAPER, TRENDING})
RETRY_SECONDS = 0.5

ScheduleListener = Callable[[datetime | None], None]
"""Called with the instant of the next publication when it moves; must not wait."""
Listener = Callable[[frozenset[str]], None]
"""Told which counters moved; called in the event loop, and must not wait."""

_LOOK = select(col(ContentVersion.name), col(ContentVersion.number), *freshness_columns())


@asynccontextmanager
async def watch_changes(
    database: Database, *, clock: Callable[[], datetime], patience_seconds: float
) -> AsyncIterator["ChangeWatch"]:
    """Watch for as long as the block runs; `patience_seconds` as for `ChangeWatch`."""
    watch = ChangeWatch(database, clock=clock, patience_seconds=patience_seconds)
    await watch.look()
    database.after_write = watch.look_after_write
    task = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        database.after_write = None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        watch.close()


class ChangeWatch:
    """Knows the content version as this process has seen it, and tells when it moves."""

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime], patience_seconds: float
    ) -> None:
        """`patience_seconds`: so long without the database, and everything counts as changed."""
        self.is_away = False
        """Whether the database did not answer when it was asked last."""
        self._database = database
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._away_since = 0.0
        self._seen: dict[str, int] = {}
        self.next_publication_at: datetime | None = None
        """When the next scheduled issue appears."""
        self._appeared_at: datetime | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._wake = asyncio.Event()
        self._listeners: list[Listener] = []
        self._schedule_listeners: list[ScheduleListener] = []

    def listen(self, listener: Listener) -> None:
        """Have a function called at every change."""
        self._listeners.append(listener)

    def listen_to_schedules(self, listener: ScheduleListener) -> None:
        """Have a function called when another instant is that of the next publication."""
        self._schedule_listeners.append(listener)

    async def look(self) -> None:
        """Read the counters, and tell what moved since they were read last.

        A database that does not answer is noted, not raised: what is known stays as it is.
        """
        try:
            rows = await self._database.reader.rows(_LOOK, {"now": self._clock()})
        except (DatabaseAway, SQLAlchemyError) as error:
            self._note_away(error)
            return
        if self.is_away:
            logger.warning("database_back")
            self.is_away = False
        seen = {row.name: row.number for row in rows}
        moved = {name for name in seen if seen[name] != self._seen.get(name)}
        appeared_at = rows[0].appeared_at if rows else None
        if appeared_at != self._appeared_at:
            moved.add(PAPER)
        self._seen, self._appeared_at = seen, appeared_at
        self._await_publication(rows[0].next_change_at if rows else None)
        if moved:
            self._tell(frozenset(moved))

    async def look_after_write(self) -> None:
        """See what this process has just committed, before it answers."""
        await self.look()
        if self.is_away:
            # It was committed all the same, so nothing that is known here can be relied on.
            self._tell(EVERYTHING)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            try:
                async with aclosing(self._database.wakes(self._wake)) as wakes:
                    async for _ in wakes:
                        self._wake.clear()
                        await self.look()
                        if self.is_away:
                            break
            except (DatabaseAway, SQLAlchemyError) as error:
                self._note_away(error)
            await asyncio.sleep(RETRY_SECONDS)

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

    def _note_away(self, error: Exception) -> None:
        now = time.monotonic()
        if not self.is_away:
            self.is_away = True
            self._away_since = now
            logger.warning("database_away cause=%s", type(error.__cause__ or error).__name__)
        elif now - self._away_since > self._patience_seconds:
            self._away_since = now
            self._tell(EVERYTHING)

    def _tell(self, moved: frozenset[str]) -> None:
        for listener in self._listeners:
            listener(moved)
