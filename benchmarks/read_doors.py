"""What one issue costs to read: through which door, and from which tables.

    python -m benchmarks.read_doors

The figures of docs/adr/0002 and docs/adr/0004 come from here. All doors run the same statement,
the one that `GET /v1/issues/{ref}` runs, on the same 240 issues (the demo issues, again and
again), a different issue each time. Variants take turns in each round, so that a busy moment of
the machine meets all of them; what is shown is the median of the rounds. It takes about a minute.

The door over aiosqlite is measured where that package can be imported. PostgreSQL is started by
`tests/servers/postgres.py`, so the development packages must be installed.
"""

import asyncio
import itertools
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import orjson
import uvloop
from sqlalchemy import URL, Engine, Row, Select, bindparam, create_engine, event, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import Session, col

from app.content.access import COMMAND_LINE
from app.content.blocks.trending import PrintedEntry
from app.content.commands.issues import add_issue
from app.content.commands.transaction import perform
from app.content.documents import compile_issue, stored_issue
from app.content.issue_view import View, answer_of, document_of, select_issue, select_issues
from app.db import Reader, open_database, write_engine
from app.demo import demo_issues
from app.migrations import upgrade
from app.models.issue import Issue
from app.models.reading import ReadingItem, ReadingItemShape
from app.models.revision import IssueRevision
from app.models.section import Section
from app.models.tool import Tool, ToolShape
from app.models.trending import TrendingEntry
from app.models.values import Shape
from tests.servers.postgres import PostgresServer

ISSUES = 240
ROUNDS = 9
READS = 112
"""Reads of one variant in one round."""
AT_ONCE = 16
"""Readers at once in the second column: as many as a small front end has open."""

BASE_URL = "http://paper.test"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
STATEMENT = select_issue(View.PRINT, "number")

Read = Callable[[int], Awaitable[object]]
"""Reads the issue of a number."""


def main() -> None:
    """Measure everything and print tables in Markdown."""
    say(f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    say(f"{ISSUES} issues, {ROUNDS} rounds of {READS} reads, medians in us a read\n")
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer(durable=False) as server,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        path = Path(folder, "benchmark.db")
        runner.run(measure("SQLite", URL.create("sqlite+pysqlite", database=str(path))))
        runner.run(measure("PostgreSQL", server.url().set(drivername="postgresql+psycopg")))


async def measure(title: str, url: URL) -> None:
    """Fill a database, then measure its doors, and what stands behind the first of them."""
    upgrade(url)
    fill(url)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(url))
        doors = {"our Reader": through_reader(database.reader)}
        is_sqlite = url.get_backend_name() == "sqlite"
        others = other_sqlite_doors(url) if is_sqlite else other_postgres_doors(url)
        doors |= await stack.enter_async_context(others)
        await show(f"{title}: one row through each door", doors, first="our Reader")
        ways = ways_to_a_document(database.reader)
        await check(ways)
        await show(
            f"{title}: one whole document, through the Reader", ways, first="stored document"
        )


def fill(url: URL) -> None:
    """Publish the demo issues over and over, a day after another."""
    engine = write_engine(url)
    try:
        for number, demo in zip(range(1, ISSUES + 1), itertools.cycle(demo_issues())):
            document = dict(demo)
            for name in ("number", "slug", "status", "links"):
                document.pop(name, None)
            document["date"] = str(date(2026, 1, 1) + timedelta(days=number))
            perform(
                engine,
                lambda tx, document=document: add_issue(tx, document, publish=True).number,  # type: ignore[misc]
                principal=COMMAND_LINE,
                clock=lambda: NOW,
            )
    finally:
        engine.dispose()


# ------------------------------------------------------------------------------------ doors


def asked(number: int) -> dict[str, object]:
    return {"ref": number, "now": NOW}


def through_reader(reader: Reader) -> Read:
    async def read(number: int) -> object:
        return (await reader.rows(STATEMENT, asked(number)))[0]

    return read


def through_session(engine: Engine) -> Read:
    """A sync session, in the event loop itself."""

    async def read(number: int) -> object:
        return in_session(engine, number)

    return read


def through_thread(engine: Engine) -> Read:
    """A sync session, in a thread of the loop's own pool."""

    async def read(number: int) -> object:
        return await asyncio.to_thread(in_session, engine, number)

    return read


def in_session(engine: Engine, number: int) -> Row[Any]:
    with Session(engine) as session:
        return session.execute(STATEMENT, asked(number)).one()


def through_async_session(engine: Any) -> Read:
    async def read(number: int) -> object:
        async with AsyncSession(engine) as session:
            return (await session.execute(STATEMENT, asked(number))).one()

    return read


@asynccontextmanager
async def other_sqlite_doors(url: URL) -> AsyncIterator[dict[str, Read]]:
    """The doors that SQLite does not get, prepared as well as the one that it gets."""
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", prepare)
    doors = {
        "sync session in the loop": through_session(engine),
        "sync session in a thread": through_thread(engine),
    }
    if find_spec("aiosqlite") is None:
        say("(aiosqlite is not installed: its door is left out)\n")
        yield doors
    else:
        over = create_async_engine(url.set(drivername="sqlite+aiosqlite"))
        doors["async session over aiosqlite"] = through_async_session(over)
        yield doors
        await over.dispose()
    engine.dispose()


def prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA cache_size = -65536")


@asynccontextmanager
async def other_postgres_doors(url: URL) -> AsyncIterator[dict[str, Read]]:
    """The doors that PostgreSQL does not get; `AUTOCOMMIT` spares BEGIN and ROLLBACK."""
    sync = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=AT_ONCE)
    plain = create_async_engine(url, pool_size=8, max_overflow=0)
    quick = create_async_engine(url, pool_size=8, max_overflow=0, isolation_level="AUTOCOMMIT")
    yield {
        "async session, AUTOCOMMIT": through_async_session(quick),
        "async session, as it comes": through_async_session(plain),
        "sync session in a thread, AUTOCOMMIT": through_thread(sync),
    }
    sync.dispose()
    await plain.dispose()
    await quick.dispose()


# ---------------------------------------------------------------------------------- documents

# Built once, as the house builds its own: SQLAlchemy takes longer to build a statement than SQLite
# to run it.
OF_ISSUE = select_issues(View.PRINT, whole=False).where(STATEMENT.whereclause)  # type: ignore[arg-type]
SECTIONS = (
    select(col(Section.compiled), col(Section.kind), col(Section.section_position))
    .where(col(Section.issue_id) == bindparam("issue_id"))
    .order_by(col(Section.section_position))
)
DOCUMENT = (
    select(col(IssueRevision.document))
    .join(
        Issue,
        (col(Issue.id) == col(IssueRevision.issue_id))
        & (col(Issue.print_revision) == col(IssueRevision.number)),
    )
    .where(col(Issue.number) == bindparam("ref"))
)
MEMBERS = {"tools": "tools", "trending": "entries", "movers": "entries", "reading": "items"}


@dataclass(frozen=True)
class Items:
    """How the items of some kinds of section are read from their rows."""

    member: str
    shape: type[Shape]
    statement: Select[Any]

    @classmethod
    def of(cls, member: str, table: type[Any], shape: type[Shape]) -> Self:
        columns = [col(getattr(table, name)) for name in ("section_position", *shape.model_fields)]
        statement = select(*columns).where(col(table.issue_id) == bindparam("issue_id"))
        return cls(member, shape, statement.order_by(table.section_position, table.position))


ITEMS = (
    Items.of("tools", Tool, ToolShape),
    Items.of("entries", TrendingEntry, PrintedEntry),
    Items.of("items", ReadingItem, ReadingItemShape),
)


def ways_to_a_document(reader: Reader) -> dict[str, Read]:
    """From the stored bytes, from the rows of print, and from the document as it was posted."""

    async def stored(number: int) -> object:
        row = (await reader.rows(STATEMENT, asked(number)))[0]
        return answer_of(row, view=View.PRINT, now=NOW, base_url=BASE_URL).body

    async def from_rows(number: int) -> object:
        return await assembled(reader, number, through_shapes=False)

    async def from_shapes(number: int) -> object:
        return await assembled(reader, number, through_shapes=True)

    async def compiled_anew(number: int) -> object:
        row = (await reader.rows(DOCUMENT, {"ref": number}))[0]
        return compile_issue(stored_issue(row.document)).sections

    return {
        "stored document": stored,
        "rows of print, as dictionaries": from_rows,
        "rows of print, through Pydantic shapes": from_shapes,
        "compiled anew at each read": compiled_anew,
    }


async def assembled(reader: Reader, number: int, *, through_shapes: bool) -> bytes:
    """Build a document of its rows: five statements. Stories still come compiled."""
    row = (await reader.rows(OF_ISSUE, asked(number)))[0]
    document = document_of(row, view=View.PRINT, now=NOW, base_url=BASE_URL)
    items: dict[int, list[dict[str, object]]] = {}
    for kind in ITEMS:
        names = list(kind.shape.model_fields)
        for found in await reader.rows(kind.statement, {"issue_id": row.id}):
            item: dict[str, object] = dict(zip(names, found[1:], strict=True))
            if through_shapes:
                item = kind.shape.model_validate(item).model_dump()
            items.setdefault(found.section_position, []).append(item)
    sections: list[object] = []
    for found in await reader.rows(SECTIONS, {"issue_id": row.id}):
        if found.kind not in MEMBERS:
            sections.append(orjson.Fragment(found.compiled))
            continue
        section = orjson.loads(found.compiled)
        section[MEMBERS[found.kind]] = items.get(found.section_position, [])
        sections.append(section)
    document["sections"] = sections
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)


async def check(ways: dict[str, Read]) -> None:
    """See to it that the ways that assemble a whole document arrive at the same one."""
    sizes = []
    for number in range(1, ISSUES + 1):
        whole, *others = [await read(number) for read in list(ways.values())[:3]]
        assert isinstance(whole, bytes)
        sizes.append(len(whole))
        for other in others:
            assert isinstance(other, bytes)
            assert orjson.loads(other) == orjson.loads(whole), f"issue {number} differs"
    say(f"(documents of {min(sizes):,} to {max(sizes):,} bytes, all ways agree)\n")


# -------------------------------------------------------------------------------- measuring


async def show(title: str, variants: dict[str, Read], *, first: str) -> None:
    """Measure variants in turn and print them with their ratio to the first."""
    alone: dict[str, list[float]] = {name: [] for name in variants}
    together: dict[str, list[float]] = {name: [] for name in variants}
    numbers = itertools.cycle(range(1, ISSUES + 1))
    for turn in range(ROUNDS + 1):
        for name, read in variants.items():
            one, many = await _one_by_one(read, numbers), await _at_once(read, numbers)
            if turn:  # the first round warms up
                alone[name].append(one)
                together[name].append(many)
    say(f"### {title}\n")
    say(f"| | one by one | ratio | {AT_ONCE} at once | ratio |")
    say("|---|---:|---:|---:|---:|")
    for name in variants:
        cells = [name]
        for taken in (alone, together):
            median, best = statistics.median(taken[name]), statistics.median(taken[first])
            cells += [f"{median:.0f}", f"{median / best:.1f}"]
        say(f"| {' | '.join(cells)} |")
    say("")


async def _one_by_one(read: Read, numbers: "itertools.cycle[int]") -> float:
    started = time.perf_counter()
    for _ in range(READS):
        await read(next(numbers))
    return (time.perf_counter() - started) / READS * 1e6


async def _at_once(read: Read, numbers: "itertools.cycle[int]") -> float:
    async def reader() -> None:
        for _ in range(READS // AT_ONCE):
            await read(next(numbers))

    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(reader())
    return (time.perf_counter() - started) / (READS // AT_ONCE * AT_ONCE) * 1e6


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
