"""Days in the future have no board, at every address and command; today has the newest board."""

import asyncio
import json
from datetime import UTC, date as Date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.models.sighting import Look
from tests.cli.conftest import Run, run
from tests.conftest import Clock
from tests.snapshots import record, record_models

__all__ = ["run"]

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

DAY = timedelta(days=1)
OF_MODELS = "source=huggingface&kind=model&window=day"
BOARDS = (f"/v1/trending?{OF_MODELS}", f"/v1/trending/movers?{OF_MODELS}")
ACROSS = "/v1/trending/movers?window=day"
HISTORY = f"/v1/trending/history?{OF_MODELS}"
FILTERED = f"{BOARDS[0]}&owner=lab"
LISTS = ("/v1/trending/boards?window=day", "/v1/trending/changes?window=day")
FILES = (f"/v1/trending.csv?{OF_MODELS}", f"/v1/trending/movers.csv?{OF_MODELS}")
CHARTS = (f"/v1/trending.svg?{OF_MODELS}", f"/v1/trending/movers.svg?{OF_MODELS}")
METADATA = f"/v1/trending.metadata.json?{OF_MODELS}"
PAGES = (
    "/trending?window=day",
    "/trending/changes?window=day",
    "/trending/huggingface/model?window=day",
)
ADDRESSES = (*BOARDS, ACROSS, HISTORY, FILTERED, *LISTS, *FILES, *CHARTS, *PAGES)
FIELDS = """{
  trending(source: HUGGINGFACE, kind: MODEL, window: DAY, date: "%(day)s") {
    nodes { externalId } board { status reason }
  }
  movers(window: DAY, date: "%(day)s") { nodes { externalId } board { status reason } }
  boards(window: DAY, date: "%(day)s") { entries { externalId } }
  trendingHistory(source: HUGGINGFACE, kind: MODEL, window: DAY, date: "%(day)s") {
    dates board { status reason }
  }
  brief(date: "%(day)s") { facts { id } coverage { source status } }
}"""
NO_SNAPSHOT = ("withheld", "no_snapshot")


@pytest.fixture(autouse=True)
async def looks(app: FastAPI, clock: Clock) -> None:
    """Three models were seen yesterday and today; all of them gained."""
    clock.now = datetime.combine(clock.now.date(), time(18), tzinfo=UTC)
    for days, gain in ((1, 0), (0, 50)):
        likes = {f"lab/{name}": 100 + gain + place for place, name in enumerate("abc")}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)


def dated(address: str, day: Date) -> str:
    return f"{address}&date={day.isoformat()}"


def days_ahead(clock: Clock) -> list[Date]:
    return [clock.now.date() + DAY, Date(2030, 1, 1), Date.max]


def standing(document: dict[str, Any]) -> tuple[str, str]:
    return document["board"]["status"], document["board"]["reason"]


async def read(client: httpx.AsyncClient, address: str) -> httpx.Response:
    response = await client.get(address)
    assert response.status_code == 200, response.text
    return response


async def test_a_board_of_a_day_ahead_has_no_snapshot(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    for day in days_ahead(clock):
        for address in (*BOARDS, ACROSS, FILTERED):
            shown = (await read(client, dated(address, day))).json()
            assert (shown["data"], standing(shown)) == ([], NO_SNAPSHOT), (address, day)
            assert (shown["notes"], shown["board"]["observed_at"]) == ([], None), (address, day)
        history = (await read(client, dated(HISTORY, day))).json()
        assert (history["subjects"], standing(history)) == ([], NO_SNAPSHOT), day
        for address in LISTS:
            assert (await read(client, dated(address, day))).json() == {"data": []}, address


async def test_files_and_pages_of_a_day_ahead_show_nothing(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    for day in days_ahead(clock):
        for address in FILES:
            assert len((await read(client, dated(address, day))).text.splitlines()) == 1, address
        for address in (*CHARTS, *PAGES):
            assert "lab/" not in (await read(client, dated(address, day))).text, address
        described = (await read(client, dated(METADATA, day))).json()
        assert (described["snapshot"], described["is_final"]) == ([], False)


async def test_graphql_has_nothing_of_a_day_ahead(client: httpx.AsyncClient, clock: Clock) -> None:
    for day in days_ahead(clock):
        query = FIELDS % {"day": day.isoformat()}
        told = (await client.post("/graphql", json={"query": query})).json()

        assert "errors" not in told, told
        found = told["data"]
        nothing = {"board": {"status": "WITHHELD", "reason": "no_snapshot"}}
        assert found["trending"] == {"nodes": []} | nothing
        assert found["movers"] == {"nodes": []} | nothing
        assert found["boards"] == []
        assert found["trendingHistory"] == {"dates": []} | nothing
        assert found["brief"]["facts"] == []
        assert {each["status"] for each in found["brief"]["coverage"]} == {"WITHHELD"}


async def test_a_brief_of_a_day_ahead_covers_nothing(
    client: httpx.AsyncClient, clock: Clock, run: Run
) -> None:
    for day in days_ahead(clock):
        brief = (await read(client, f"/v1/brief?date={day.isoformat()}")).json()
        assert brief["facts"] == []
        assert {(c["status"], c["observed_at"]) for c in brief["coverage"].values()} == {
            ("withheld", None)
        }
    ran = await asyncio.to_thread(run, "brief", "--date", "9999-12-31", "--json")
    assert json.loads(ran.out)["coverage"] == brief["coverage"]
    page = await read(client, f"/brief/{clock.now.date() + DAY}")
    assert "lab/" not in page.text


async def test_today_has_the_newest_board(client: httpx.AsyncClient, clock: Clock) -> None:
    today = clock.now.date()
    for address in (*BOARDS, ACROSS):
        now, dated_today = await read(client, address), await read(client, dated(address, today))
        assert now.json()["data"] == dated_today.json()["data"] != []
    brief = (await read(client, f"/v1/brief?date={today}")).json()
    assert datetime.fromisoformat(brief["coverage"]["huggingface"]["observed_at"]) == clock.now


async def expect_new_at_midnight(client: httpx.AsyncClient, clock: Clock, asked: str) -> None:
    """Check that an answer about tomorrow is kept until midnight, and is another one then."""
    midnight = datetime.combine(clock.now.date() + DAY, time.min, tzinfo=UTC)
    clock.now = midnight - timedelta(seconds=20)

    before = await read(client, asked)
    clock.now = midnight + timedelta(minutes=1)
    since = {"If-Modified-Since": before.headers["last-modified"]}
    after = await client.get(asked, headers=since)

    assert "max-age=20" in before.headers["cache-control"]
    assert after.status_code == 200
    assert after.text != before.text
    assert parsedate_to_datetime(after.headers["last-modified"]) == midnight


@pytest.mark.parametrize("address", ADDRESSES)
async def test_caches_keep_a_day_ahead_until_it_begins(
    client: httpx.AsyncClient, clock: Clock, address: str
) -> None:
    tomorrow = clock.now.date() + DAY

    await expect_new_at_midnight(client, clock, dated(address, tomorrow))


@pytest.mark.parametrize(
    "address", ["/v1/brief?date={}", "/v1/brief.md?date={}", "/brief/{}", "/graphql?query={}"]
)
async def test_caches_keep_a_brief_of_a_day_ahead_until_it_begins(
    client: httpx.AsyncClient, clock: Clock, address: str
) -> None:
    tomorrow = clock.now.date() + DAY
    query = f'{{brief(date:"{tomorrow}"){{coverage{{status}}}}}}'
    asked = address.format(query if "graphql" in address else tomorrow)

    await expect_new_at_midnight(client, clock, asked)


async def test_the_page_of_a_brief_is_dated_by_its_link_to_the_next_day(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    page, tomorrow = f"/brief/{clock.now.date()}", clock.now.date() + DAY
    clock.advance(seconds=60)
    before = await read(client, page)

    clock.now = datetime.combine(tomorrow, time(0, 1), tzinfo=UTC)
    since = {"If-Modified-Since": before.headers["last-modified"]}
    after = await client.get(page, headers=since)

    assert f"/brief/{tomorrow}" not in before.text
    assert after.status_code == 200
    assert f"/brief/{tomorrow}" in after.text


async def test_a_day_that_begins_after_a_failed_run_is_dated(
    client: httpx.AsyncClient, app: FastAPI, clock: Clock
) -> None:
    """The older board appears under the new day at midnight, without a sync."""
    clock.now += timedelta(hours=1)
    await record(app.state.database, Look("huggingface", "model", clock.now, "failed", "timeout"))
    tomorrow = clock.now.date() + DAY
    midnight = datetime.combine(tomorrow, time.min, tzinfo=UTC)
    clock.advance(seconds=60)
    before = await read(client, dated(BOARDS[0], tomorrow))

    clock.now = midnight + timedelta(minutes=1)
    since = {"If-Modified-Since": before.headers["last-modified"]}
    after = await client.get(dated(BOARDS[0], tomorrow), headers=since)

    assert after.status_code == 200
    assert standing(after.json()) == ("stale", "later_run_failed")


async def test_an_issue_of_tomorrow_is_drafted_from_the_current_boards(
    run: Run, clock: Clock
) -> None:
    tomorrow = clock.now.date() + DAY
    command = ("issues", "draft", "--date", tomorrow.isoformat(), "--window", "day", "--json")
    ran = await asyncio.to_thread(run, *command)

    assert ran.code == 0, ran.err
    filled = [each for each in json.loads(ran.out)["sections"] if each["kind"] == "trending"]
    assert len(filled[0]["entries"]) == 3
