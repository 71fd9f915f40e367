"""Database sessions of the command line, which acts with all scopes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Protocol, TypeVar

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands import transaction
from app.content.commands.transaction import Transaction, perform
from app.content.observed import FiguresAhead
from app.content.queries.issues import Viewer
from app.content.queries.paging import MAX_LIMIT, Page, Part
from app.content.queries.schema_version import read_standing
from app.db import Database, open_database, read_engine, write_engine
from app.schema import Standing
from app.web.state import print_rules_of

T = TypeVar("T")


class Perform(Protocol):
    """Runs work in a transaction."""

    def __call__(self, work: Callable[[Transaction], T], /) -> T: ...


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def writing(settings: Settings) -> Iterator[Perform]:
    """Open the database for writing; yields a function that runs work in a transaction."""
    engine = write_engine(settings.database)
    try:
        figures = FiguresAhead()
        yield lambda work: perform(
            engine,
            work,
            principal=COMMAND_LINE,
            clock=utc_now,
            base_url=settings.public_url,
            rules=print_rules_of(settings),
            figures=figures,
        )
    finally:
        engine.dispose()


@contextmanager
def judging(settings: Settings) -> Iterator[Callable[[Callable[[Transaction], T]], T]]:
    """Open the database; yields a function that runs work read-only."""
    engine = write_engine(settings.database)
    figures = FiguresAhead()

    def judge(work: Callable[[Transaction], T]) -> T:
        with (
            read_engine(engine).connect() as connection,
            transaction.reading(
                connection,
                principal=COMMAND_LINE,
                now=utc_now(),
                rules=print_rules_of(settings),
                figures=figures,
            ) as tx,
        ):
            return work(tx)

    try:
        yield judge
    finally:
        engine.dispose()


def reading(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database and run work that reads."""

    async def run() -> T:
        async with open_database(settings.database, settings.postgres) as database:
            return await work(database)

    return asyncio.run(run())


def standing_in(settings: Settings) -> Standing:
    """Compare the schema of the database with what this code needs."""
    return reading(settings, lambda database: read_standing(database.primary))


def viewer(settings: Settings) -> Viewer:
    """Return the command line as a viewer, which sees drafts."""
    return Viewer(principal=COMMAND_LINE, now=utc_now(), base_url=settings.public_url)


def all_pages(query: Callable[..., Awaitable[Page]]) -> Page:
    """Read all pages of a list as one; `query` takes a reader, `principal` and `part`."""

    async def work(database: Database) -> Page:
        read = partial(query, database.reader, principal=COMMAND_LINE)
        page = await read(part=Part(MAX_LIMIT))
        found = [*page.items]
        while page.next_cursor is not None:
            page = await read(part=Part(MAX_LIMIT, after=page.next_cursor))
            found += page.items
        return Page(found, limit=page.limit, next_cursor=None, total=len(found))

    return reading(Settings(), work)
