"""What has no baseline of our own is ranked by what its source shows, and labelled so."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import Clock
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

MODELS = "/v1/trending?source=huggingface&kind=model"
REPOSITORIES = "/v1/trending?source=github&kind=repository"


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    response = await client.get(address)
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


def ranked(board: dict[str, Any]) -> list[tuple[str, int | None, str]]:
    return [
        (entry["external_id"], entry["change"], note["basis"])
        for entry, note in zip(board["data"], board["notes"], strict=True)
    ]


@pytest.mark.slow
async def test_what_is_opened_late_is_on_the_boards_of_its_launch_day(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, clock: Clock
) -> None:
    for _ in range(8):
        await run_day()
    launch = clock.now.date() + timedelta(days=1)
    upstream.add_model(900, "rocket/late", likes=4200, trendingScore=3900.0)
    upstream.add_model(901, "old/merely-found", likes=4200, trendingScore=21.0)
    upstream.add_repository(5000, "rocket/late", stars=8500)
    upstream.star_days[5000] = {launch - timedelta(days=20): 100, launch: 8400}
    upstream.add_repository(5001, "old/merely-found", stars=8500)
    upstream.star_days[5001] = {launch - timedelta(days=20): 8500}
    await run_day()

    for window in ("day", "week"):
        models = await read(client, f"{MODELS}&window={window}")
        repositories = await read(client, f"{REPOSITORIES}&window={window}")
        assert ranked(models) == [("rocket/late", None, "trending_score")]
        assert ranked(repositories) == [("rocket/late", None, "star_history")]
        assert models["board"]["method"] == "rise/2, newcomers by trending score"
        assert repositories["board"]["method"] == "rise/2, newcomers by star history"
    upstream.requests.clear()
    upstream.repositories[5000]["stargazers_count"] += 900
    await run_day()
    week = await read(client, f"{REPOSITORIES}&window=week")
    day = await read(client, f"{REPOSITORIES}&window=day")
    assert ranked(week) == [("rocket/late", None, "star_history")]
    assert ranked(day) == [("rocket/late", 900, "observed")]
    asked = [r.url.path for r in upstream.requests if r.url.path.endswith("/history")]
    assert asked == []  # once is enough


@pytest.mark.parametrize(
    ("hour", "span", "change"), [(6, 1.25, 350), (23, 0.958, 150), (12, None, None)]
)
async def test_a_board_of_the_first_week_tells_its_true_span(
    client: httpx.AsyncClient,
    run_day: RunDay,
    upstream: Upstream,
    clock: Clock,
    hour: int,
    span: float | None,
    change: int | None,
) -> None:
    clock.now = clock.now.replace(hour=hour, minute=0, second=0)
    today = clock.now.date() + timedelta(days=1)
    upstream.star_days[1040] = {today - timedelta(days=1): 200, today: 150}
    await run_day()

    board = await read(client, f"{REPOSITORIES}&window=day")

    assert board["board"]["span_days"] == span
    assert [entry["change"] for entry in board["data"]] == ([] if change is None else [change])


@pytest.mark.slow
async def test_thousands_of_likes_without_a_download_trend(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    upstream.models[1].update(likes=5600, downloads=0)
    await run_day()
    upstream.models[1].update(likes=6300)
    upstream.models[2].update(likes=800, downloads=0)
    await run_day()

    board = await read(client, f"{MODELS}&window=day")
    assert ranked(board) == [("lab/model-1", 700, "observed")]
