"""`issues draft`: boards and movers that stand, prose that is left to write."""

import json
from datetime import timedelta

import pytest
from fastapi import FastAPI

from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.snapshots import record_models

DAY = timedelta(days=1)


async def test_a_draft_has_its_boards_and_no_lead(run: Run, app: FastAPI, clock: Clock) -> None:
    day = clock.now.date().isoformat()
    for days, gain in ((1, 0), (0, 10)):
        likes = {f"lab/model-{n}": 100 + n * gain for n in range(1, 6)}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)

    ran = run("issues", "draft", "--date", day, "--window", "day", "--limit", "3", "--json")

    assert ran.code == 0, ran.err
    issue = json.loads(ran.out)
    assert issue["status"] == "draft"
    assert [section["kind"] for section in issue["sections"]] == [
        *("tools", "trending", "movers", "reading")
    ]
    assert [len(section["entries"]) for section in issue["sections"][1:3]] == [3, 3]
    assert [entry["change"] for entry in issue["sections"][2]["entries"]] == [50, 40, 30]
    unwritten = run("issues", "publish", str(issue["number"]))
    assert (unwritten.code, "exactly one lead" in unwritten.err) == (1, True)
    again = run("issues", "draft", "--date", day)
    assert (again.code, "is taken" in again.err) == (1, True)


async def test_a_draft_of_a_past_day_has_the_boards_of_that_day(
    run: Run, app: FastAPI, clock: Clock
) -> None:
    for days in (3, 2, 1, 0):
        likes = {"lab/model": 100 + 10 ** (3 - days)}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)
    day = (clock.now - DAY).date().isoformat()

    ran = run("issues", "draft", "--date", day, "--window", "day", "--json")

    (entry,) = json.loads(ran.out)["sections"][2]["entries"]
    assert (entry["likes"], entry["change"]) == (200, 90)
    assert entry["observed_at"].startswith(day)


async def test_a_draft_says_how_its_entries_stand(run: Run, app: FastAPI, clock: Clock) -> None:
    for days in (5, 4, 3, 2, 1, 0):
        likes = {"lab/steady": 100 + 10 * (5 - days), "lab/late": 100 + (30 if days == 0 else 0)}
        await record_models(app.state.database, likes, at=clock.now - days * DAY)

    ran = run(
        *("issues", "draft", "--date", clock.now.date().isoformat(), "--window", "day", "--json")
    )

    trending, movers = json.loads(ran.out)["sections"][1:3]
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
