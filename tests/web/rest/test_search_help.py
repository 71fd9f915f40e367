"""What helps to search: corrected questions, facets and completions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import Clock
from tests.factories import day, entry, issue, lead, story, whole_issue
from tests.snapshots import record_models
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.both_databases


async def suggestion(caller: Desk, q: str) -> str | None:
    page = (await caller.read(f"/v1/search?q={quote(q)}"))["page"]
    suggested: str | None = page["suggestion"]
    return suggested


async def completions(caller: Desk, q: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await caller.read(f"/v1/search/suggest?q={quote(q)}"))["data"]
    return found


def paper(number: int, headline: str, body: str = "") -> dict[str, Any]:
    return issue(number=number, date=day(number), sections=[lead(headline=headline, body=body)])


# ---------------------------------------------------------------------------- corrections


async def test_a_misspelt_question_is_corrected(desk: Desk, public: Desk) -> None:
    await desk.create(paper(1, "Qwen3.6-27B is open", "A transformer by Alibaba."), publish=True)

    assert await suggestion(public, "Qwne 3.6") == "Qwen 3.6"
    assert await suggestion(public, "transfromer") == "transformer"
    assert await suggestion(public, "transfromer alibab") == "transformer alibaba"
    assert await suggestion(public, "qwen") is None
    assert await suggestion(public, "zzzzzzzz") is None


async def test_a_corrected_question_finds_more(desk: Desk, public: Desk) -> None:
    """Two words that are never printed together are not suggested together."""
    await desk.create(paper(1, "Otters"), publish=True)
    await desk.create(paper(2, "Badgers"), publish=True)

    assert await suggestion(public, "ottres badgres") is None
    assert await suggestion(public, "ottres") == "otters"


async def test_five_hits_need_no_correction(desk: Desk, public: Desk) -> None:
    stories = [story(headline=f"Ottres {number}") for number in range(5)]
    others = [story(headline=f"Otters {number}", body="otters " * 20) for number in range(10)]
    await desk.create(issue(sections=[lead(), *stories, *others]), publish=True)

    assert await suggestion(public, "ottres") is None
    assert await suggestion(public, "ottres -4") == "otters -4"


async def test_words_of_drafts_are_never_suggested(desk: Desk, public: Desk, clock: Clock) -> None:
    await desk.create(paper(1, "Otters"), publish=True)
    made = await desk.create(paper(2, "Platypus"))
    await desk.act(2, "schedule", {"publish_at": "2026-05-03T09:00:00Z"})
    assert made["number"] == 2

    assert await suggestion(public, "platypsu") is None
    assert await suggestion(desk, "platypsu") is None

    clock.set(datetime(2026, 5, 3, 9, 0, 1, tzinfo=UTC))
    assert await suggestion(public, "platypsu") == "platypus"
    await desk.act(2, "unpublish")
    assert await suggestion(public, "platypsu") is None


# ---------------------------------------------------------------------------- facets


async def test_facets_count_all_hits_by_value(desk: Desk, public: Desk) -> None:
    await desk.create(whole_issue(), publish=True)
    await desk.create(
        issue(
            number=7,
            date="2025-01-07",
            sections=[
                lead(headline="Orca"),
                {
                    "kind": "trending",
                    "entries": [
                        entry("acme/orca"),
                        entry("acme/orca-8b", source="huggingface", kind="model"),
                    ],
                },
            ],
        ),
        publish=True,
    )

    page = (await public.read("/v1/search?q=orca&facets=type,kind,source,year&limit=1"))["page"]

    facets = page["facets"]
    assert sum(facets["type"].values()) == page["total"]
    assert sum(facets["year"].values()) == page["total"]
    assert set(facets["year"]) == {"2025", "2026"}
    assert facets["source"] == {"huggingface": 3, "github": 1}
    assert facets["kind"]["repository"] == 1
    assert facets["kind"]["model"] == 3
    assert facets["kind"]["lead"] >= 1


async def test_facets_are_those_that_were_asked_for(desk: Desk, public: Desk) -> None:
    await desk.create(paper(1, "Otters"), publish=True)

    assert (await public.read("/v1/search?q=otters"))["page"]["facets"] is None
    page = (await public.read("/v1/search?q=otters&facets=year"))["page"]
    assert page["facets"] == {"year": {"2026": page["total"]}}
    page = (await public.read("/v1/search?q=badgers&facets=year,type"))["page"]
    assert page["facets"] == {"year": {}, "type": {}}
    answer = await public.get("/v1/search?q=otters&facets=yaer")
    assert refusal(answer) == (400, "invalid_parameter")
    assert "year" in answer.json()["detail"]


# ---------------------------------------------------------------------------- completions


async def test_titles_names_and_subjects_complete_what_is_typed(
    desk: Desk, public: Desk, app: FastAPI
) -> None:
    await desk.create(whole_issue(), publish=True)
    at = datetime(2026, 5, 2, 5, tzinfo=UTC)
    await record_models(app.state.database, {"Orcadian/tide-7b": 5, "acme/whale": 9}, at=at)

    found = await completions(public, "orc")

    assert ("Orca", "entry") in [(hit["text"], hit["type"]) for hit in found]
    assert {
        "text": "Orcadian/tide-7b",
        "type": "subject",
        "url": "http://paper.test/v1/trending/huggingface/model/Orcadian/tide-7b",
    } in found
    assert [hit["text"] for hit in await completions(public, "whal")] == ["acme/whale"]
    assert [hit["text"] for hit in await completions(public, "hamm")] == ["Hammer"]
    for hit in found:
        assert (await public.get(hit["url"].removeprefix("http://paper.test"))).status_code == 200


async def test_at_most_ten_completions_each_once_the_most_printed_first(
    desk: Desk, public: Desk
) -> None:
    for number in range(1, 4):
        stories = [story(headline=f"Otter {name}") for name in "abcdefgh"]
        document = issue(
            number=number,
            date=day(number),
            sections=[lead(headline="The otter is back" if number < 3 else "Otters"), *stories],
        )
        await desk.create(document, publish=True)

    found = [hit["text"] for hit in await completions(public, "otter")]

    assert len(found) == 10
    assert len(set(found)) == 10
    assert found[:8] == [f"Otter {name}" for name in "abcdefgh"]


async def test_completions_follow_what_is_in_print(desk: Desk, public: Desk) -> None:
    await desk.create(paper(1, "Otters"))
    assert await completions(public, "ott") == []
    await desk.act(1, "publish")
    assert [hit["text"] for hit in await completions(public, "ott")] == ["Otters"] * 1
    await desk.act(1, "unpublish")
    assert await completions(public, "ott") == []


@pytest.mark.parametrize(
    "q", ["%", "_", "\\", "%25%25", "...", "+", '"', "a" * 200, "*", "é", "a b " * 40]
)
async def test_any_text_can_be_completed(desk: Desk, public: Desk, app: FastAPI, q: str) -> None:
    await desk.create(paper(1, "Otters"), publish=True)
    at = datetime(2026, 5, 2, 5, tzinfo=UTC)
    await record_models(app.state.database, {"acme/whale": 9}, at=at + timedelta(hours=1))

    assert await completions(public, q) == []


@pytest.mark.one_database
@pytest.mark.parametrize("query", ["", "q=", "q=" + "a" * 201, "q=a&limit=5"])
async def test_what_cannot_be_completed_is_refused(public: Desk, query: str) -> None:
    answer: httpx.Response = await public.get(f"/v1/search/suggest?{query}")
    assert answer.status_code == 400


# ---------------------------------------------------------------------------- groups


def ranking(number: int, *entries: dict[str, Any]) -> dict[str, Any]:
    sections = [lead(), {"kind": "trending", "entries": [*entries]}]
    return issue(number=number, date=day(number), sections=sections)


async def test_entries_about_one_subject_are_one_hit(desk: Desk, public: Desk) -> None:
    orca = entry("acme/orca", name="Orca", summary="A whale of a model.")
    twin = {**orca, "source": "huggingface", "kind": "model"}
    bare = entry("bare/orca", name="bare/orca")
    for number in range(1, 14):
        await desk.create(ranking(number, orca, bare), publish=True)
    again = {"kind": "movers", "entries": [{**orca, "change": 5, "window": "week"}]}
    last = ranking(14, twin, {**orca, "summary": "Orca orca orca."})
    await desk.create({**last, "sections": [*last["sections"], again]}, publish=True)
    await desk.create(ranking(15, orca))  # a draft is found by no caller

    page = await public.read("/v1/search?q=orca&type=entry&group=subject&facets=source")

    assert {
        (hit["title"], hit["issue"]["number"], hit["printings"]["total"]): [
            printed["number"] for printed in hit["printings"]["issues"]
        ]
        for hit in page["data"]
    } == {
        ("Orca", 14, 14): [*range(14, 4, -1)],
        ("Orca", 14, 1): [14],
        ("bare/orca", 13, 13): [*range(13, 3, -1)],
    }
    assert page["page"]["total"] == 3
    assert page["page"]["suggestion"] is None
    assert page["page"]["facets"]["source"] == {"github": 28, "huggingface": 1}
    assert (await public.read("/v1/search?q=orca&type=entry"))["data"][0]["printings"] is None


async def test_groups_of_many_hits_are_not_counted(desk: Desk, public: Desk) -> None:
    for number in (1, 2, 3):
        whales = [entry(f"acme/orca-{n}", name="Orca") for n in range(170)]
        await desk.create(ranking(number, *whales), publish=True)

    page = await public.read("/v1/search?q=orca&type=entry&group=subject")
    shown = (await public.client.get("/search?q=orca&type=entry")).text

    assert page["page"]["total"] is None
    assert page["data"][0]["printings"]["total"] == 3
    assert "The best of many." in shown
    assert "510 found." in (await public.client.get("/search?q=orca&type=entry&sort=newest")).text


async def test_hits_of_other_types_stand_beside_groups(desk: Desk, public: Desk) -> None:
    orca = entry("acme/orca", name="Orca")
    for number in (1, 2):
        document = ranking(number, orca)
        document["sections"][0]["headline"] = "Orca"
        await desk.create(document, publish=True)

    pages, cursor = [], None
    while True:
        query = "/v1/search?q=orca&group=subject&limit=1"
        page = await public.read(f"{query}&cursor={cursor}" if cursor else query)
        pages += page["data"]
        cursor = page["page"]["next_cursor"]
        if cursor is None:
            break

    whole = (await public.read("/v1/search?q=orca&group=subject"))["data"]
    assert pages == whole
    assert [hit["printings"]["total"] for hit in whole if hit["type"] == "entry"] == [2]
    assert {hit["printings"] for hit in whole if hit["type"] != "entry"} == {None}


@pytest.mark.parametrize("query", ["sort=newest&group=subject", "group=issue", "group="])
async def test_a_group_that_cannot_be_made_is_refused(public: Desk, query: str) -> None:
    answer = await public.send("GET", f"/v1/search?q=orca&{query}")
    assert refusal(answer) == (400, "invalid_parameter")


async def test_a_cursor_of_groups_is_bound_to_them(desk: Desk, public: Desk) -> None:
    for number in (1, 2):
        await desk.create(paper(number, "Orca"), publish=True)
    page = await public.read("/v1/search?q=orca&group=subject&limit=1")
    cursor = page["page"]["next_cursor"]
    answer = await public.send("GET", f"/v1/search?q=orca&limit=1&cursor={cursor}")
    assert answer.status_code == 400
