"""What reads: the interfaces of the readers of both databases."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Executable, Row
from sqlalchemy.pool import Pool

Parameters = Mapping[str, object] | None
"""Values of the parameters of a statement; `None` for one without."""
Rows = Sequence[Row[Any]]
"""What a statement returned."""


class Reader(Protocol):
    """Runs a prebuilt statement and returns its rows."""

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Raises `DatabaseAway` if the database does not answer in time."""
        ...

    async def slow_rows(self, statement: Executable, parameters: Parameters = None) -> Rows:
        """Run a statement that takes more than a millisecond and returns few rows.

        On SQLite it runs in a thread, so that other requests are answered meanwhile.
        """
        ...


class WatchedReader(Reader, Protocol):
    """A reader that also notifies about possible changes."""

    @property
    def pool(self) -> Pool:
        """Its connections."""
        ...

    async def probe(
        self, statement: Executable, parameters: Parameters = None, *, seconds: float
    ) -> Rows:
        """Read within `seconds`, even while the database is known to be away.

        Raises `DatabaseAway`.
        """
        ...

    def wakes(self, event: asyncio.Event) -> AsyncGenerator[None]:
        """Yield as described in `app.db.Database.wakes`."""
        ...
