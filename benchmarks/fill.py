"""Publish synthetic issues, to measure with or to develop against a large paper.

    python -m benchmarks.fill 1000 --seed 1

It writes to the database of the settings (`MORNINGPOST_DATABASE_URL`). There is no command that
removes the issues again.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date as Date, timedelta
from functools import partial

import orjson

from app.cli.output import complain, print_json, progress, stdout
from app.cli.session import reading, viewer, writing
from app.config import Settings
from app.content.commands.issues import add_issue
from app.content.commands.transaction import Transaction
from app.content.queries.exports import list_exported
from app.db import Database
from app.errors import MorningPostError
from benchmarks.synthetic import synthetic_issue

DAY_AFTER = Date(2026, 1, 1)
"""End of the dates in an empty database. It is fixed, so that equal commands give equal papers."""

_BATCH = 20
"""Issues per transaction: they share a disk sync, and other writers do not wait for long."""


def fill(settings: Settings, count: int, *, seed: int) -> tuple[Date, Date]:
    """Publish `count` issues, one a day, before the oldest issue; return the first and last date.

    Raises `ValueError` if there are fewer free dates.
    """
    end = reading(settings, partial(_oldest_day, settings)) or DAY_AFTER
    free = (end - Date.min).days
    if count > free:
        raise ValueError(
            f"Only {free:,} days lie between the year 1 and {end}: ask for no more issues."
        )
    first = end - timedelta(days=count)
    with writing(settings) as perform, progress() as bar:
        task = bar.add_task("Filling", total=count)
        # Oldest first, so that later dates have higher numbers.
        for start in range(0, count, _BATCH):
            days = [first + timedelta(days=n) for n in range(start, min(start + _BATCH, count))]
            perform(partial(_add, days, seed))
            bar.advance(task, len(days))
    return first, end - timedelta(days=1)


async def _oldest_day(settings: Settings, database: Database) -> Date | None:
    oldest = await list_exported(
        database.reader, "all", viewer=viewer(settings), after=None, limit=1
    )
    return oldest[0][0] if oldest else None


def _add(days: Sequence[Date], seed: int, tx: Transaction) -> None:
    for day in days:
        add_issue(tx, synthetic_issue(day, seed=seed), publish=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Exit codes: 0 done, 1 refused or failed, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fill", description=__doc__)
    parser.add_argument("count", type=_positive, metavar="N", help="issues to publish")
    parser.add_argument("--seed", type=int, default=1, help="varies the content (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    try:
        first, last = fill(Settings(), given.count, seed=given.seed)
    except (MorningPostError, ValueError) as error:
        complain(str(error))
        sys.exit(1)
    if given.json:
        filled = {"issues": given.count, "from": first, "to": last, "seed": given.seed}
        print_json(orjson.dumps(filled))
    else:
        stdout.print(f"Published {given.count:,} synthetic issues, of {first} to {last}.")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    main()
