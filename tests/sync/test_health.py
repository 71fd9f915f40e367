"""The health of a source is not what its last run said, once that is long ago."""

import httpx
import pytest

from tests.conftest import Clock
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]


@pytest.mark.parametrize(
    ("hours", "status", "reason"),
    [
        (35, "ok", None),
        (36, "degraded", "no_later_run"),
        (6 * 24, "degraded", "no_later_run"),
        (9 * 24, "down", "no_later_run"),
    ],
)
async def test_a_source_ages(
    client: httpx.AsyncClient,
    clock: Clock,
    run_day: RunDay,
    hours: int,
    status: str,
    reason: str | None,
) -> None:
    await run_day()

    clock.advance(seconds=hours * 3600)

    answer = await client.get("/v1/sync/sources")
    health = [(each["status"], each["reason"]) for each in answer.json()["data"]]
    assert health == [(status, reason), (status, reason)]


@pytest.mark.slow
async def test_a_source_that_fails_says_why_however_long_ago(
    client: httpx.AsyncClient, clock: Clock, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.fault = lambda request: httpx.Response(500)
    await run_day()

    clock.advance(seconds=9 * 24 * 3600)

    health = (await client.get("/v1/sync/sources")).json()["data"]
    assert {each["status"] for each in health} == {"down"}
    assert all(each["reason"] not in (None, "no_later_run") for each in health)
