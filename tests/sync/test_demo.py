"""The invented history of the demo: it lives, and never mixes with what is real."""

from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from app.content.access import COMMAND_LINE
from app.content.commands.demo import seed
from app.content.commands.transaction import perform
from app.demo import demo_issues
from app.demo.history import demo_history
from tests.conftest import Clock
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

# On SQLite alone: other tests fill PostgreSQL with the last weeks of the same history.
pytestmark = [pytest.mark.anyio]


@pytest.mark.slow
@pytest.mark.usefixtures("whole_demo")
async def test_every_board_lives_and_ends_on_the_day_of_seeding(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    for window in ("day", "week", "month"):
        boards = (await client.get(f"/v1/trending/boards?window={window}")).json()["data"]
        assert len(boards) == 5
        for shown in boards:
            assert shown["board"]["status"] == "ok"
            assert shown["board"]["date"] == clock.now.date().isoformat()
            assert len(shown["entries"]) >= 2
            for entry in shown["entries"]:
                assert "example." in entry["url"]
    for direction in ("up", "down"):
        listed = (await client.get(f"/v1/trending/movers?direction={direction}")).json()
        assert listed["data"]


@pytest.mark.usefixtures("whole_demo")
async def test_a_subject_has_a_history_former_names_and_appearances(
    client: httpx.AsyncClient,
) -> None:
    former = await client.get("/v1/trending/github/repository/demo-ferrous/clerk")
    assert former.status_code == 308
    subject = (await client.get(former.headers["location"])).json()

    assert len(subject["history"]) == 42
    assert len(subject["names"]) == 2
    assert subject["appearances"]


@pytest.mark.slow
@pytest.mark.usefixtures("whole_demo")
async def test_what_is_real_is_never_compared_with_it_nor_asked_for_it(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    run = await run_day(days=0.01)
    assert run["status"] == "complete"
    await run_day()

    assert not [r for r in upstream.requests if "demo" in str(r.url)]
    board = (await client.get("/v1/trending?source=github&kind=repository&window=week")).json()
    assert board["board"]["reason"] in ("no_baseline", "star_history")
    assert not [e for e in board["data"] if e["external_id"].startswith("demo-")]
    health = (await client.get("/v1/sync/sources")).json()["data"]
    assert {source["reason"] for source in health} == {None}


@pytest.mark.usefixtures("whole_demo")
async def test_it_is_seeded_once(app: FastAPI, client: httpx.AsyncClient, clock: Clock) -> None:
    before = (await client.get("/v1/trending/boards")).json()

    again = await app.state.database.write(
        lambda bind: perform(
            bind,
            lambda tx: seed(tx, demo_issues(), demo_history(until=tx.now)),
            principal=COMMAND_LINE,
            clock=clock,
        )
    )

    assert again == 0
    assert (await client.get("/v1/trending/boards")).json() == before


@pytest.mark.slow
async def test_an_issue_that_is_old_by_now_has_the_numbers_of_its_day(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    """Months after the demo was written its numbers are still those that were seen then."""
    clock.set(datetime(2026, 11, 25, 6, 0, tzinfo=UTC))
    await app.state.database.write(
        lambda bind: perform(
            bind,
            lambda tx: seed(tx, demo_issues(), demo_history(until=tx.now, days=2)),
            principal=COMMAND_LINE,
            clock=clock,
        )
    )

    page = (await client.get("/issues/12")).text
    entries = (await client.get("/v1/entries?from=2026-04-29&section=trending")).json()["data"]
    printed = next(e for e in entries if e["external_id"] == "demo-kittiwake/lamplighter")
    path = "/v1/trending/github/repository/demo-kittiwake/lamplighter"
    history = (await client.get(path)).json()["history"]

    # Its changes over a month were observed, too: enough of the window of a sparkline.
    assert page.count('class="spark"') > 0
    assert 'href="/trending/github/repository/demo-kittiwake/lamplighter"' in page
    assert [seen["stars"] for seen in history if seen["observed_at"] == printed["observed_at"]] == [
        printed["stars"]
    ]
    summaries = [
        (await client.get(f"/v1/issues/{n}/claims")).json()["summary"] for n in range(1, 13)
    ]
    assert {(each["contradicted"], each["stale"]) for each in summaries} == {(0, 0)}
    assert sum(each["supported"] for each in summaries) > 500
