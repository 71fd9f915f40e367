"""`issues draft`: boards and movers that stand, and stories from the brief of the day."""

import asyncio
import json
from datetime import date as Date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.snapshots import record_models

DAY = timedelta(days=1)


async def draft(run: Run, day: Date, *words: str) -> Any:
    """Run the command in a thread, where it has a loop of its own."""
    command = ("issues", "draft", "--date", day.isoformat(), *words, "--json")
    return await asyncio.to_thread(run, *command)


def section_of(out: str, kind: str) -> dict[str, Any]:
    (section,) = [each for each in json.loads(out)["sections"] if each["kind"] == kind]
    found: dict[str, Any] = section
    return found


@pytest.mark.slow
async def test_a_draft_is_written_from_the_brief(run: Run, app: FastAPI, clock: Clock) -> None:
    for days in range(9, -1, -1):
        likes = {f"lab/model-{n}": 1_000 + n * (9 - days) * 10 for n in range(1, 6)}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)

    ran = await asyncio.to_thread(
        run, "issues", "draft", "--date", clock.now.date().isoformat(), "--json"
    )

    assert ran.code == 0, ran.err
    issue = json.loads(ran.out)
    lead, short = issue["sections"][:2]
    best = "lab/model-5 gained 350 likes in a week and has 1,450 likes, the largest gain among"
    assert lead["headline"].startswith(best)
    assert issue["title"] == lead["headline"]
    assert issue["provenance"]["digital_source_type"] == "algorithmicallyEnhanced"
    assert [section["kind"] for section in issue["sections"]] == [
        *("lead", "brief", "tools", "trending", "movers", "reading")
    ]
    box = lead["metrics"]["items"]
    assert box[0] | {"source": None} == {
        "label": "lab/model-5",
        "value": "1,450 likes",
        "number": 1450,
        "unit": "likes",
        "source": None,
    }
    assert box[0]["source"]["observed_at"] == clock.now.isoformat().replace("+00:00", "Z")
    assert len({item["label"] for item in box}) == len(box) > 2
    assert short["body"].count("\n- ") >= 3
    published = await asyncio.to_thread(run, "issues", "publish", str(issue["number"]))
    assert published.code == 0, published.err
    told = await asyncio.to_thread(run, "brief", "--date", clock.now.date().isoformat(), "--json")
    facts = [fact["statement"] for fact in json.loads(told.out)["facts"]]
    assert facts[0].removesuffix(".") == lead["headline"]
    shown = await asyncio.to_thread(run, "brief", "--date", clock.now.date().isoformat())
    assert "- **Top mover** (" in shown.out
    refused = await asyncio.to_thread(run, "brief", "--date", "someday")
    assert refused.code == 2


async def test_a_draft_without_facts_has_its_boards_and_no_lead(
    run: Run, app: FastAPI, clock: Clock
) -> None:
    day = clock.now.date().isoformat()
    for days, gain in ((1, 0), (0, 1)):
        likes = {f"lab/model-{n}": 100 + n * gain for n in range(1, 6)}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)

    ran = await asyncio.to_thread(
        run, "issues", "draft", "--date", day, "--window", "day", "--limit", "3", "--json"
    )

    assert ran.code == 0, ran.err
    issue = json.loads(ran.out)
    assert issue["status"] == "draft"
    assert [section["kind"] for section in issue["sections"]] == [
        *("tools", "trending", "movers", "reading")
    ]
    assert [len(section["entries"]) for section in issue["sections"][1:3]] == [3, 3]
    assert [entry["change"] for entry in issue["sections"][2]["entries"]] == [5, 4, 3]
    unwritten = await asyncio.to_thread(run, "issues", "publish", str(issue["number"]))
    assert (unwritten.code, "exactly one lead" in unwritten.err) == (1, True)
    again = await asyncio.to_thread(run, "issues", "draft", "--date", day)
    assert (again.code, "is taken" in again.err) == (1, True)


async def test_a_draft_of_a_past_day_has_the_boards_of_that_day(
    run: Run, app: FastAPI, clock: Clock
) -> None:
    for days in (3, 2, 1, 0):
        likes = {"lab/model": 100 + 10 ** (3 - days)}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)
    day = (clock.now - DAY).date()

    ran = await draft(run, day, "--window", "day")

    (entry,) = section_of(ran.out, "movers")["entries"]
    assert (entry["likes"], entry["change"]) == (200, 90)
    assert entry["observed_at"].startswith(day.isoformat())


async def test_a_draft_says_how_its_entries_stand(run: Run, app: FastAPI, clock: Clock) -> None:
    for days in (5, 4, 3, 2, 1, 0):
        likes = {"lab/steady": 100 + 10 * (5 - days), "lab/late": 100 + (30 if days == 0 else 0)}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)

    ran = await draft(run, clock.now.date(), "--window", "day")

    trending, movers = section_of(ran.out, "trending"), section_of(ran.out, "movers")
    said = "New on the board: lab/late. Longest there: lab/steady, 5 days in a row."
    assert trending["standfirst"] == said
    assert movers["standfirst"] == said


def test_what_has_no_board_is_left_empty_and_named(run: Run) -> None:
    ran = run("issues", "draft", "--date", "2026-05-03")

    assert ran.code == 0
    assert "left empty: trending: There is no snapshot yet; start a sync run first." in ran.err
    assert "Drafted issue 1 of 2026-05-03 with 0 trending entries, 0 movers entries" in ran.out


@pytest.mark.parametrize(
    "words",
    [("--date", "tomorrow"), ("--date", "2026-05-03", "--window", "year"), (),
     ("--date", "2026-05-03", "--limit", "41")],
    ids=str,
)  # fmt: skip
def test_a_wrong_word_is_a_usage_error(run: Run, words: tuple[str, ...]) -> None:
    assert run("issues", "draft", *words).code == 2
