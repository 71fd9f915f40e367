"""The lists across issues hold what the printed documents hold, in order, and nothing else."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.demo import demo_issues
from tests import factories

pytestmark = pytest.mark.databases_in_turn

Headers = dict[str, str]
Item = dict[str, Any]

LISTS = ("sections", "tools", "reading", "entries")


@pytest.fixture
async def documents(client: httpx.AsyncClient, editor: Headers) -> list[Item]:
    """Four demo issues in print, newest first, as they are read."""
    for document in demo_issues()[:4]:
        made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
        assert made.status_code == 201, made.text
    return [(await client.get(f"/v1/issues/{number}")).json() for number in (4, 3, 2, 1)]


async def walk(client: httpx.AsyncClient, path: str, limit: int = 100) -> list[Item]:
    """Follow the cursors of a list to its end."""
    items: list[Item] = []
    cursor = None
    while True:
        params: dict[str, Any] = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = await client.get(httpx.URL(path).copy_merge_params(params))
        assert answer.status_code == 200, answer.text
        items += answer.json()["data"]
        page = answer.json()["page"]
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)
        if cursor is None:
            assert page["total"] == len(items)
            return items


def expected(documents: list[Item], items_of: Callable[[Item], list[Item]]) -> list[Item]:
    return [
        {
            **item,
            "issue": {
                **{name: document[name] for name in ("number", "date", "slug", "title")},
                "url": document["links"]["self"],
            },
            "section": section["slug"],
        }
        for document in documents
        for section in document["sections"]
        for item in items_of(section)
    ]


ITEMS: dict[str, Callable[[Item], list[Item]]] = {
    "sections": lambda section: [section],
    "tools": lambda section: section.get("tools", []),
    "reading": lambda section: section.get("items", []),
    "entries": lambda section: section.get("entries", []),
}


async def test_a_list_is_the_printed_documents_taken_apart(
    client: httpx.AsyncClient, documents: list[Item]
) -> None:
    for path, items_of in ITEMS.items():
        for limit in (3, 100):
            listed = await walk(client, f"/v1/{path}", limit)
            assert listed == expected(documents, items_of), (path, limit)


KEPT: dict[str, Callable[[Item], bool]] = {
    "sections?kind=opinion": lambda item: item["kind"] == "opinion",
    "sections?from=2026-04-19&to=2026-04-20": lambda item: item["issue"]["number"] in (2, 3),
    "tools?category=evaluation": lambda item: item["category"] == "evaluation",
    "entries?section=movers": lambda item: "movers" in item["section"],
    "entries?source=github": lambda item: item["source"] == "github",
    "entries?kind=paper": lambda item: item["kind"] == "paper",
    "entries?external_id=demo-kittiwake/lamplighter&section=trending": (
        lambda item: item["external_id"] == "demo-kittiwake/lamplighter"
    ),
}


@pytest.mark.usefixtures("documents")
async def test_filters_keep_what_they_name(client: httpx.AsyncClient) -> None:
    for query, keeps in KEPT.items():
        path, filtered = query.split("?")[0], await walk(client, f"/v1/{query}", limit=2)

        everything = await walk(client, f"/v1/{path}")

        assert filtered, query
        assert len(filtered) < len(everything), query
        if "section=" not in query:
            assert filtered == [item for item in everything if keeps(item)], query
        assert all(keeps(item) for item in filtered) or "section=" in query, query


async def test_movers_and_trending_part_the_entries(
    client: httpx.AsyncClient, documents: list[Item]
) -> None:
    parts = [await walk(client, f"/v1/entries?section={kind}") for kind in ("trending", "movers")]

    assert sum(map(len, parts)) == len(await walk(client, "/v1/entries"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query",
    [
        "sections?kind=toolz",
        "sections?category=x",
        "tools?kind=lead",
        "entries?source=gitlab",
        "entries?section=tools",
        "reading?from=2026-05-03&to=2026-05-01",
        "reading?from=yesterday",
        "tools?limit=101",
        "tools?cursor=abc",
    ],
)
async def test_a_filter_that_is_none_is_400(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] in query


async def test_a_cursor_holds_for_its_filters_and_its_list(
    client: httpx.AsyncClient, documents: list[Item]
) -> None:
    page = (await client.get("/v1/tools?limit=1")).json()["page"]

    for path in ("tools?category=agents&", "reading?", "entries?", "tools?from=2026-04-01&"):
        answer = await client.get(f"/v1/{path}cursor={page['next_cursor']}")
        assert answer.json()["code"] == "invalid_cursor"


@pytest.mark.parametrize("path", LISTS)
async def test_what_is_not_in_print_stands_in_no_list(
    client: httpx.AsyncClient, editor: Headers, path: str
) -> None:
    guarded = {**editor, "If-Match": "*"}
    for number, date in ((1, "2026-05-01"), (2, "2026-05-02"), (3, "2026-05-03")):
        document = factories.whole_issue(number=number, date=date, slug=f"day-{number}")
        await client.post("/v1/issues", json=document, headers=editor)
    await client.post("/v1/issues/2/publish", headers=guarded)
    await client.post("/v1/issues/2/unpublish", headers=guarded)
    when = {"publish_at": "2026-05-04T06:00:00Z"}
    await client.post("/v1/issues/3/schedule", json=when, headers=guarded)

    for headers in ({}, editor):
        listed = (await client.get(f"/v1/{path}", headers=headers)).json()
        assert listed["data"] == []
        assert listed["page"]["total"] == 0


@pytest.mark.parametrize("path", LISTS)
async def test_an_issue_printed_anew_stands_once_and_as_it_says_now(
    client: httpx.AsyncClient, editor: Headers, path: str
) -> None:
    guarded = {**editor, "If-Match": "*"}
    document = factories.whole_issue()
    await client.post("/v1/issues?publish=true", json=document, headers=editor)
    before = (await client.get(f"/v1/{path}")).json()
    await client.patch("/v1/issues/95?publish=true", json={"title": "Anew"}, headers=guarded)

    after = (await client.get(f"/v1/{path}")).json()

    assert after["page"]["total"] == before["page"]["total"]
    assert {item["issue"]["title"] for item in after["data"]} == {"Anew"}
