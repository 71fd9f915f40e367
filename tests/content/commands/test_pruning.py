"""The notes of changes are pruned: the old ones, some at a time, and never those still needed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select
from sqlmodel import col

from app.content.access import COMMAND_LINE
from app.content.commands import pruning
from app.content.commands.transaction import transaction
from app.models.content_version import PAPER, TRENDING, ContentChange
from tests.conftest import Clock

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def short_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "KEPT_ROWS", 5)
    monkeypatch.setattr(pruning, "PRUNED_AT_ONCE", 3)


def note(engine: Engine, *times: datetime, name: str = PAPER) -> None:
    """Put changes into the table, as they were noted at these times."""
    with engine.begin() as connection:
        for time in times:
            connection.execute(
                insert(ContentChange).values(
                    version_name=name, version_number=1, changed_at=time, action="updated"
                )
            )


def change(engine: Engine, now: datetime) -> None:
    with transaction(engine, principal=COMMAND_LINE, now=now) as tx:
        tx.note_indexing()


def ids(engine: Engine) -> Sequence[int | None]:
    with engine.connect() as connection:
        return connection.scalars(
            select(col(ContentChange.id)).order_by(col(ContentChange.id))
        ).all()


def test_each_change_deletes_some_of_those_beyond_the_kept_rows(
    engine: Engine, clock: Clock
) -> None:
    note(engine, *[clock() - 8 * DAY] * 12)

    change(engine, clock())
    first = ids(engine)
    change(engine, clock())
    second = ids(engine)
    change(engine, clock())

    assert first == list(range(5, 14))  # three, and one for the one that was added
    assert second == list(range(9, 15))
    assert ids(engine) == list(range(11, 16))


def test_changes_of_the_last_days_are_kept_however_many(engine: Engine, clock: Clock) -> None:
    note(engine, clock() - 7 * DAY - timedelta(seconds=1), *[clock() - 7 * DAY] * 12)

    change(engine, clock())

    assert ids(engine) == list(range(2, 15))


def test_the_newest_changes_are_kept_however_old(engine: Engine, clock: Clock) -> None:
    note(engine, *[clock() - 900 * DAY] * 4)

    change(engine, clock())

    assert ids(engine) == [1, 2, 3, 4, 5]


def test_no_change_is_deleted_before_an_earlier_one(engine: Engine, clock: Clock) -> None:
    """A clock that was ahead leaves a young change among old ones: all behind it stay."""
    note(engine, clock() - 8 * DAY, clock() + DAY, *[clock() - 8 * DAY] * 9)

    change(engine, clock())

    assert ids(engine) == list(range(2, 13))


def test_changes_of_the_trends_are_pruned_with_the_papers(engine: Engine, clock: Clock) -> None:
    note(engine, *[clock() - 8 * DAY] * 9, name=TRENDING)

    change(engine, clock())

    assert ids(engine) == list(range(5, 11))


def test_a_change_that_is_undone_deletes_nothing(engine: Engine, clock: Clock) -> None:
    note(engine, *[clock() - 8 * DAY] * 12)

    def change_and_fail() -> None:
        with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
            tx.note_indexing()
            tx.settle()
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        change_and_fail()

    assert ids(engine) == list(range(1, 13))
