"""What all readers of the event log share: they wait for events, and one process at a time works.

Of all processes that run a reader of one name, the one that holds its lease handles the events. A
crash repeats some of them and never skips any.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from secrets import token_hex
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.content.commands.event_readers import advance_reader, claim_reader, release_reader
from app.content.commands.transaction import Transaction, perform_as_operator
from app.content.queries.purging import read_backlog
from app.database.wakeups import set_or_timeout
from app.db import Database
from app.errors import DatabaseAway

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""Time between two looks at the log when no change woke the reader."""
LEASED_SECONDS = 0.3
"""Pause while another process works."""
FAILED_SECONDS = 1.0
"""Pause after the database was away, or after an unexpected error."""

T = TypeVar("T")


class LogReader(ABC):
    """Follows the event log from the position that all readers of its name share."""

    def __init__(
        self,
        database: Database,
        *,
        name: str,
        lease_seconds: float,
        clock: Callable[[], datetime],
    ) -> None:
        """`lease_seconds`: after this time another process continues the work of one killed."""
        self._database = database
        self._name = name
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._holder = token_hex(12)
        self._woken = asyncio.Event()

    @abstractmethod
    async def handle(self, position: int) -> float | None:
        """Handle all events after a position, and store the new one with `advance`.

        Returns the seconds until the next attempt if it failed, otherwise `None`.
        """

    def wake(self, _moved: object = None) -> None:
        """Look at the log now."""
        self._woken.set()

    async def run(self) -> None:
        """Follow the log until cancelled, in spite of errors."""
        while True:
            self._woken.clear()
            try:
                pause = await self.turn()
            except (DatabaseAway, SQLAlchemyError):
                pause = FAILED_SECONDS
            except Exception:
                logger.exception("log_reader_failed reader=%s", self._name)
                pause = FAILED_SECONDS
            if pause is None:
                await set_or_timeout(self._woken, LOOK_SECONDS)
            else:
                await asyncio.sleep(pause)

    async def turn(self) -> float | None:
        """Handle new events, if no other process does.

        Returns the seconds until the next look, `None` if there is nothing to do until a change.
        """
        backlog = await read_backlog(self._database.reader, self._name, now=self._clock())
        if not backlog.has_events:
            return None
        if backlog.is_leased or (position := await self._write(self._claim)) is None:
            return LEASED_SECONDS
        try:
            return await self.handle(position)
        finally:
            with suppress(DatabaseAway, SQLAlchemyError):
                await self._write(lambda tx: release_reader(tx, self._name, holder=self._holder))

    async def advance(self, position: int, *, has_more: bool) -> None:
        """Store how far events are handled; renew the lease if there is more to do."""

        def work(tx: Transaction) -> None:
            advance_reader(tx, self._name, holder=self._holder, position=position)
            if has_more:
                self._claim(tx)

        await self._write(work)

    def _claim(self, tx: Transaction) -> int | None:
        return claim_reader(tx, self._name, holder=self._holder, seconds=self._lease_seconds)

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        return await perform_as_operator(self._database, work, clock=self._clock)
