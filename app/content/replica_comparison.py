"""Whether a replica shows what the primary shows.

Two measures, both read from both sides. The content versions and the times of scheduled issues: a
replica that is behind in them would show an old paper. And the place in the write-ahead log: it
bounds how old everything else may be.
"""

import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal_column, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from app.background import running
from app.content.changes import ChangeWatch
from app.content.print import freshness_columns
from app.database.replica import Replica
from app.database.wakeups import set_or_timeout
from app.db import Database, WatchedReader
from app.errors import DatabaseAway
from app.models.content_version import ContentVersion

logger = logging.getLogger(__name__)

MAX_BEHIND_SECONDS = 1.5
"""A replica that has not replayed what the primary had written by then is left aside. Everyone
sees a write within two seconds; the rest is for the interval between comparisons."""
BEHIND_SECONDS, CURRENT_SECONDS, AWAY_SECONDS = 0.1, 0.4, 2.0
"""Intervals between comparisons."""
ASK_SECONDS = 2.0
"""Time limit for each side of a comparison."""
LOGGED_AFTER_SECONDS = 2.0
"""A replica that is left aside for longer is logged; each write leaves it aside for an instant."""

_PLACE: ColumnElement[Decimal | None] = literal_column(
    "CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')"
    " ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') END"
)
"""Bytes of the write-ahead log that are written or replayed; null where it cannot be told."""


@cache
def _standing() -> Select[Any]:
    return select(
        col(ContentVersion.name),
        col(ContentVersion.number),
        *freshness_columns(),
        _PLACE.label("place"),
    )


@asynccontextmanager
async def following_replica(
    database: Database, watch: ChangeWatch, *, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Compare the replica with the primary while the block runs, if there is one."""
    replica = database.replica
    if replica is None:
        yield
        return
    watch.listen(lambda _: replica.set_aside())
    watch.listen_to_schedules(lambda _: replica.set_aside())
    follower = _Follower(replica, database.primary, clock)
    await follower.compare()
    async with running(follower.run()):
        yield


class _Follower:
    """Compares a replica with the primary again and again."""

    def __init__(
        self, replica: Replica, primary: WatchedReader, clock: Callable[[], datetime]
    ) -> None:
        self._replica = replica
        self._primary = primary
        self._clock = clock
        self._places: deque[tuple[float, Decimal]] = deque(maxlen=64)
        """When the primary had written how much, oldest first."""
        self._aside_since: float | None = None
        self._is_logged = False

    async def run(self) -> None:
        """Compare until cancelled, in spite of errors."""
        while True:
            try:
                seconds = await self.compare()
            except Exception:
                logger.exception("replica_not_compared")
                self._replica.set_aside()
                seconds = AWAY_SECONDS
            await set_or_timeout(self._replica.wake, seconds)

    async def compare(self) -> float:
        """Compare once; return the seconds until the next comparison."""
        self._replica.wake.clear()
        version, now = self._replica.version, {"now": self._clock()}
        statement = _standing()
        try:
            wanted = await self._primary.probe(statement, now, seconds=ASK_SECONDS)
        except (DatabaseAway, SQLAlchemyError):
            return AWAY_SECONDS  # the replica goes on as it is: nothing can be written meanwhile
        asked_at = time.monotonic()
        try:
            found = await self._replica.reader.probe(statement, now, seconds=ASK_SECONDS)
        except (DatabaseAway, SQLAlchemyError) as error:
            self._note(False, reason="away", cause=type(error.__cause__ or error).__name__)
            return AWAY_SECONDS
        is_current = _shows(found, wanted) and self._is_near(found, wanted, asked_at)
        if version == self._replica.version:
            self._note(is_current, reason="behind")
        return CURRENT_SECONDS if self._replica.is_current else BEHIND_SECONDS

    def _is_near(
        self, found: Sequence[Row[Any]], wanted: Sequence[Row[Any]], asked_at: float
    ) -> bool:
        """Whether the replica has replayed what was written `MAX_BEHIND_SECONDS` ago."""
        if not wanted or wanted[0].place is None or not found or found[0].place is None:
            return True  # a server that does not tell its place: the versions decide
        self._places.append((asked_at, wanted[0].place))
        replayed = [at for at, place in self._places if place <= found[0].place]
        return bool(replayed) and asked_at - replayed[-1] <= MAX_BEHIND_SECONDS

    def _note(self, is_current: bool, *, reason: str, cause: str = "-") -> None:
        now = time.monotonic()
        self._replica.is_current = is_current
        if is_current:
            if self._is_logged:
                logger.warning("replica_back")
            self._aside_since, self._is_logged = None, False
            return
        self._aside_since = self._aside_since or now
        if not self._is_logged and now - self._aside_since >= LOGGED_AFTER_SECONDS:
            self._is_logged = True
            logger.warning("replica_left_aside reason=%s cause=%s", reason, cause)


def _shows(found: Sequence[Row[Any]], wanted: Sequence[Row[Any]]) -> bool:
    """Whether the replica has every change of the primary.

    It may be ahead: the primary was asked first.
    """
    here = {row.name: row.number for row in found}
    there = {row.name: row.number for row in wanted}
    if not here or any(here.get(name, -1) < number for name, number in there.items()):
        return False
    return here != there or [tuple(row)[2:-1] for row in found] == [
        tuple(row)[2:-1] for row in wanted
    ]
