"""A board over time: where its leaders stood on each day, over REST, GraphQL and on its page."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import Clock
from tests.counted import counted
from tests.snapshots import record_models

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

HISTORY = "/v1/trending/history?source=huggingface&kind=model&window=day"
PAGE = "/trending/huggingface/model?window=day"


@pytest.fixture
async def five_days(app: FastAPI, clock: Clock) -> None:
    """Looks of 29 and 30 April, of 1, 3 and 4 May; on the last day `lab/a` and `lab/b` gained.

    The looks of 29 April and 3 May have nothing to compare with.
    """
    start = clock.now - timedelta(days=4)
    for day, likes in {
        0: {"lab/a": 100, "lab/b": 100, "lab/c": 100},
        1: {"lab/a": 110, "lab/b": 120, "lab/c": 130},
        2: {"lab/a": 120, "lab/b": 120, "lab/c": 150},
        4: {"lab/a": 160, "lab/b": 125, "lab/c": 150},
    }.items():
        await record_models(app.state.database, likes, at=start + timedelta(days=day))
    likes = {"lab/a": 200, "lab/b": 130, "lab/c": 150}
    clock.now += timedelta(days=1)
    await record_models(app.state.database, likes, at=clock.now)


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    response = await client.get(address)
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


@pytest.mark.usefixtures("five_days")
async def test_ranks_are_told_for_each_day_that_has_a_board(client: httpx.AsyncClient) -> None:
    shown = await read(client, HISTORY)
    board = await read(client, "/v1/trending?source=huggingface&kind=model&window=day")

    # The boards of 29 April and 3 May had no baseline a day before: no dates of theirs.
    assert shown["dates"] == ["2026-04-30", "2026-05-01", "2026-05-04"]
    assert [(each["external_id"], each["ranks"]) for each in shown["subjects"]] == [
        ("lab/a", [3, 2, 1]),
        ("lab/b", [2, None, 2]),
    ]
    assert shown["board"] == board["board"]


@pytest.mark.usefixtures("five_days")
async def test_a_history_is_bounded_and_ends_where_it_is_asked_to(
    client: httpx.AsyncClient,
) -> None:
    assert (await read(client, f"{HISTORY}&days=1&limit=1"))["dates"] == ["2026-05-04"]
    past = await read(client, f"{HISTORY}&date=2026-04-30&limit=2")
    assert [(each["external_id"], each["ranks"]) for each in past["subjects"]] == [
        ("lab/c", [1]),
        ("lab/b", [2]),
    ]
    nothing = await read(client, f"{HISTORY}&date=2020-01-01")
    assert (nothing["dates"], nothing["subjects"]) == ([], [])
    assert nothing["board"]["reason"] == "no_snapshot"
    for bad in ("days=0", "days=91", "limit=51", "limit=0", "date=never", "kind=repository", "x=1"):
        assert (await client.get(f"{HISTORY}&{bad}")).status_code == 400, bad
    assert (await client.get("/v1/trending/history?source=github")).status_code == 400


@pytest.mark.usefixtures("five_days")
async def test_a_history_costs_five_statements_and_is_cached(client: httpx.AsyncClient) -> None:
    with counted() as statements:
        first = await client.get(HISTORY)
    with counted() as more:
        again = await client.get(HISTORY, headers={"If-None-Match": first.headers["etag"]})

    assert len(statements) == 5, statements
    assert (again.status_code, more) == (304, [])
    assert first.headers["cache-control"].startswith("public, max-age=60")


@pytest.mark.usefixtures("five_days")
async def test_graphql_tells_the_same(client: httpx.AsyncClient) -> None:
    rest = await read(client, f"{HISTORY}&days=5&limit=2")

    query = """{ trendingHistory(source: HUGGINGFACE, kind: MODEL, window: DAY, days: 5, limit: 2) {
        dates board { status tracked } subjects { externalId name url ranks } } }"""
    told = (await client.post("/graphql", json={"query": query})).json()
    bad = query.replace("days: 5", "days: 91")
    refused = (await client.post("/graphql", json={"query": bad})).json()

    shown = told["data"]["trendingHistory"]
    assert shown["dates"] == rest["dates"]
    assert [each["ranks"] for each in shown["subjects"]] == [e["ranks"] for e in rest["subjects"]]
    assert shown["board"]["tracked"] == rest["board"]["tracked"]
    assert refused["errors"][0]["extensions"]["code"] == "invalid_argument"


@pytest.mark.usefixtures("five_days")
async def test_the_page_draws_the_ranks_and_breaks_where_there_are_none(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get(PAGE)).text

    lines = dict(re.findall(r'<path class="line strong s(\d)" d="([^"]+)"', page))
    # Two rows of 24 units. The third place of lab/a is below them; 2 and 3 May were not observed.
    assert lines == {"1": "M154.0 36h0M592.0 12h0", "2": "M8.0 36h0M592.0 36h0"}
    assert "a: now 1, best 1, on the board 3 days" in page


@pytest.mark.usefixtures("five_days")
async def test_pages_honour_the_day_and_lead_to_others(client: httpx.AsyncClient) -> None:
    past = (await client.get(f"{PAGE}&date=2026-04-30")).text
    present = (await client.get(PAGE)).text
    missing = (await client.get(f"{PAGE}&date=2026-05-02")).text
    all_boards = (await client.get("/trending?window=day&date=2026-04-30")).text

    first_of = r'<li value="1">\s*<p class="entry" dir="auto"><a href="([^"]+)"'
    assert re.findall(first_of, past) == ["/trending/huggingface/model/lab/c"]
    assert re.findall(first_of, present) == ["/trending/huggingface/model/lab/a"]
    assert re.findall(first_of, all_boards) == ["/trending/huggingface/model/lab/c"]
    assert "The newest up to the end of" in past
    assert "That day has no board of its own" in missing
    assert "As it stood" not in present
    links = re.findall(r'<a href="([^"]+)"[^>]*><time datetime="2026-04-30">', present)
    assert links == ["/trending/huggingface/model?window=day&amp;date=2026-04-30"]
    assert '<a href="/trending/huggingface/model?window=day">Latest</a>' in past
    assert (
        'rel="canonical" href="http://paper.test/trending/huggingface/model?window=day&amp;' in past
    )


@pytest.mark.parametrize("path", ["/trending", "/trending/huggingface/model"])
async def test_a_bad_day_is_a_page_that_says_so(client: httpx.AsyncClient, path: str) -> None:
    html = {"Accept": "text/html"}
    for bad in ("never", "2026-02-30", "2026-5-1"):
        answer = await client.get(f"{path}?date={bad}", headers=html)
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/html")
        assert "The parameter date" in answer.text
    assert (await client.get(f"{path}?date=2020-01-01", headers=html)).status_code == 200
    assert (await client.get(f"{path}?date=", headers=html)).status_code == 200
