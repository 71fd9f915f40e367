"""A replica of PostgreSQL for reads of the public, and when it may be asked.

Whether it is as new as the primary is found out by `app/content/replica_comparison.py`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextvars import ContextVar

from sqlalchemy import Executable
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import Pool

from app.database.reader import Parameters, Rows, WatchedReader
from app.errors import DatabaseAway

_is_public: ContextVar[bool] = ContextVar("is_public", default=False)


def read_as_public(is_public: bool) -> None:
    """Note whether the current request reads what the public sees, so that a replica may answer.

    Who has a key reads from the primary: what was written with it is there at once.
    """
    _is_public.set(is_public)


class Replica:
    """The reads of one replica, and whether it has everything that this process knows of."""

    def __init__(self, reader: WatchedReader) -> None:
        self.reader = reader
        self.is_current = False
        self.version = 0
        """Grows whenever the replica is set aside: comparisons that began before do not count."""
        self.wake = asyncio.Event()
        """Set when a comparison is wanted at once."""

    def set_aside(self) -> None:
        """Ask the primary until the replica was compared with it again."""
        self.is_current = False
        self.version += 1
        self.wake.set()


class ReplicatedReader:
    """Reads of the public from a current replica, and all others from the primary."""

    def __init__(self, primary: WatchedReader, replica: Replica) -> None:
        self._primary = primary
        self._replica = replica

    @property
    def pool(self) -> Pool:
        """That of the primary."""
        return self._primary.pool

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Raises `DatabaseAway` if the primary does not answer in time."""
        if _is_public.get() and self._replica.is_current:
            try:
                return await self._replica.reader.rows(statement, parameters)
            except (DatabaseAway, SQLAlchemyError):
                # Away, or it cancelled the query in favour of replication.
                self._replica.set_aside()
        return await self._primary.rows(statement, parameters)

    slow_rows = rows

    async def probe(
        self, statement: Executable, parameters: Parameters = None, *, seconds: float
    ) -> Rows:
        """Ask the primary."""
        return await self._primary.probe(statement, parameters, seconds=seconds)

    def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Learn of changes from the primary."""
        return self._primary.wakes(event)
