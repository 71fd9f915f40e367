"""Papers that are full, for tests of what is best seen in one: each is filled once and copied.

A test that asks for one of the fixtures below finds its database filled, and may do with it as it
likes. To fill it takes up to four seconds, to copy it a hundredth of that.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import URL

from app.content.access import COMMAND_LINE
from app.content.commands.demo import seed
from app.content.commands.transaction import Transaction, transaction
from app.db import write_engine
from app.demo import demo_issues
from app.demo.history import demo_history

NOW = datetime(2026, 5, 3, 6, 0, tzinfo=UTC)
"""When they are filled: the moment at which the clock of every test stands at first."""
DAYS = 25
"""Enough for every board but that of a month."""


@pytest.fixture
def twelve_issues(database_url: str) -> None:
    """The demo issues in print, and no history."""


@pytest.fixture
def demo(database_url: str) -> None:
    """The demo issues in print, and the last weeks of the invented history."""


@pytest.fixture
def whole_demo(database_url: str) -> None:
    """What `morningpost demo` makes."""


def _fill_with_issues(tx: Transaction) -> None:
    seed(tx, demo_issues())


def _fill_with_weeks(tx: Transaction) -> None:
    seed(tx, demo_issues(), demo_history(until=tx.now, days=DAYS))


def _fill_with_everything(tx: Transaction) -> None:
    seed(tx, demo_issues(), demo_history(until=tx.now))


FULL: dict[str, Callable[[Transaction], None]] = {
    twelve_issues.__name__: _fill_with_issues,
    demo.__name__: _fill_with_weeks,
    whole_demo.__name__: _fill_with_everything,
}
"""How each is filled, by the name of its fixture."""


def full_paper_of(request: pytest.FixtureRequest) -> str | None:
    """Which of them a test asks for, if any."""
    asked = FULL.keys() & set(request.fixturenames)
    assert len(asked) < 2, "a test has one database"
    return next(iter(asked), None)


def fill(name: str, url: URL) -> None:
    """Make one of them, in an empty database."""
    engine = write_engine(url)
    with transaction(engine, principal=COMMAND_LINE, now=NOW) as tx:
        FULL[name](tx)
    engine.dispose()
