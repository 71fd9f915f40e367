"""What a year of snapshots costs: bytes, statements and time, beside one issue in the same run.

    python -m benchmarks.trends --subjects 5000 --days 365

It records a snapshot of so many invented repositories a day, as a sync run does, while an editor
saves a draft again and again. Then it reads boards, movers and the history of a subject, gives up
old observations as every run does, and reads again. In one process, through the reader that the
server uses.
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
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import uvloop
from sqlalchemy import URL, Connection, Engine, text

from app.content.access import COMMAND_LINE, PUBLIC
from app.content.commands.issues import add_issue
from app.content.commands.sync_runs import begin_run, prune_observations
from app.content.commands.transaction import Transaction, perform, transaction
from app.content.queries.issues import Viewer, get_issue
from app.content.queries.paging import Part
from app.content.queries.subjects import find_subject
from app.content.queries.trending import read_board
from app.content.ref import parse_ref
from app.content.trends.boards import Asked
from app.db import Reader, open_database, write_engine
from app.demo import demo_issues
from app.interpreter import tune_interpreter
from app.migrations import upgrade
from app.models.sighting import Look, Sighting
from app.sync.recording import record
from benchmarks.output import say, tell

T = TypeVar("T")

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
    tune_interpreter()
    with tempfile.TemporaryDirectory() as folder:
        url = URL.create("sqlite+pysqlite", database=str(Path(folder, "trends.db")))
        upgrade(url)
        engine = write_engine(url)
        _work(engine, lambda tx: add_issue(tx, demo_issues()[-1], publish=True), now=END)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            recorded = runner.run(_record(url, subjects=given.subjects, days=given.days))
        median, longest = statistics.median(recorded.snapshots), max(recorded.snapshots)
        say(f"\na snapshot with its boards is recorded in {median:.2f} s, at most {longest:.2f} s")
        say(
            f"of {len(recorded.saves):,} saves of an editor meanwhile the median took "
            f"{statistics.median(recorded.saves) * 1e3:.0f} ms, the longest "
            f"{max(recorded.saves) * 1e3:.0f} ms\n"
        )
        say("\n".join(_holds(recorded)) + "\n")
        say("**every observation kept**\n")
        _sizes(engine)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_measure(url))
        while _work(engine, prune_observations, now=END):
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


@dataclass
class Recorded:
    """What recording took, in seconds."""

    snapshots: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    """Waits of an editor who saves an issue again and again meanwhile."""
    holds: dict[str, list[float]] = field(default_factory=dict)
    """How long the transactions of a run held SQLite's only writer, by the work they did."""


def _holds(recorded: Recorded) -> list[str]:
    """The transactions of a run as a table, the longest first."""
    rows = sorted(recorded.holds.items(), key=lambda row: -max(row[1]))
    return [
        "| transaction | times | median ms | longest ms |",
        "|---|---|---|---|",
        *(
            f"| `{name}` | {len(taken):,} | {statistics.median(taken) * 1e3:.0f} | "
            f"{max(taken) * 1e3:.0f} |"
            for name, taken in rows
        ),
    ]


async def _record(url: URL, *, subjects: int, days: int) -> Recorded:
    """Record a snapshot a day as a sync run does, beside an editor who saves."""
    random, recorded = Random("a year"), Recorded()
    stars = [random.randint(50, 60_000) for _ in range(subjects)]
    async with open_database(url) as database:
        for day in range(days):
            at = END - timedelta(days=days - 1 - day)
            for number in range(subjects):
                stars[number] += random.choice((0, 0, 0, 1, 2, 5, 30, -1))
            look = Look(
                *("github", "repository", at, "complete"),
                sightings=[_sighting(number, count) for number, count in enumerate(stars)],
                listed=subjects,
            )

            async def write(work: Callable[[Transaction], T], at: datetime = at) -> T:
                held = recorded.holds.setdefault(_name_of(work), [])

                def timed(bind: Engine | Connection) -> T:
                    started = time.perf_counter()
                    try:
                        return perform(bind, work, principal=COMMAND_LINE, clock=lambda: at)
                    finally:
                        held.append(time.perf_counter() - started)

                return await database.write(timed)

            run_id = await write(partial(begin_run, sources=["github"]))
            editor = asyncio.create_task(_save(write, recorded.saves))
            started = time.perf_counter()
            await record(database, write, look, run_id=run_id)
            recorded.snapshots.append(time.perf_counter() - started)
            editor.cancel()
            await asyncio.gather(editor, return_exceptions=True)
            while await write(prune_observations):
                pass
            if day % 10 == 0:
                tell(f"day {day} of {days}")
    return recorded


def _name_of(work: Callable[..., Any]) -> str:
    function = work.func if isinstance(work, partial) else work
    return str(getattr(function, "__name__", function))


def _sighting(number: int, stars: int) -> Sighting:
    return Sighting(
        upstream_id=str(number),
        external_id=f"owner-{number % 900}/repository-{number}",
        name=f"repository-{number}",
        url=f"https://example.com/owner-{number % 900}/repository-{number}",
        summary="An invented repository of the length that descriptions usually have.",
        language="Python",
        stars=max(stars, 0),
        forks=max(stars, 0) // 9,
    )


async def _save(write: Any, waits: list[float]) -> None:
    """Save a small draft every 50 ms, and note how long each save took."""
    while True:
        await asyncio.sleep(0.05)
        started = time.perf_counter()
        await asyncio.shield(write(_save_draft))
        waits.append(time.perf_counter() - started)


def _save_draft(tx: Transaction) -> None:
    draft = {"date": "2027-01-01", "title": "A draft", "slug": "a-draft", "sections": []}
    if tx.session.scalar(text("SELECT 1 FROM issue WHERE slug = 'a-draft'")) is None:
        add_issue(tx, draft, publish=False)
    tx.session.execute(text("UPDATE issue SET slug = slug WHERE slug = 'a-draft'"))


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
