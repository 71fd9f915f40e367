"""Readiness: whether load balancers should send requests here, and whether writes work."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Literal

from sqlalchemy import Executable

from app.content.changes import ChangeWatch
from app.content.queries.schema_version import read_standing
from app.database.errors import database_away
from app.database.reader import Parameters, Rows
from app.db import WatchedReader
from app.errors import DatabaseAway
from app.schema import SCHEMA_HEAD, Standing

ANSWER_SECONDS = 0.5
"""How long the database may take. Probes give up after a second by default in Kubernetes."""

WRITE_CHECK_SECONDS = 5.0
"""How long the outcome of a write probe is reused, so that anonymous clients cause few writes."""

State = Literal["ok", "degraded"]


class Readiness:
    """Answers the questions of load balancers, within about half a second."""

    def __init__(
        self, reader: WatchedReader, watch: ChangeWatch, *, write: Callable[[], Awaitable[object]]
    ) -> None:
        """`write` makes a change that leaves nothing behind. It raises `DatabaseAway`."""
        self._reader = _InTime(reader)
        self._watch = watch
        self._write = write
        self._checking: asyncio.Task[object] | None = None
        self._checked_at = 0.0

    async def state(self) -> State:
        """Return whether requests can be answered.

        `degraded`: the database is away, and what is in the response cache is still served.

        Raises:
            DatabaseAway: nothing can be served, or the schema is missing or too old.
        """
        if self._watch.is_away:
            return self._without_database(database_away())
        try:
            standing = await read_standing(self._reader)
        except DatabaseAway as error:
            return self._without_database(error)
        match standing:
            case Standing.MISSING:
                raise not_ready("The database was never migrated; run `morningpost migrate`.")
            case Standing.OLDER:
                raise not_ready(
                    "The schema of the database is older than this version, which needs "
                    f"{SCHEMA_HEAD}; run `morningpost migrate`."
                )
            case Standing.CURRENT | Standing.NEWER:
                return "ok"

    async def check_writes(self) -> None:
        """Make a change, or repeat the outcome of one that was made less than five seconds ago.

        Raises:
            DatabaseAway: the database is away, full or read-only.
        """
        if self._watch.is_away:
            raise database_away()
        now = time.monotonic()
        if self._checking is None or (
            self._checking.done() and now - self._checked_at > WRITE_CHECK_SECONDS
        ):
            self._checked_at = now
            self._checking = asyncio.ensure_future(self._write())
            self._checking.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({self._checking}, timeout=ANSWER_SECONDS)
        if not done:
            raise database_away()
        self._checking.result()

    def _without_database(self, error: DatabaseAway) -> State:
        if self._watch.is_patient:
            return "degraded"
        raise error


class _InTime:
    """A reader that gives up after `ANSWER_SECONDS`."""

    def __init__(self, reader: WatchedReader) -> None:
        self._reader = reader

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Rows:
        return await self._reader.probe(statement, parameters, seconds=ANSWER_SECONDS)

    slow_rows = rows


def not_ready(detail: str) -> DatabaseAway:
    """Make the error that says why no requests should be sent here."""
    return DatabaseAway("not_ready", detail)
