"""How SQLite goes about the lists and the search: never through a whole table, never sorting one.

Read from EXPLAIN QUERY PLAN. A scan of an index in its order is what a list is: it ends with the
page.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from app.content.issue_view import View, select_issue
from app.content.queries import (
    catalogue,
    issues,
    printed_names,
    search_statements,
    series,
    subjects,
)
from app.content.queries.catalogue import ENTRIES, READING, SECTIONS, TOOLS, Shelf
from app.content.queries.printed_names import BYLINES, CATEGORIES, NameList
from app.content.search.index import index_of
from app.content.trends import boards
from app.models import PRINT_TABLES

DAYS: list[tuple[str, ...]] = [(), ("first_day",), ("last_day",), ("first_day", "last_day")]
BEYOND: list[tuple[str, ...]] = [(), ("after",), ("before",), ("after", "before")]
CASES = [
    (shelf, (*filters, *days), beyond)
    for shelf in (SECTIONS, TOOLS, READING, ENTRIES)
    for filters in [(), *((name,) for name in shelf.filters)]
    for days in DAYS
    for beyond in BEYOND
]


@pytest.fixture(scope="module")
def plan_of(sqlite_template: Path) -> Iterator[Any]:
    """How SQLite reads a statement: a plan needs the tables, and nothing in them."""
    with closing(sqlite3.connect(sqlite_template)) as connection:

        def plan(statement: Select[Any]) -> list[str]:
            compiled = statement.compile(
                dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}
            )
            values = ("x",) * len(compiled.positiontup or ())
            return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {compiled}", values)]

        yield plan


def assert_direct(plan: list[str], *, ordered_by: str | None = None) -> None:
    """No table is gone through but in the order of an index, and nothing is sorted."""
    for step in plan:
        assert "TEMP B-TREE" not in step, plan
        if step.startswith("SCAN") and step != "SCAN CONSTANT ROW":
            assert ordered_by is not None, plan
            assert step.endswith(f"USING INDEX {ordered_by}"), plan


@pytest.mark.slow
@pytest.mark.parametrize("shelf", [SECTIONS, TOOLS, READING, ENTRIES], ids=lambda each: each.name)
def test_a_list_is_read_in_the_order_of_an_index(plan_of: Any, shelf: Shelf) -> None:
    table = shelf.table.__tablename__
    cases = [(names, beyond) for each, names, beyond in CASES if each is shelf]
    for (names, beyond), is_last in product(cases, (False, True)):
        plan = plan_of(catalogue._list(shelf, frozenset(names), beyond, is_last=is_last))

        filtered = [name for name in names if name in shelf.filters]
        index = f"ix_{table}_{shelf.filters[filtered[0]] if filtered else 'newest'}"
        assert_direct(plan, ordered_by=None if names or beyond else index)
        assert f"{table} USING INDEX {index}" in plan[0], (names, beyond, is_last, plan)


@pytest.mark.parametrize("shelf", [SECTIONS, TOOLS, READING, ENTRIES], ids=lambda each: each.name)
def test_a_list_is_counted_in_an_index(plan_of: Any, shelf: Shelf) -> None:
    for names in [names for each, names, beyond in CASES if each is shelf and not beyond]:
        plan = plan_of(catalogue._count(shelf, frozenset(names)))

        assert len(plan) == 1, (names, plan)
        assert f"{shelf.table.__tablename__} USING COVERING INDEX" in plan[0], (names, plan)


@pytest.mark.parametrize("names", [CATEGORIES, BYLINES])
@pytest.mark.parametrize("has_end", [False, True])
@pytest.mark.parametrize("is_last", [False, True])
def test_names_are_counted_in_the_order_of_an_index(
    plan_of: Any, names: NameList, has_end: bool, is_last: bool
) -> None:
    plan = plan_of(printed_names._list(names, has_end=has_end, is_last=is_last))

    table = names.table.__tablename__
    assert f"{table} USING COVERING INDEX ix_{table}_{names.column}" in plan[0]
    assert_direct(plan)


@pytest.mark.parametrize(
    ("view", "status", "index"),
    [
        (View.PRINT, "published", "ix_issue_in_print"),
        (View.HEAD, "published", "ix_issue_in_print"),
        (View.HEAD, "draft", "ix_issue_not_in_print"),
        (View.HEAD, "all", "sqlite_autoindex_issue_1"),
    ],
)
def test_issues_are_read_in_the_order_of_their_days(
    plan_of: Any, view: View, status: issues.StatusFilter, index: str
) -> None:
    both = (False, True)
    for days, beyond, whole, is_last in product(DAYS, BEYOND, both, both):
        wanted = frozenset(days)
        plan = plan_of(issues._list(view, status, wanted, beyond, whole=whole, is_last=is_last))

        assert_direct(plan, ordered_by=index)
        assert f"issue USING INDEX {index}" in plan[0]
        # The neighbours of each issue, found without passing the drafts between.
        neighbours = [step for step in plan if re.match(r"SEARCH issue_[1-4] ", step)]
        assert all("USING COVERING INDEX ix_issue_in_print" in step for step in neighbours), plan


def test_sections_of_a_kind_are_found_by_their_issue(plan_of: Any) -> None:
    listed = issues._list(
        View.PRINT, "published", frozenset(), (), whole=False, kinds=2, is_last=False
    )
    for statement in (select_issue(View.PRINT, "number", whole=False, kinds=2), listed):
        plan = plan_of(statement)

        found = [step for step in plan if step.startswith("SEARCH section")]
        assert len(found) == 2, plan
        assert all(step.endswith("(issue_id=?)") for step in found), plan
        assert not any("TEMP B-TREE" in step for step in plan), plan


@pytest.mark.parametrize(
    "statement",
    [
        search_statements.select_ids,
        lambda index: search_statements.select_ids(index, oldest_first=True),
        search_statements.select_id_list,
        search_statements.select_words,
    ],
)
def test_a_search_follows_the_full_text_index(plan_of: Any, statement: Any) -> None:
    plan = plan_of(statement(index_of("sqlite")))

    first, *others = [step for step in plan if not step.startswith(("CO-ROUTINE", "SCAN anon"))]
    assert "search_index VIRTUAL TABLE INDEX" in first, plan
    assert "search_entry USING INTEGER PRIMARY KEY (rowid=?)" in others[0], plan
    assert_direct(others)


@pytest.mark.parametrize("count", [1, 100])
def test_the_hits_of_a_page_are_fetched_by_their_ids(plan_of: Any, count: int) -> None:
    plan = plan_of(search_statements.select_hits(count))

    assert_direct(plan)
    assert "search_entry USING INTEGER PRIMARY KEY" in plan[0], plan


def test_every_table_of_print_is_looked_at_here() -> None:
    listed = {shelf.table for shelf, _, _ in CASES}

    assert {table.__name__ for table in PRINT_TABLES} == {
        "SearchEntry",
        *(table.__name__ for table in listed),
    }


def test_lines_are_read_by_the_names_of_their_subjects(plan_of: Any) -> None:
    named = {"sources": ["github"], "kinds": ["repository"], "external_ids": ["a/b", "c/d"]}
    instants = {"since": datetime.now(UTC), "until": datetime.now(UTC)}
    plan = plan_of(series._select_series().params(**named, **instants))

    assert not [step for step in plan if step.startswith(("SCAN", "MATERIALIZE"))], plan
    assert "observation USING PRIMARY KEY (subject_id=? AND snapshot_id=?)" in plan[1], plan


@pytest.mark.parametrize("by_kind", [False, True])
@pytest.mark.parametrize("by_source", [False, True])
def test_boards_are_found_by_their_place_whatever_their_history(
    plan_of: Any, by_source: bool, by_kind: bool
) -> None:
    plan = plan_of(boards.select_boards(by_source=by_source, by_kind=by_kind))

    assert "SEARCH board USING INTEGER PRIMARY KEY (rowid=?)" in plan
    # A search of the whole place, the time included: never through the history of a kind.
    looks = [step for step in plan if "ix_board_place" in step]
    assert looks
    assert all("window=? AND observed_at<?" in step for step in looks), plan
    assert not [step for step in plan if step.startswith("SCAN board")], plan


def test_appearances_are_read_by_the_names_of_their_subject(plan_of: Any) -> None:
    """Never by its kind: that is every entry of the kind that was ever printed."""
    now = datetime(2026, 5, 3, tzinfo=UTC)
    given = {"now": now, "source": "github", "kind": "repository", "names": ["a", "b"], "limit": 1}
    plan = plan_of(subjects._select_appearances().params(given))

    assert "trending_entry USING INDEX ix_trending_entry_external_id (external_id=?" in plan[0]
    assert not any(step.startswith("SCAN") for step in plan), plan
