"""The guard of the whole suite: it sees what reads print, and a select without its condition."""

from types import ModuleType
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select, text, true
from sqlmodel import Session, col

from app.content.print import in_print
from app.content.queries import catalogue, search_statements
from app.content.search import index
from app.models import PRINT_TABLES, Issue, Section, Tool
from tests.factories import make_issue
from tests.print_guard import GUARDED, PrintGuard, unguarded

pytestmark = pytest.mark.both_databases

LISTS = ("sections", "tools", "reading", "entries")


def test_every_print_table_is_guarded() -> None:
    assert set(GUARDED) == {table.__tablename__ for table in PRINT_TABLES}


@pytest.mark.parametrize("table", PRINT_TABLES, ids=lambda table: table.__tablename__)
def test_a_select_passes_with_its_condition_and_not_without(table: Any) -> None:
    bad = select(table)
    joined = select(col(Issue.number)).join_from(Issue, table)

    assert unguarded(str(bad)) == [table.__tablename__]
    assert unguarded(str(joined)) == [table.__tablename__]
    # Naming the column, or asking for it of another table, is no condition.
    assert unguarded(str(bad.order_by(table.visible_from)))
    assert unguarded(str(joined.where(in_print(Issue))))
    assert unguarded(str(bad.where(in_print(table)))) == []
    assert unguarded(str(joined.where(in_print(table)))) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT count(*) FROM issue, section AS section_1", ["section_1"]),
        ("WITH a AS (SELECT id FROM tool) SELECT id FROM a", ["tool"]),
        ('select id from "tool"', ["tool"]),
        ("SELECT 'tool.visible_from <= ', id FROM tool", ["tool"]),
        ("SELECT id FROM search_entry", ["search_entry"]),
        ("SELECT rowid FROM search_index WHERE search_index MATCH ?", ["search_index"]),
        (
            "SELECT rowid FROM search_index JOIN search_entry"
            " ON search_entry.id = search_index.rowid",
            ["search_entry"],
        ),
        (
            "SELECT rowid FROM search_index JOIN search_entry ON search_entry.id > 1"
            " WHERE search_entry.visible_from <= ?",
            ["search_index"],
        ),
        (
            "SELECT rowid FROM search_index JOIN search_entry"
            " ON search_entry.id = search_index.rowid WHERE search_entry.visible_from <= ?",
            [],
        ),
        ("SELECT id FROM tool WHERE tool.visible_from <= ?", []),
        ("SELECT tool.id, section.id FROM issue", []),
        ("DELETE FROM tool WHERE tool.issue_id = ?", []),
        ("INSERT INTO tool (id) VALUES (?)", []),
        ("SELECT id FROM toolbox", []),
    ],
)
def test_what_counts_as_reading_print(statement: str, found: list[str]) -> None:
    assert unguarded(statement) == found


@pytest.mark.parametrize("path", LISTS)
async def test_the_guard_sees_what_the_app_reads(
    client: httpx.AsyncClient, print_guard: PrintGuard, path: str
) -> None:
    await client.get(f"/v1/{path}")

    assert len(print_guard.reads) >= 1


def forget_statements(room: ModuleType = catalogue) -> None:
    """Let statements be built anew, as they were before and after `in_print` is replaced."""
    for built in vars(room).values():
        if hasattr(built, "cache_clear"):
            built.cache_clear()


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_that_forgets_the_condition_is_caught(
    client: httpx.AsyncClient,
    editor: dict[str, str],
    print_guard: PrintGuard,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    """The very leak: with the condition gone, what is scheduled stands in the list."""
    await client.post("/v1/issues", json=make_issue(1), headers=editor)
    when = {"publish_at": "2026-06-01T06:00:00Z"}
    guarded = {**editor, "If-Match": "*"}
    await client.post("/v1/issues/1/schedule", json=when, headers=guarded)
    monkeypatch.setattr(catalogue, "in_print", lambda _table: true())
    forget_statements()

    leaked = await client.get(f"/v1/{path}?from=2026-04-01")

    forget_statements()
    assert leaked.json()["data"]
    assert any("without in_print" in violation for violation in print_guard.violations)
    print_guard.violations.clear()


@pytest.mark.parametrize("sort", ["newest", "relevance"])
async def test_a_search_that_forgets_the_condition_is_caught(
    client: httpx.AsyncClient,
    editor: dict[str, str],
    print_guard: PrintGuard,
    monkeypatch: pytest.MonkeyPatch,
    sort: str,
) -> None:
    await client.post("/v1/issues", json=make_issue(1), headers=editor)
    when = {"publish_at": "2026-06-01T06:00:00Z"}
    guarded = {**editor, "If-Match": "*"}
    await client.post("/v1/issues/1/schedule", json=when, headers=guarded)
    for room in (search_statements, index):
        monkeypatch.setattr(room, "in_print", lambda _table: true())
    forget_statements(search_statements)

    leaked = await client.get(f"/v1/search?q=plain&sort={sort}")

    forget_statements(search_statements)
    assert leaked.json()["data"]
    assert any("without in_print" in violation for violation in print_guard.violations)
    print_guard.violations.clear()


def test_a_test_may_look_at_the_rows_themselves(engine: Engine, print_guard: PrintGuard) -> None:
    with Session(engine) as session:
        assert session.scalars(select(Section)).all() == []
        assert session.execute(text("SELECT id FROM tool")).all() == []

    assert print_guard.reads == []
    assert Tool.__tablename__ in GUARDED
