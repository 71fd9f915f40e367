"""The categories and bylines in print: counted as the public sees them."""

from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from app.config import Settings
from app.migrations import downgrade, upgrade
from tests.counted import counted
from tests.factories import day, issue, lead
from tests.web.graphql.conftest import Partner

pytestmark = pytest.mark.databases_in_turn

NAMES = """{ toolCategories(first: 100) { nodes { name count lastPrintedOn } totalCount }
             bylines(first: 100) { nodes { name count lastPrintedOn } totalCount } }"""


async def post(desk: Partner, number: int, *sections: dict[str, Any], query: str = "") -> None:
    document = issue(number=number, date=day(number), sections=[lead(), *sections])
    made = await desk.client.post(f"/v1/issues{query}", json=document, headers=dict(desk.headers))
    assert made.status_code == 201, made.text


def story(byline: str | None) -> dict[str, Any]:
    return {"kind": "opinion", "headline": "An opinion", "byline": byline}


def tools(*categories: str | None) -> dict[str, Any]:
    return {"kind": "tools", "tools": [{"name": "A tool", "category": c} for c in categories]}


async def test_each_name_is_counted_as_it_stands_in_print(partner: Partner, desk: Partner) -> None:
    await post(desk, 1, story("Ada"), tools("speech", "speech", None, ""), query="?publish=true")
    await post(desk, 2, story("Ada"), story("Zoë"), story("  "), story(None), query="?publish=true")
    await post(desk, 3, story("Hidden"), tools("hidden"))

    told = await partner.ask(NAMES)

    assert told == await desk.ask(NAMES)
    assert told == {
        "toolCategories": {
            "nodes": [{"name": "speech", "count": 2, "lastPrintedOn": day(1)}],
            "totalCount": 1,
        },
        "bylines": {
            "nodes": [
                {"name": "Ada", "count": 2, "lastPrintedOn": day(2)},
                {"name": "Zoë", "count": 1, "lastPrintedOn": day(2)},
            ],
            "totalCount": 2,
        },
    }


@pytest.mark.usefixtures("twelve_issues")
async def test_the_counts_are_those_of_the_lists(partner: Partner) -> None:
    told = await partner.ask(NAMES)
    rows = (await partner.client.get("/v1/tools?limit=100")).json()["data"]

    counts = {node["name"]: node["count"] for node in told["toolCategories"]["nodes"]}
    assert counts == Counter(row["category"] for row in rows if row["category"])
    for node in told["bylines"]["nodes"]:
        query = """query($byline: String) { sections(byline: $byline) {
                   nodes { ... on StorySection { byline } } totalCount } }"""
        stories = (await partner.ask(query, byline=node["name"]))["sections"]
        assert stories["totalCount"] == node["count"]
        assert {story["byline"] for story in stories["nodes"]} == {node["name"]}


@pytest.mark.usefixtures("twelve_issues")
async def test_a_page_of_names_is_one_statement_and_its_total_another(partner: Partner) -> None:
    for field, statements in (("nodes { name count }", 1), ("nodes { name } totalCount", 2)):
        for names in ("toolCategories", "bylines"):
            with counted() as seen:
                await partner.ask(f"{{ {names}(first: 3) {{ {field} }} }}")
            assert len(seen) == statements, seen


async def test_the_longest_name_has_a_cursor(partner: Partner, desk: Partner) -> None:
    long = "😀" * 200
    await post(desk, 1, story("Ada"), story(long), query="?publish=true")

    query = """query($after: String) { bylines(first: 1, after: $after) {
               nodes { name } pageInfo { endCursor hasNextPage } } }"""
    names, cursor = set(), None
    for _ in range(2):
        page = (await partner.ask(query, after=cursor))["bylines"]
        names |= {node["name"] for node in page["nodes"]}
        cursor = page["pageInfo"]["endCursor"]
    assert names == {"Ada", long}
    assert (await partner.ask(query, after=cursor))["bylines"]["nodes"] == []


@pytest.mark.parametrize("byline", ["x" * 201, "\x07"])
async def test_a_byline_that_none_can_be_is_refused(partner: Partner, byline: str) -> None:
    query = "query($byline: String) { sections(byline: $byline) { nodes { slug } } }"
    assert await partner.code_of(query, byline=byline) == "invalid_argument"


async def test_the_migration_reads_the_bylines_of_what_is_in_print(
    partner: Partner, desk: Partner, engine: Engine, settings: Settings
) -> None:
    await post(desk, 1, story('Ada ‘Zoë’ \\ "Ng"'), story(" "), query="?publish=true")
    before = await partner.ask(NAMES)

    engine.dispose()
    downgrade(settings.database, "0013")
    upgrade(settings.database)

    assert await partner.ask(NAMES) == before
    with engine.begin() as connection:
        found = connection.execute(text("SELECT byline FROM section ORDER BY id")).scalars().all()
    assert found == [None, 'Ada ‘Zoë’ \\ "Ng"', None]


async def test_names_change_with_what_is_in_print(
    client: httpx.AsyncClient, partner: Partner, desk: Partner
) -> None:
    await post(desk, 1, story("Ada"), query="?publish=true")
    query = "{ bylines { nodes { name } } }"
    first = await partner.get(query=query)
    etag = first.headers["etag"]
    assert (await partner.get({"If-None-Match": etag}, query=query)).status_code == 304

    gone = {**desk.headers, "If-Match": "*"}
    assert (await client.post("/v1/issues/1/unpublish", headers=gone)).status_code == 200

    again = await partner.get({"If-None-Match": etag}, query=query)
    assert again.json()["data"] == {"bylines": {"nodes": []}}
