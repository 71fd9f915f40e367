"""Days of syncing seen through the API: what moved, what was renamed, what is gone."""

from typing import Any

import httpx
import pytest

from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream, object_id

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

BOARD = "/v1/trending?source=github&kind=repository"
MOVERS = "/v1/trending/movers?source=github&kind=repository"


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    response = await client.get(address)
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


async def test_nothing_was_seen_yet(client: httpx.AsyncClient) -> None:
    board = await read(client, BOARD)
    health = await read(client, "/v1/sync/sources")

    assert board["data"] == []
    assert (board["board"]["status"], board["board"]["reason"]) == ("withheld", "no_snapshot")
    assert [source["status"] for source in health["data"]] == ["never", "never"]


async def test_the_first_run_has_nothing_to_compare_with(
    client: httpx.AsyncClient, run_day: RunDay
) -> None:
    run = await run_day()

    board = await read(client, BOARD)
    health = await read(client, "/v1/sync/sources")
    assert run["status"] == "complete", run
    assert (board["board"]["status"], board["board"]["reason"]) == ("withheld", "no_baseline")
    assert board["board"]["snapshot_id"] is not None
    assert {s["name"]: s["status"] for s in health["data"]} == {"huggingface": "ok", "github": "ok"}
    assert {s["name"]: s["subjects"] for s in health["data"]}["github"] == 40


@pytest.mark.slow
async def test_a_week_of_moves_is_told_with_ranks_changes_and_ties(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for _ in range(7):
        for number, gain in ((1001, 50), (1002, 20), (1003, 20), (1004, -5)):
            upstream.repositories[number]["stargazers_count"] += gain
        await run_day()

    up, down, board = (
        await read(client, MOVERS),
        await read(client, f"{MOVERS}&direction=down"),
        await read(client, BOARD),
    )
    assert [(e["external_id"], e["change"], e["rank"]) for e in up["data"]] == [
        ("lab/repo-1", 350, 1),
        ("lab/repo-2", 140, 2),
        ("lab/repo-3", 140, 2),
    ]
    assert [(e["external_id"], e["change"]) for e in down["data"]] == [("lab/repo-4", -35)]
    assert [e["external_id"] for e in board["data"]] == ["lab/repo-1", "lab/repo-2", "lab/repo-3"]
    assert board["board"]["status"] == "ok"
    assert board["board"]["span_days"] == 7.0
    assert board["board"]["tracked"] == 40
    assert all(entry["snapshot_id"] and entry["observed_at"] for entry in board["data"])


@pytest.mark.slow
async def test_a_past_board_stays_as_it_was(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.repositories[1001]["stargazers_count"] += 100
    await run_day()  # the fifth of May
    address = f"{BOARD}&window=day&date=2026-05-05"
    before = await read(client, address)

    upstream.repositories[1001].update(full_name="other/name", stargazers_count=5000)
    upstream.repositories.pop(1002)
    for _ in range(3):
        await run_day()

    assert [e["external_id"] for e in before["data"]] == ["lab/repo-1"]
    assert await read(client, address) == before


@pytest.mark.slow
async def test_a_renamed_subject_keeps_its_history_and_its_old_name_leads_to_it(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.repositories[1001]["full_name"] = "moved/to"
    await run_day()

    moved = await client.get("/v1/trending/github/repository/lab/repo-1")
    subject = await read(client, "/v1/trending/github/repository/moved/to")

    assert moved.status_code == 308
    assert moved.headers["location"].endswith("/v1/trending/github/repository/moved/to")
    assert [name["external_id"] for name in subject["names"]] == ["lab/repo-1", "moved/to"]
    assert [name["to"] is None for name in subject["names"]] == [False, True]
    assert len(subject["history"]) == 2
    assert subject["upstream_id"] == "1001"


@pytest.mark.slow
async def test_a_freed_name_begins_anew_with_another_subject(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.repositories[1001]["full_name"] = "moved/to"
    upstream.add_repository(9999, "lab/repo-1", stars=80)
    await run_day()

    subject = await read(client, "/v1/trending/github/repository/lab/repo-1")
    up = await read(client, f"{MOVERS}&window=day")

    assert subject["upstream_id"] == "9999"
    assert len(subject["history"]) == 1
    assert up["data"] == []  # new is never +80


@pytest.mark.slow
async def test_what_listings_leave_out_is_asked_for_by_itself(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.unlisted = {1, 2, 1001, 1002}
    upstream.models[1]["likes"] += 7
    upstream.repositories[1001]["stargazers_count"] += 9
    run = await run_day()

    model = await read(client, "/v1/trending/huggingface/model/lab/model-1")
    repository = await read(client, "/v1/trending/github/repository/lab/repo-1")
    assert run["status"] == "complete"
    assert model["latest"]["likes"] == 108
    assert repository["latest"]["stars"] == 1010


@pytest.mark.slow
async def test_gone_is_said_after_the_second_look_and_taken_back(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    row = upstream.repositories.pop(1001)
    model = upstream.models.pop(1)
    address = "/v1/trending/github/repository/lab/repo-1"
    statuses = []
    for _ in range(2):
        await run_day()
        statuses.append((await read(client, address))["status"])
    gone_model = await read(client, "/v1/trending/huggingface/model/lab/model-1")

    upstream.repositories[1001], upstream.models[1] = row, model
    await run_day()

    assert statuses == ["active", "gone"]
    assert gone_model["status"] == "gone"
    assert len(gone_model["history"]) == 1
    assert (await read(client, address))["status"] == "active"


@pytest.mark.slow
async def test_what_nobody_uses_does_not_trend(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.models[1].update(likes=400, downloads=0)
    upstream.models[2].update(likes=200)
    await run_day()

    address = "/v1/trending?source=huggingface&kind=model&window=day"
    board = await read(client, address)
    assert [entry["external_id"] for entry in board["data"]] == ["lab/model-2"]


@pytest.mark.slow
async def test_one_born_since_the_baseline_trends_without_a_change(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.add_repository(5000, "new/born", 300, created_at="2026-05-04T18:00:00Z")
    upstream.add_repository(5001, "merely/found", 300)
    await run_day()

    board = await read(client, f"{BOARD}&window=day")
    assert [(e["external_id"], e["change"]) for e in board["data"]] == [("new/born", None)]
    assert board["notes"][0]["is_newcomer"]


@pytest.mark.slow
async def test_pages_of_a_board_stay_with_it_though_another_comes(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for number, row in upstream.repositories.items():
        row["stargazers_count"] += number - 1000
    await run_day()
    address = f"{MOVERS}&window=day&limit=15"
    whole = await read(client, f"{MOVERS}&window=day&limit=100")

    page = await read(client, address)
    found = page["data"]
    await run_day()
    while page["page"]["next_cursor"]:
        page = await read(client, f"{address}&cursor={page['page']['next_cursor']}")
        found += page["data"]

    assert found == whole["data"]
    assert len(found) == 40


@pytest.mark.slow
async def test_all_boards_come_in_one_call(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.models[3]["likes"] += 30
    await run_day()

    boards = (await read(client, "/v1/trending/boards?window=day&limit=3"))["data"]
    kinds = [(each["board"]["source"], each["board"]["kind"]) for each in boards]
    assert len(kinds) == len(set(kinds)) == 5
    models = next(each for each in boards if each["board"]["kind"] == "model")
    assert [entry["change"] for entry in models["entries"]] == [30]


@pytest.mark.slow
async def test_movers_over_all_kinds_say_that_counts_are_raw(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.models[3]["likes"] += 30
    upstream.repositories[1003]["stargazers_count"] += 30
    upstream.repositories[1004]["stargazers_count"] += 10
    await run_day()

    shown = await read(client, "/v1/trending/movers?window=day")
    assert "across kinds" in shown["board"]["method"]
    assert [(e["change"], e["rank"]) for e in shown["data"]] == [(30, 1), (30, 1), (10, 3)]


async def test_a_second_run_within_the_hour_asks_for_nothing(
    run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.requests.clear()

    run = await run_day(days=1 / 48)

    assert run["status"] == "complete"
    assert upstream.requests == []


@pytest.mark.slow
async def test_the_identity_of_a_model_is_not_its_name(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.models[1]["id"] = "lab/renamed"
    upstream.unlisted = {1}
    await run_day()

    # Asked for by its old name it is not found; its new one is nowhere told.
    subject = await read(client, "/v1/trending/huggingface/model/lab/model-1")
    assert subject["upstream_id"] == object_id(1)
    assert subject["status"] == "active"
