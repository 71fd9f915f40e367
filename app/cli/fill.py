"""`issues fill`: synthetic issues in any number, to measure with and to try things out."""

from collections.abc import Sequence
from datetime import date as Date, timedelta
from functools import partial

import orjson
import typer

from app.cli.output import JsonOption, Refusal, complain, print_json, progress, stdout
from app.cli.session import reading, viewer, writing
from app.config import Settings
from app.content.commands.issues import add_issue
from app.content.commands.transaction import Transaction
from app.content.queries.issues import IssueFilter, list_documents
from app.db import Database
from app.demo.synthetic import synthetic_issue

DAY_AFTER = Date(2026, 1, 1)
"""Where an empty paper is filled up to: a fixed day, so that equal commands make equal papers."""

_STEP = 20
"""Issues in a transaction: they share a sync of the disk, and no other writer waits for long."""


def fill(
    count: int = typer.Argument(min=1, metavar="N", help="How many issues to make, a day each."),
    seed: int = typer.Option(1, help="What the content follows from, besides the day."),
    as_json: bool = JsonOption,
) -> None:
    """Publish synthetic issues on the days before the oldest issue; each says what it is."""
    settings = Settings()
    end = reading(settings, partial(_oldest_day, settings)) or DAY_AFTER
    free = (end - Date.min).days
    if count > free:
        complain(f"Only {free:,} days lie between the year 1 and {end}: ask for no more issues.")
        raise Refusal
    first = end - timedelta(days=count)
    with writing(settings) as perform, progress() as bar:
        task = bar.add_task("Filling", total=count)
        # From the oldest on, so that later days have higher numbers.
        for start in range(0, count, _STEP):
            days = [first + timedelta(days=n) for n in range(start, min(start + _STEP, count))]
            perform(partial(_add, days, seed))
            bar.advance(task, len(days))
    last = end - timedelta(days=1)
    if as_json:
        print_json(orjson.dumps({"issues": count, "from": first, "to": last, "seed": seed}))
    else:
        stdout.print(f"Published {count:,} synthetic issues, of {first} to {last}.")


async def _oldest_day(settings: Settings, database: Database) -> Date | None:
    everything = IssueFilter(status="all")
    oldest = await list_documents(
        database.reader, viewer=viewer(settings), where=everything, after=None, limit=1
    )
    return oldest[0][0] if oldest else None


def _add(days: Sequence[Date], seed: int, tx: Transaction) -> None:
    for day in days:
        add_issue(tx, synthetic_issue(day, seed=seed), publish=True)
