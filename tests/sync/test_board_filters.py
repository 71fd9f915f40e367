"""Choosing entries of a board by facts of their subjects, and folding re-packed copies."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.models.sighting import Look, Sighting
from tests.conftest import Clock
from tests.counted import counted
from tests.snapshots import record

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

BOARD = "/v1/trending?source=huggingface&kind=model"
MOVERS = "/v1/trending/movers?source=huggingface&kind=model"
TASK = "text-generation"


def model(name: str, likes: int, **facts: Any) -> Sighting:
    url = f"https://huggingface.co/{name}"
    return Sighting(name, name, name.split("/")[1], url, likes=likes, downloads=1, **facts)


MODELS = (
    model("big/base-7b", 40, task=TASK, licence="apache-2.0", topics="llm chat"),
    model("small/base-7b-gguf", 90, task=TASK, licence="mit", topics="llm gguf",
          base_model="big/base-7b"),
    model("other/base-7b-awq-gguf", 30, task=TASK, base_model="small/BASE-7b-GGUF"),
    model("big/ears", 20, task="automatic-speech-recognition", licence="MIT", topics="audio"),
    model("far/copy-4bit", 60, task=TASK, base_model="elsewhere/unseen"),
    model("near/copy-8bit", 10, task=TASK, base_model="elsewhere/unseen"),
)  # fmt: skip
"""By likes gained in a week: small, far, big/base, other, ears, near."""
ORDER = [
    *("small/base-7b-gguf", "far/copy-4bit", "big/base-7b"),
    *("other/base-7b-awq-gguf", "big/ears", "near/copy-8bit"),
]


@pytest.fixture
async def a_board(app: FastAPI, clock: Clock) -> None:
    """A week in which each model gained what `MODELS` says, from 100."""
    for days, share in ((7, 0), (0, 1)):
        seen = [replace(each, likes=100 + share * (each.likes or 0)) for each in MODELS]
        at = clock.now - timedelta(days=days)
        await record(app.state.database, Look("huggingface", "model", at, "complete", None, seen))


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    response = await client.get(address)
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


def names(shown: dict[str, Any]) -> list[str]:
    return [entry["external_id"] for entry in shown["data"]]


@pytest.mark.usefixtures("a_board")
@pytest.mark.parametrize("address", [BOARD, MOVERS])
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("task=text-generation", [name for name in ORDER if name != "big/ears"]),
        ("task=Automatic-Speech-Recognition", ["big/ears"]),
        ("licence=mit", ["small/base-7b-gguf", "big/ears"]),
        ("topic=LLM", ["small/base-7b-gguf", "big/base-7b"]),
        ("topic=ll", []),
        ("owner=BIG", ["big/base-7b", "big/ears"]),
        ("owner=big&licence=mit", ["big/ears"]),
        ("language=Python", []),
        ("task=%F0%9F%A6%86", []),
    ],
)
async def test_a_filter_selects_entries_and_changes_none(
    client: httpx.AsyncClient, address: str, asked: str, wanted: list[str]
) -> None:
    whole = await read(client, address)
    shown = await read(client, f"{address}&{asked}")

    assert names(whole) == ORDER
    assert names(shown) == wanted
    assert shown["data"] == [e for e in whole["data"] if e["external_id"] in wanted]
    assert shown["page"]["total"] == len(wanted)
    told = shown["board"].pop("filter")
    assert told["places"] == 6
    assert whole["board"].pop("filter") is None
    assert shown["board"] == whole["board"]


@pytest.mark.usefixtures("a_board")
async def test_movers_of_all_kinds_are_filtered_before_they_are_cut(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.content.trends.boards.MAX_ENTRIES", 2)

    shown = await read(client, "/v1/trending/movers?owner=big")

    assert [(e["external_id"], e["rank"]) for e in shown["data"]] == [
        ("big/base-7b", 3),
        ("big/ears", 5),
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "bad",
    ["task=", "task=%20", "owner=a/b", "owner=a%20b", "topic=a%20b", "licence=%00", "copies=x",
     f"language={'x' * 101}", "licence=a%0Ab"],
)  # fmt: skip
async def test_what_no_entry_could_have_is_refused(client: httpx.AsyncClient, bad: str) -> None:
    for address in (BOARD, MOVERS):
        answer = await client.get(f"{address}&{bad}")
        assert answer.status_code == 400, bad
        assert answer.json()["code"] == "invalid_parameter"
        assert (await client.get(f"{address}&tasks=x")).json()["code"] == "unknown_parameter"


@pytest.mark.usefixtures("a_board")
async def test_pages_of_a_filter_go_on_and_their_cursors_are_of_it(
    client: httpx.AsyncClient,
) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = await read(client, f"{BOARD}&task=text-generation&limit=2{cursor}")
        found += names(page)
        if not page["page"]["has_more"]:
            break
        cursor = f"&cursor={page['page']['next_cursor']}"
    foreign = await client.get(f"{BOARD}&task=x&limit=2{cursor}")

    assert found == [name for name in ORDER if name != "big/ears"]
    assert foreign.status_code == 400
    assert foreign.json()["code"] == "invalid_cursor"


@pytest.mark.usefixtures("a_board")
async def test_a_filter_costs_one_statement_more(client: httpx.AsyncClient) -> None:
    with counted() as statements:
        await read(client, f"{BOARD}&owner=big")

    assert len(statements) == 4, statements


@pytest.mark.usefixtures("a_board")
async def test_a_past_board_is_filtered_by_what_its_subjects_were_that_day(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    address = f"{BOARD}&licence=mit&date={clock.now.date().isoformat()}"
    before = await read(client, address)

    clock.now += timedelta(days=1)
    seen = [replace(each, likes=500, licence="other") for each in MODELS]
    look = Look("huggingface", "model", clock.now, "complete", None, seen)
    await record(app.state.database, look)

    assert await read(client, address) == before
    assert names(await read(client, f"{BOARD}&licence=mit")) == []


@pytest.mark.usefixtures("a_board")
async def test_re_packed_copies_are_folded_into_their_base_model(
    client: httpx.AsyncClient,
) -> None:
    whole = await read(client, BOARD)
    shown = await read(client, f"{BOARD}&copies=folded")

    # The base stands at its own rank; of an unseen base the best copy stands for the family.
    assert [(e["external_id"], e["rank"]) for e in shown["data"]] == [
        ("far/copy-4bit", 2),
        ("big/base-7b", 3),
        ("big/ears", 5),
    ]
    assert [note["copies"] for note in shown["notes"]] == [
        ["near/copy-8bit"],
        ["small/base-7b-gguf", "other/base-7b-awq-gguf"],
        [],
    ]
    assert [note["base_model"] for note in whole["notes"]][:3] == [
        "big/base-7b",
        "elsewhere/unseen",
        None,
    ]
    assert all(note["copies"] == [] for note in whole["notes"])


@pytest.mark.usefixtures("a_board")
async def test_graphql_filters_as_rest_does(client: httpx.AsyncClient) -> None:
    async def ask(arguments: str) -> Any:
        field = f"(source: HUGGINGFACE, kind: MODEL, {arguments}) {{ totalCount nodes {{"
        fields = "externalId rank } notes { copies baseModel } board { filter { owner places } } }"
        query = f"{{ trending{field} {fields} movers{field} {fields} }}"
        return (await client.post("/graphql", json={"query": query})).json()

    shown = (await ask('owner: "big", copies: FOLDED'))["data"]
    refused = await ask('owner: "a/b"')

    for board in shown.values():
        assert [node["externalId"] for node in board["nodes"]] == ["big/base-7b", "big/ears"]
        assert board["totalCount"] == 2
        assert board["board"] == {"filter": {"owner": "big", "places": 6}}
    assert refused["errors"][0]["extensions"]["code"] == "invalid_argument"


@pytest.mark.usefixtures("a_board")
async def test_the_page_offers_filters_and_folds_copies(client: httpx.AsyncClient) -> None:
    link = r'<p class="entry" dir="auto"><a href="/trending/huggingface/model/([^"]+)"'
    whole = (await client.get("/trending/huggingface/model")).text
    shown = (await client.get("/trending/huggingface/model?owner=big&task=&utm_source=x")).text
    nothing = (await client.get("/trending/huggingface/model?owner=nobody")).text

    folded = ["far/copy-4bit", "big/base-7b", "big/ears"]
    assert re.findall(link, whole) == folded
    assert "Re-packed as small/base-7b-gguf, other/base-7b-awq-gguf" in whole
    assert '<option value="text-generation">text-generation (5)</option>' in whole
    assert re.findall(link, shown) == folded[1:]
    assert "2 of the 6 entries of the whole board, each with its rank there." in shown
    assert '<option value="big" selected>big (2)</option>' in shown
    assert 'href="/trending/huggingface/model?window=day&amp;owner=big"' in shown
    assert re.findall(link, nothing) == []
    assert '<option value="nobody" selected>nobody</option>' in nothing
