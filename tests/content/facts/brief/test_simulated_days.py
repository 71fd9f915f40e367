"""Ten days of storylines: every fact is true, every kind is seen, the same day gives the same."""

import re
from collections.abc import Iterator, Mapping
from datetime import date as Date, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from app.content.access import COMMAND_LINE
from app.content.commands.sync_runs import prune_observations
from app.content.commands.transaction import perform
from app.content.facts.brief.fact import FACT_KINDS
from app.content.facts.brief.milestone import MILESTONES
from app.models.sighting import Look
from app.models.snapshot import COUNTERS
from tests.conftest import Clock
from tests.content.facts.brief.world import DAYS, FIRST, World
from tests.snapshots import record

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn, pytest.mark.trial]

Json = dict[str, Any]
BYTES: dict[str, bytes] = {}
"""The briefs of the first database, which the second must give too."""


@pytest.fixture
async def world(app: FastAPI, clock: Clock) -> World:
    """Fifty days were observed, the last of them today."""
    world = World(clock.now - timedelta(days=DAYS - 1))
    for day in range(DAYS):
        for look in world.looks(day):
            await record(app.state.database, look)
    return world


async def brief_of(client: httpx.AsyncClient, date: Date) -> tuple[Json, bytes]:
    answer = await client.get(f"/v1/brief?date={date.isoformat()}")
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.content


async def test_ten_days_are_told_truly_and_always_alike(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    seen: dict[str, int] = dict.fromkeys(FACT_KINDS, 0)
    told = {}
    for day in range(FIRST, DAYS):
        date = world.at(day).date()
        document, content = await brief_of(client, date)
        told[date] = content
        assert document["facts"], date
        for fact in document["facts"]:
            check_proof(fact, world, day)
            check_kind(fact, world, day)
            seen[fact["kind"]] += 1
        scores = [fact["score"] for fact in document["facts"]]
        assert scores == sorted(scores, reverse=True)
        assert 0 <= min(scores) <= max(scores) <= 100
        ids = [fact["id"] for fact in document["facts"]]
        assert len(ids) == len(set(ids)) <= 100
    assert not [kind for kind, count in seen.items() if not count], seen

    await check_storylines(client, world)
    await check_forms(client, clock, world)
    await check_doubted(app, client, clock, world)

    # Later days, a subject that comes back and pruning change no past brief.
    database = app.state.database
    for later in range(30, 100, 10):
        clock.now = world.at(DAYS - 1 + later)
        look = next(iter(world.looks(45)))
        moved = Look(look.source, look.kind, clock.now, "complete", sightings=look.sightings)
        await record(database, moved)
    while await database.write(
        lambda bind: perform(bind, prune_observations, principal=COMMAND_LINE, clock=clock)
    ):
        pass
    for date, content in told.items():
        assert (await brief_of(client, date))[1] == content, date
    everything = b"".join(told.values())
    assert BYTES.setdefault("briefs", everything) == everything


def check_proof(fact: Json, world: World, day: int) -> None:
    """Each observation of the evidence is what the world had, and stands in the sentence's day."""
    assert fact["evidence"], fact
    for each in fact["evidence"]:
        assert each["source_url"].startswith("https://")
        if each["counter"] not in COUNTERS:
            assert each["counter"] == "entries"
            continue
        site, _, name = each["source_url"].removeprefix("https://").partition("/")
        kind = "repository" if site == "github.com" else "model"
        assert each["counter"] == ("stars" if kind == "repository" else "likes")
        seen_on = world.day_of(datetime.fromisoformat(each["observed_at"]))
        assert each["value"] == world.count(kind, name, seen_on), fact
        assert seen_on <= day


def check_kind(fact: Json, world: World, day: int) -> None:
    """The numbers of a fact, worked out anew from the world."""
    subject = fact["subject"]
    numbers = [int(text.replace(",", "")) for text in re.findall(r"\d[\d,]*", fact["statement"])]
    if subject is None:
        assert fact["kind"] in ("task_rise", "language_rise", "publisher")
        assert fact["value"] > fact["previous"] >= 0
        return
    counts = {
        ago: world.count(subject["kind"], subject["external_id"], day - ago) for ago in (0, 1, 7)
    }
    match fact["kind"]:
        case "top_mover" | "fall" if fact["evidence"][0]["value"] == fact["value"]:
            before = counts[{"day": 1, "week": 7}[fact["window"]]]
            assert (fact["value"], fact["previous"]) == (counts[0], before)
            assert abs(fact["value"] - fact["previous"]) in numbers
        case "milestone":
            assert fact["value"] in MILESTONES
            assert counts[1] is not None
            assert counts[0] is not None
            assert counts[1] < fact["value"] <= counts[0]
            assert {fact["value"], counts[0]} <= set(numbers)
        case "record":
            assert counts[1] is not None
            assert counts[0] is not None
            gains = dict(gains_of(world, subject, day))
            assert fact["value"] == gains.pop(day) == counts[0] - counts[1]
            assert fact["value"] > max(gains.values())
        case "overtakes":
            assert counts[0] in numbers
        case "newcomer" | "return" | "streak":
            assert counts[0] in numbers
        case "rename":
            assert (subject["external_id"], day) == ("guild/second-name", 44)
            assert "lab/first-name" in fact["statement"]
        case "gone":
            assert (subject["external_id"], day) == ("lab/gone", 47)
            assert world.count("repository", "lab/gone", 45) in numbers


def gains_of(world: World, subject: Mapping[str, str], until: int) -> Iterator[tuple[int, int]]:
    for day in range(1, until + 1):
        before = world.count(subject["kind"], subject["external_id"], day - 1)
        now = world.count(subject["kind"], subject["external_id"], day)
        if before is not None and now is not None:
            yield day, now - before


async def check_storylines(client: httpx.AsyncClient, world: World) -> None:
    told: dict[int, list[str]] = {}
    for day in (43, 44, 45, 46, 47, 48):
        document, _ = await brief_of(client, world.at(day).date())
        told[day] = [fact["statement"] for fact in document["facts"]]

    assert told[45][0].startswith("lab/rocket gained 640 stars in a day")
    for day, sentence in (
        (45, "lab/rocket passed 2,000 stars and has 2,360 stars."),
        (
            45,
            "lab/rocket gained 640 stars in a day and has 2,360 stars, its largest gain in the "
            "45 days that we have observed it.",
        ),
        (
            43,
            "lab/born has 180 stars and is new on the board of trending GitHub repositories, at "
            "number 1.",
        ),
        (44, "The GitHub repository lab/first-name is now called guild/second-name."),
        (
            44,
            "lab/purged lost 1,282 stars in a week and has 4,229 stars, the largest loss among "
            "the GitHub repositories we compared.",
        ),
        (47, "The GitHub repository lab/gone is gone; on 29 April 2026 it had 7,970 stars."),
    ):
        assert sentence in told[day], told[day]
    assert any("and is back on the board" in text for text in told[46])
    assert any("and has overtaken lab/slow on" in text for text in told[48])
    assert any(text.count(" day in a row, at number ") for text in told[44])
    assert any(text.startswith("studio has four of the first") for text in told[47])


async def check_doubted(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock, world: World
) -> None:
    """What is partial, failed or stale gives no facts."""
    database = app.state.database
    for days, status, reason in ((1, "partial", "not_all_refreshed"), (2, "failed", "timeout")):
        clock.now = world.at(DAYS - 1 + days)
        for look in world.looks(DAYS - 1):
            seen = look.sightings if status == "partial" else ()
            doubted = Look(look.source, look.kind, clock.now, status, reason, sightings=seen)  # type: ignore[arg-type]
            await record(database, doubted)

        document, _ = await brief_of(client, clock.now.date())

        assert document["facts"] == []
        for each in document["coverage"].values():
            assert each["status"] != "ok"


async def check_forms(client: httpx.AsyncClient, clock: Clock, world: World) -> None:
    date = world.at(45).date().isoformat()
    document, content = await brief_of(client, world.at(45).date())
    assert document["date"] == date
    assert set(document["coverage"]) == {"github", "huggingface"}

    markdown = await client.get(f"/v1/brief.md?date={date}")
    by_accept = await client.get(f"/v1/brief?date={date}", headers={"Accept": "text/markdown"})
    page = await client.get(f"/brief/{date}")
    query = (
        "query($date: Date) { brief(date: $date) { date facts { id kind statement score value "
        "previous window subject { externalId } evidence { snapshotId value } } "
        "coverage { source status tracked } } }"
    )
    asked = await client.post("/graphql", json={"query": query, "variables": {"date": date}})

    assert markdown.text == by_accept.text
    assert by_accept.headers["cache-control"].startswith("private")
    assert "errors" not in asked.json(), asked.text
    told = asked.json()["data"]["brief"]
    assert [fact["id"] for fact in told["facts"]] == [fact["id"] for fact in document["facts"]]
    for fact in document["facts"]:
        assert fact["statement"].replace("&", "&amp;") in page.text
    assert (await client.get(f"/v1/brief?date={date}")).content == content
    clock.now = world.at(46)
    default = (await client.get("/v1/brief")).json()
    assert default["date"] == date
    assert orjson.dumps(default["facts"]) == orjson.dumps(document["facts"])
    clock.now = world.at(DAYS - 1)
