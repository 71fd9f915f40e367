"""Ten days against the truth: every rank, change and score, whatever is renamed, gone or new."""

from datetime import timedelta
from random import Random
from typing import Any, get_args

import httpx
import pytest

from tests.conftest import Clock
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream, object_id
from tests.sync.world import DAYS, Kind, World

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn, pytest.mark.trial]

SOURCE: dict[Kind, str] = {"model": "huggingface", "repository": "github"}


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    """The whole of a list, page by page."""
    first = page = (await client.get(address)).json()
    while page["page"]["next_cursor"]:
        page = (await client.get(f"{address}&cursor={page['page']['next_cursor']}")).json()
        first["data"] += page["data"]
    shown: dict[str, Any] = first
    return shown


@pytest.mark.parametrize("seed", [1, 2])
async def test_boards_and_movers_are_the_truth_for_ten_days(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, clock: Clock, seed: int
) -> None:
    world = World(upstream, Random(seed))
    printed: dict[str, list[Any]] = {}
    compared = 0
    for day in range(11):
        world.move(clock.now + timedelta(days=1))
        run = await run_day()
        assert run["status"] == "complete", run
        date = clock.now.date().isoformat()
        for kind in get_args(Kind):
            for window in DAYS:
                of = f"source={SOURCE[kind]}&kind={kind}&window={window}&limit=100"
                if world.baseline_of(day, window) is None:
                    board = await read(client, f"/v1/trending?{of}")
                    if board["board"]["reason"] == "star_history":
                        # Of those opened since the midnight nearest to a week before.
                        assert {note["basis"] for note in board["notes"]} <= {"star_history"}
                        assert (kind, board["board"]["span_days"]) == ("repository", 7.25)
                        continue
                    assert (board["board"]["reason"], board["data"]) == ("no_baseline", [])
                    continue
                board = await read(client, f"/v1/trending?{of}")
                assert [
                    (e["external_id"], e["rank"], e["change"], e["score"]) for e in board["data"]
                ] == world.trending(day, kind, window)
                assert board["board"]["tracked"] == world.tracked(day, kind, window)
                assert board["board"]["status"] == "ok"
                printed[f"/v1/trending?{of}&date={date}"] = board["data"]
                for direction in ("up", "down"):
                    address = f"/v1/trending/movers?{of}&direction={direction}"
                    moved = await read(client, address)
                    assert [
                        (e["external_id"], e["rank"], e["change"]) for e in moved["data"]
                    ] == world.movers(day, kind, window, direction)
                    printed[f"{address}&date={date}"] = moved["data"]
                    compared += len(moved["data"])
                compared += len(board["data"])
    assert compared > 1000

    for address, data in printed.items():
        assert (await read(client, address))["data"] == data, address
    for number, (kind, name, gone_on) in world.deleted.items():
        bearer = await client.get(f"/v1/trending/{SOURCE[kind]}/{kind}/{name}")
        subject = bearer.json()
        if subject["upstream_id"] in (str(number), object_id(number)):
            assert subject["status"] == ("gone" if gone_on < 10 else "active"), name
            assert len(subject["history"]) <= gone_on
    for number, former in world.renamed.items():
        for kind in get_args(Kind):
            if number not in world.days[-1][kind]:
                continue
            name = world.days[-1][kind][number].name
            found = (await client.get(f"/v1/trending/{SOURCE[kind]}/{kind}/{name}")).json()
            assert found["upstream_id"] in (str(number), object_id(number))
            assert former in [each["external_id"] for each in found["names"]]
