"""How the command line works on the database of the settings: as itself, with all scopes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands import transaction
from app.content.commands.transaction import Transaction, perform
from app.content.queries.issues import Viewer
from app.db import Database, open_database, read_engine, write_engine

T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def writing(settings: Settings) -> Iterator[Callable[[Callable[[Transaction], T]], T]]:
    """Open the database; what it gives does one piece of work in one transaction."""
    engine = write_engine(settings.database)
    try:
        yield lambda work: perform(engine, work, principal=COMMAND_LINE, clock=utc_now)
    finally:
        engine.dispose()


@contextmanager
def judging(settings: Settings) -> Iterator[Callable[[Callable[[Transaction], T]], T]]:
    """Open the database; what it gives does one piece of work that only reads."""
    engine = write_engine(settings.database)

    def judge(work: Callable[[Transaction], T]) -> T:
        with (
            read_engine(engine).connect() as connection,
            transaction.reading(connection, principal=COMMAND_LINE, now=utc_now()) as tx,
        ):
            return work(tx)

    try:
        yield judge
    finally:
        engine.dispose()


def reading(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database and run work that reads."""

    async def run() -> T:
        async with open_database(settings.database) as database:
            return await work(database)

    return asyncio.run(run())


def viewer(settings: Settings) -> Viewer:
    """The command line as a reader: it sees heads and drafts."""
    return Viewer(principal=COMMAND_LINE, now=utc_now(), base_url=settings.public_url)
