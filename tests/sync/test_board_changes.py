"""What entered a board and what left it, and how entries are said to stand there."""

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

CHANGES = "/v1/trending/changes?source=huggingface&kind=model"
BOARD = "/v1/trending?source=huggingface&kind=model"


@pytest.fixture
async def three_boards(app: FastAPI, clock: Clock) -> None:
    """On the last day `lab/c` enters, `lab/back` comes back, and `lab/b` no longer gains."""
    still = dict.fromkeys(("lab/a", "lab/b", "lab/c", "lab/back"), 100)
    for days, likes in {
        9: still,
        8: still,
        7: still,
        2: still | {"lab/a": 110, "lab/b": 120, "lab/back": 130},
        1: still | {"lab/a": 120, "lab/b": 140},
        0: still | {"lab/a": 130, "lab/c": 180, "lab/back": 135},
    }.items():
        await record_models(app.state.database, likes, at=clock.now - timedelta(days=days))


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    response = await client.get(address)
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["external_id"] for entry in entries]


@pytest.mark.usefixtures("three_boards")
async def test_entered_and_left_are_told_with_the_two_boards(client: httpx.AsyncClient) -> None:
    with counted() as statements:
        (changes,) = (await read(client, CHANGES))["data"]
    board = await read(client, BOARD)
    before = await read(client, f"{BOARD}&date=2026-05-02")

    assert names(changes["entered"]) == ["lab/c", "lab/back"]
    assert changes["entered"] == [e for e in board["data"] if e["external_id"] != "lab/a"]
    assert changes["left"] == [e for e in before["data"] if e["external_id"] == "lab/b"]
    notes = {n["external_id"]: n for n in changes["entered_notes"]}
    assert (notes["lab/c"]["is_newcomer"], notes["lab/back"]["has_returned"]) == (True, True)
    assert changes["board"] == board["board"]
    assert changes["previous"] == before["board"]
    # Boards, those of the day before, profiles, and when a sync changed anything.
    assert len(statements) == 4, statements


@pytest.mark.usefixtures("three_boards")
async def test_changes_are_of_any_day_and_bounded(client: httpx.AsyncClient) -> None:
    (first,) = (await read(client, f"{CHANGES}&date=2026-05-01"))["data"]
    (one,) = (await read(client, f"{CHANGES}&limit=1"))["data"]

    # The boards before 1 May were withheld: nothing is compared with them.
    assert (first["previous"], first["entered"], first["left"]) == (None, [], [])
    assert names(one["entered"]) == ["lab/c"]
    assert (await read(client, f"{CHANGES}&date=2020-01-01"))["data"] == []
    for bad in ("limit=0", "date=x", "window=year", "kind=repository", "x=1"):
        assert (await client.get(f"{CHANGES}&{bad}")).status_code == 400, bad
    again = await client.get(CHANGES, headers={"If-None-Match": "*"})
    assert again.status_code == 304


@pytest.mark.usefixtures("three_boards")
async def test_the_page_lists_new_entries_and_leavers(client: httpx.AsyncClient) -> None:
    page = (await client.get("/trending/changes")).text

    entered, _, left = page.partition("<h3>New entries</h3>")[2].partition("<h3>Leavers</h3>")
    link = r'<p class="entry" dir="auto"><a href="/trending/huggingface/model/lab/([^"]+)"'
    assert re.findall(link, entered) == ["c", "back"]
    assert re.findall(link, left) == ["b"]
    badges = re.findall(r'<span class="badge[^"]*">([^<]+)<', entered)
    assert badges == ["new", "all at once", "back"]
    assert 'href="/trending/changes?date=2026-05-02"' in page


@pytest.mark.usefixtures("three_boards")
async def test_a_board_shows_streaks_and_the_parts_of_each_score(
    client: httpx.AsyncClient,
) -> None:
    board = await read(client, BOARD)
    page = (await client.get("/trending/huggingface/model")).text
    front = (await client.get("/trending")).text

    parts = {note["external_id"]: note["parts"] for note in board["notes"]}
    for entry in board["data"]:
        gain, size, smoothing, boost = parts[entry["external_id"]].values()
        assert gain / (size + smoothing) ** 0.5 * boost == pytest.approx(entry["score"], rel=1e-3)
    assert parts["lab/a"] == {"gain": 30, "size": 100, "smoothing": 30, "boost": 1.0}
    assert "Score 7.02: gain 80 ÷ √(100 + 30) × pace 1.00" in page
    for shown in (page, front):
        badges = re.findall(r'<span class="badge[^"]*">([^<]+)<', shown)
        assert badges == ["new", "all at once", "back", "3 days in a row"]
    assert "Ranked by gain against size, 7 days to" in page
    assert "4 models compared." in page


@pytest.mark.usefixtures("three_boards")
async def test_movers_have_no_parts(client: httpx.AsyncClient) -> None:
    movers = await read(client, "/v1/trending/movers")

    assert [note["parts"] for note in movers["notes"]] == [None, None, None]


@pytest.mark.parametrize("at_once", [1, 30])
async def test_what_stood_on_a_day_board_before_returns_to_it(
    app: FastAPI,
    client: httpx.AsyncClient,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    """There is no week board yet, so week ranks say nothing about it."""
    monkeypatch.setattr("app.content.commands.boards.BOARDS_AT_ONCE", at_once)
    for days, likes in {
        3: {"lab/a": 100, "lab/b": 100},
        2: {"lab/a": 150, "lab/b": 110},
        1: {"lab/a": 150, "lab/b": 120, "lab/c": 10},
        0: {"lab/a": 200, "lab/b": 130, "lab/c": 20},
    }.items():
        await record_models(app.state.database, likes, at=clock.now - timedelta(days=days))

    assert await entered(client, window="day") == {"lab/a": "returned", "lab/c": "new"}


async def test_what_stood_on_a_week_board_is_new_to_the_month_board(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    for days, likes in {28: 100, 12: 100, 5: 150, 0: 160}.items():
        at = clock.now - timedelta(days=days)
        await record_models(app.state.database, {"lab/a": likes, "lab/b": 100}, at=at)

    board = await read(client, f"{BOARD}&window=week&date=2026-04-28")
    assert names(board["data"]) == ["lab/a"]
    month = await read(client, f"{BOARD}&window=month")
    assert [note["is_newcomer"] for note in month["notes"]] == [True]
    assert [note["has_returned"] for note in month["notes"]] == [False]


async def entered(client: httpx.AsyncClient, *, window: str) -> dict[str, str]:
    """How each entry of a board came to it since the board before, by name."""
    (changes,) = (await read(client, f"{CHANGES}&window={window}"))["data"]
    return {
        note["external_id"]: "new" if note["is_newcomer"] else "returned"
        for note in changes["entered_notes"]
        if note["is_newcomer"] != note["has_returned"]
    }
