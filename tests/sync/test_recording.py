"""A snapshot is recorded in small transactions, and published by the last of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel import col

from app.content.access import COMMAND_LINE
from app.content.commands.snapshots import PART, remove_pending
from app.content.commands.sync_runs import begin_run
from app.content.commands.transaction import Transaction, perform
from app.db import Database
from app.models.sighting import Look, Sighting
from app.models.snapshot import Observation
from app.sync.recording import record
from tests.conftest import Clock

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

T = TypeVar("T")
Shown = dict[str, Any]

COUNT = 2 * PART + 1
MOST_ROWS = 100
"""Sightings of one transaction: each new one takes SQLite's only writer half a millisecond."""
SUBJECTS = "/v1/trending/github/repository/lab/repo-"
BOARD = "/v1/trending?source=github&kind=repository&window=day"


class Killed(BaseException):
    """The process ends here."""


class Recording:
    """Records looks, and calls `between` after each transaction."""

    def __init__(self, database: Database, at: datetime) -> None:
        self._database = database
        self._at = at
        self.names: list[str] = []
        self.rows: list[int] = []
        """Observations after each transaction."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        done = await self._database.write(
            lambda bind: perform(bind, work, principal=COMMAND_LINE, clock=lambda: self._at)
        )
        self.names.append(work.func.__name__ if isinstance(work, partial) else "")
        (row,) = await self._database.reader.rows(
            select(func.count(col(Observation.subject_id)).label("n"))
        )
        self.rows.append(row.n)
        await self.between()
        return done

    async def between(self) -> None:
        """Nothing, unless a test puts something in its place."""

    async def record(self, *, first: int, stars: int) -> None:
        """Record a look at `COUNT` repositories from number `first` on."""
        seen = [
            Sighting(
                str(n), f"lab/repo-{n}", f"repo-{n}", f"https://github.com/lab/{n}", stars=stars + n
            )
            for n in range(first, first + COUNT)
        ]
        look = Look("github", "repository", self._at, "complete", None, seen, listed=COUNT)
        run_id = await self.write(partial(begin_run, sources=["github"]))
        await record(self._database, self.write, look, run_id=run_id)


@pytest.fixture
async def second(app: FastAPI, clock: Clock) -> Recording:
    """A recording of the day after one that is stored already."""
    yesterday = clock.now - timedelta(days=1)
    await Recording(app.state.database, yesterday).record(first=0, stars=100)
    return Recording(app.state.database, clock.now)


async def shown(client: httpx.AsyncClient, number: int) -> tuple[int, Any]:
    """Status and latest stars of a repository."""
    response = await client.get(f"{SUBJECTS}{number}")
    body: Shown = response.json()
    return response.status_code, body.get("latest", body).get("stars")


async def test_each_transaction_is_small(second: Recording) -> None:
    await second.record(first=COUNT, stars=100)

    steps = [after - before for before, after in zip(second.rows, second.rows[1:], strict=False)]
    assert sum(steps) == COUNT
    assert max(steps) <= MOST_ROWS


async def test_readers_see_a_snapshot_as_a_whole(
    client: httpx.AsyncClient, second: Recording
) -> None:
    seen = []

    async def look() -> None:
        board = (await client.get(BOARD)).json()
        old, new = await shown(client, 1), await shown(client, COUNT)
        seen.append((len(board["data"]), old, new))

    second.between = look  # type: ignore[method-assign]
    await second.record(first=1, stars=150)

    before, after = (0, (200, 101), (404, None)), (COUNT - 1, (200, 151), (200, 150 + COUNT))
    assert {each[1:] for each in seen[:-1]} == {before[1:]}
    assert {each[0] for each in seen[:-1]} == {0}
    assert seen[-1][1:] == after[1:]
    assert seen[-1][0] > 0


@pytest.mark.parametrize("place", range(1, 5))
async def test_a_kill_between_transactions_publishes_nothing(
    client: httpx.AsyncClient, second: Recording, place: int
) -> None:
    rows = COUNT

    async def kill() -> None:
        if len(second.names) == 1 + place:
            raise Killed

    second.between = kill  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await second.record(first=1, stars=150)

    assert await shown(client, 1) == (200, 101)
    assert await shown(client, COUNT) == (404, None)
    second.between = Recording.between.__get__(second)  # type: ignore[method-assign]
    await second.write(remove_pending)
    assert second.rows[-1] == rows
    await second.record(first=1, stars=150)
    assert await shown(client, COUNT) == (200, 150 + COUNT)
