"""What a year of snapshots costs: bytes, statements and time, beside one issue in the same run.

    python -m benchmarks.trends --subjects 5000 --days 365

It records a snapshot of so many invented repositories a day, by the command that a sync run calls,
reads boards, movers and the history of a subject, then gives up old observations as every run does,
and reads again. In one process, through the reader that the server uses. A year takes about ten
minutes to record.
"""

import argparse
import asyncio
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import uvloop
from sqlalchemy import URL, Engine, text

from app.content.access import COMMAND_LINE, PUBLIC
from app.content.boards import Asked
from app.content.commands.issues import add_issue
from app.content.commands.snapshots import record_snapshot
from app.content.commands.sync_runs import begin_run, thin_observations
from app.content.commands.transaction import Transaction, transaction
from app.content.queries.issues import Viewer, get_issue
from app.content.queries.paging import Part
from app.content.queries.subjects import find_subject
from app.content.queries.trending import read_board
from app.content.ref import parse_ref
from app.db import Reader, open_database, write_engine
from app.demo import demo_issues
from app.migrations import upgrade
from app.models.sighting import Look, Sighting
from benchmarks.output import say, tell

ROUNDS, READS = 7, 40
BASE_URL = "http://paper.test"
END = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def main() -> None:
    """Fill, read, thin, and read again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    say(
        f"{date.today()}, Python {platform.python_version()}, SQLite; {given.subjects:,} subjects "
        f"x {given.days} days"
    )
    with tempfile.TemporaryDirectory() as folder:
        url = URL.create("sqlite+pysqlite", database=str(Path(folder, "trends.db")))
        upgrade(url)
        engine = write_engine(url)
        _work(engine, lambda tx: add_issue(tx, demo_issues()[-1], publish=True), now=END)
        seconds = _record(engine, subjects=given.subjects, days=given.days)
        say(f"\na snapshot with its boards is recorded in {statistics.median(seconds):.2f} s\n")
        say("**every observation kept**\n")
        _sizes(engine)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_measure(url))
        while _work(engine, thin_observations, now=END):
            pass
        engine.dispose()
        with closing(sqlite3.connect(Path(folder, "trends.db"), isolation_level=None)) as file:
            file.execute("VACUUM")
        say("\n**thinned, as every run does**\n")
        _sizes(engine)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_measure(url))
        engine.dispose()


def _work(engine: Engine, work: Callable[[Transaction], Any], *, now: datetime) -> Any:
    with transaction(engine, principal=COMMAND_LINE, now=now) as tx:
        return work(tx)


def _record(engine: Engine, *, subjects: int, days: int) -> list[float]:
    random = Random("a year")
    stars = [random.randint(50, 60_000) for _ in range(subjects)]
    seconds = []
    for day in range(days):
        at = END - timedelta(days=days - 1 - day)
        for number in range(subjects):
            stars[number] += random.choice((0, 0, 0, 1, 2, 5, 30, -1))
        seen = [
            Sighting(
                upstream_id=str(number),
                external_id=f"owner-{number % 900}/repository-{number}",
                name=f"repository-{number}",
                url=f"https://example.com/owner-{number % 900}/repository-{number}",
                summary="An invented repository of the length that descriptions usually have.",
                language="Python",
                stars=max(count, 0),
                forks=max(count, 0) // 9,
            )
            for number, count in enumerate(stars)
        ]
        look = Look("github", "repository", at, "complete", sightings=seen, listed=subjects)
        started = time.perf_counter()
        _work(
            engine,
            partial(_note, look),
            now=at,
        )
        seconds.append(time.perf_counter() - started)
        if day % 30 == 0:
            tell(f"day {day} of {days}")
    return seconds


def _note(look: Look, tx: Transaction) -> None:
    record_snapshot(tx, look, run_id=begin_run(tx, ["github"]))


def _sizes(engine: Engine) -> None:
    """The tables with their indices, largest first."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT m.tbl_name AS name, SUM(s.pgsize) AS bytes FROM dbstat s"
                " JOIN sqlite_master m ON m.name = s.name GROUP BY m.tbl_name ORDER BY 2 DESC"
            )
        ).all()
        for row in rows[:5]:
            count = connection.scalar(text(f'SELECT COUNT(*) FROM "{row.name}"'))
            say(f"- `{row.name}`: {row.bytes / 1e6:.1f} MB, {count:,} rows")


class _Counting:
    """A reader that counts its statements."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.statements = 0

    async def rows(self, *given: Any) -> Sequence[Any]:
        self.statements += 1
        return await self._reader.rows(*given)


Read = Callable[[Any, int], Awaitable[object]]


async def _measure(url: URL) -> None:
    async with open_database(url) as database:
        rows: list[tuple[str, int, float]] = []
        counted: dict[str, int] = {}
        seconds: dict[str, list[float]] = {name: [] for name in READS_OF}
        for name, read in READS_OF.items():
            counting = _Counting(database.reader)
            await read(counting, 1)
            counted[name] = counting.statements
        for _ in range(ROUNDS):
            for name, read in READS_OF.items():
                started = time.perf_counter()
                for turn in range(READS):
                    await read(database.reader, turn)
                seconds[name].append((time.perf_counter() - started) / READS)
        issue = statistics.median(seconds["one issue"])
        for name, taken in seconds.items():
            rows.append((name, counted[name], statistics.median(taken)))
        say("\n| read | statements | us | times one issue |\n|---|---|---|---|")
        for name, count, median in rows:
            say(f"| {name} | {count} | {median * 1e6:,.0f} | {median / issue:.1f} |")


def _viewer() -> Viewer:
    return Viewer(principal=PUBLIC, now=END, base_url=BASE_URL)


async def _issue(reader: Any, _: int) -> object:
    return await get_issue(reader, parse_ref("12"), viewer=_viewer())


async def _board(reader: Any, _: int) -> object:
    asked = Asked("trending", "week", "github", "repository")
    return await read_board(reader, asked, now=END, part=Part(limit=20))


async def _movers(reader: Any, _: int) -> object:
    asked = Asked("up", "week", "github", "repository")
    return await read_board(reader, asked, now=END, part=Part(limit=20))


async def _past(reader: Any, turn: int) -> object:
    day = (END - timedelta(days=turn)).date()
    asked = Asked("trending", "week", "github", "repository", date=day)
    return await read_board(reader, asked, now=END, part=Part(limit=20))


async def _history(reader: Any, turn: int) -> object:
    name = f"owner-{turn}/repository-{turn}"
    return await find_subject(reader, "github", "repository", name, now=END, base_url=BASE_URL)


READS_OF: dict[str, Read] = {
    "one issue": _issue,
    "a board, 20 entries": _board,
    "movers, 20 entries": _movers,
    "a board of a past day": _past,
    "a subject with its year": _history,
}


if __name__ == "__main__":
    main()
