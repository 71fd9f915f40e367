"""Batches: pieces of work that share a transaction, each saved or refused alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import Engine, func, select, text

from app.content.access import COMMAND_LINE
from app.content.commands import issues
from app.content.commands.batches import BATCH_SECONDS, attempt_each
from app.content.commands.transaction import Transaction, perform
from app.errors import Conflict
from app.models.search_entry import SearchEntry
from app.models.section import Section
from tests.factories import issue, whole_issue

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 5, 3, 6, 0, tzinfo=UTC)
Work = Callable[[Transaction], int]


def print_issue(day: int, tx: Transaction) -> int:
    document = issue(date=f"2026-05-0{day}")
    return issues.create(tx, payload=lambda: document, publish=True, base_url="").number


def refused(tx: Transaction) -> int:
    tx.insert_rows()  # as a change of what is in print does
    raise Conflict("refused", "No.")


def sections_in_print(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(Section)).scalar_one())


def test_a_refused_piece_of_work_takes_no_row_of_the_others_away(engine: Engine) -> None:
    alone: list[Work] = [partial(print_issue, 1)]
    batch: list[Work] = [partial(print_issue, 2), refused, partial(print_issue, 3)]

    perform(engine, partial(attempt_each, works=alone), principal=COMMAND_LINE, clock=lambda: NOW)
    each = sections_in_print(engine)
    results = perform(
        engine,
        partial(attempt_each, works=batch, monotonic=lambda: 0.0),
        principal=COMMAND_LINE,
        clock=lambda: NOW,
    )

    assert [type(result) for result in results] == [int, Conflict, int]
    assert sections_in_print(engine) == 3 * each


def test_a_batch_ends_in_time_for_other_writers(engine: Engine) -> None:
    times = iter([0.0, BATCH_SECONDS / 2, BATCH_SECONDS, BATCH_SECONDS * 2])
    works: list[Work] = [partial(print_issue, day) for day in (1, 2, 3)]

    results = perform(
        engine,
        partial(attempt_each, works=works, monotonic=lambda: next(times)),
        principal=COMMAND_LINE,
        clock=lambda: NOW,
    )

    assert results == [1, 2]


def test_the_search_entries_of_an_issue_are_no_full_text_segments_of_their_own(
    engine: Engine,
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("segments are those of FTS5")
    document = whole_issue()

    perform(
        engine,
        partial(issues.create, payload=lambda: document, publish=True, base_url=""),
        principal=COMMAND_LINE,
        clock=lambda: NOW,
    )

    with engine.connect() as connection:
        entries = connection.execute(select(func.count()).select_from(SearchEntry)).scalar_one()
        counted = text("SELECT count(DISTINCT segid) FROM search_index_idx")
        segments = connection.execute(counted).scalar_one()
    assert entries >= 10
    assert 1 <= segments <= entries.bit_count()
