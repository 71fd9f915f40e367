"""What was printed and is no longer true: told after a run, and before an issue is printed."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.content.queries.overturned import list_overturned
from tests.conftest import Clock
from tests.counted import counted
from tests.factories import lead
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

Headers = dict[str, str]


def document(entries: list[Any], *, date: str) -> dict[str, Any]:
    return {"date": date, "sections": [lead(), {"kind": "trending", "entries": entries}]}


@pytest.fixture
async def printed(
    client: httpx.AsyncClient,
    editor: Headers,
    clock: Clock,
    run_day: RunDay,
    upstream: Upstream,
) -> dict[str, Any]:
    """An issue of a day on which five repositories gained 100 stars each."""
    await run_day()
    for number in range(1001, 1006):
        upstream.repositories[number]["stargazers_count"] += 100
    await run_day()
    board = await client.get("/v1/trending?source=github&kind=repository&window=day")
    issue = document(board.json()["data"], date=clock.now.date().isoformat())
    made = await client.post("/v1/issues?publish=true", json=issue, headers=editor)
    assert made.status_code == 201, made.text
    return issue


async def what_fell(app: FastAPI, clock: Clock) -> dict[str, tuple[str, str]]:
    found = await list_overturned(app.state.database.reader, now=clock.now)
    assert {each.number for each in found} <= {1}
    return {each.external_id: (each.found.what, each.found.detail) for each in found}


@pytest.mark.slow
async def test_nothing_is_told_where_all_is_still_true(
    app: FastAPI, clock: Clock, run_day: RunDay, upstream: Upstream, printed: dict[str, Any]
) -> None:
    upstream.repositories[1001]["stargazers_count"] -= 49
    upstream.repositories[1002]["stargazers_count"] += 500
    await run_day()

    assert await what_fell(app, clock) == {}


@pytest.mark.slow
async def test_purged_deleted_and_renamed_subjects_are_told(
    app: FastAPI,
    client: httpx.AsyncClient,
    editor: Headers,
    clock: Clock,
    run_day: RunDay,
    upstream: Upstream,
    printed: dict[str, Any],
) -> None:
    upstream.repositories[1001]["stargazers_count"] -= 50
    upstream.repositories.pop(1002)
    upstream.repositories[1003]["full_name"] = "moved/to"
    # Another takes the freed name: the entry is of the one that bore it on its day.
    upstream.add_repository(9999, "lab/repo-3", stars=5)
    for _ in range(3):
        await run_day()

    with counted() as statements:
        found = await what_fell(app, clock)
    judged = await client.post("/v1/issues/validate", json=printed, headers=editor)

    assert len(statements) == 2
    assert {name: what for name, (what, _) in found.items()} == {
        "lab/repo-1": "taken_back",
        "lab/repo-2": "gone",
        "lab/repo-3": "renamed",
    }
    assert "1,051 stars" in found["lab/repo-1"][1]
    assert "50 fewer than the 1,101 of the entry, with a gain of 100" in found["lab/repo-1"][1]
    assert "it is moved/to now" in found["lab/repo-3"][1]
    places = {entry["external_id"]: n for n, entry in enumerate(printed["sections"][1]["entries"])}
    warnings = [w for w in judged.json()["warnings"] if w["code"].startswith("overturned_")]
    assert {(w["pointer"], w["code"]) for w in warnings} == {
        (f"/sections/1/entries/{places['lab/repo-1']}/stars", "overturned_taken_back"),
        (f"/sections/1/entries/{places['lab/repo-2']}/external_id", "overturned_gone"),
        (f"/sections/1/entries/{places['lab/repo-3']}/external_id", "overturned_renamed"),
    }
    assert {w["detail"] for w in warnings} == {detail for _, detail in found.values()}


@pytest.mark.slow
async def test_an_issue_of_three_weeks_ago_is_history(
    app: FastAPI, clock: Clock, run_day: RunDay, upstream: Upstream, printed: dict[str, Any]
) -> None:
    upstream.repositories[1001]["stargazers_count"] -= 60
    await run_day()
    assert list(await what_fell(app, clock)) == ["lab/repo-1"]

    clock.now += timedelta(days=20)

    assert await what_fell(app, clock) == {}


@pytest.mark.slow
async def test_a_draft_in_print_nowhere_is_not_told(
    app: FastAPI,
    client: httpx.AsyncClient,
    editor: Headers,
    clock: Clock,
    run_day: RunDay,
    upstream: Upstream,
) -> None:
    await run_day()
    entry = {"source": "github", "kind": "repository", "external_id": "lab/repo-1", "stars": 9_999}
    seen = {**entry, "observed_at": clock.now.isoformat()}
    issue = document([seen], date=clock.now.date().isoformat())
    made = await client.post("/v1/issues", json=issue, headers=editor)
    assert made.status_code == 201
    await run_day()

    assert await what_fell(app, clock) == {}
