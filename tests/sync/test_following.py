"""`trendingUpdated`: told of each source and kind whose boards are new, and of nothing else."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import Clock
from tests.factories import make_issue
from tests.snapshots import record_models
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream, reply
from tests.web.graphql.live import Socket, open_socket, until_followed

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

UPDATED = "subscription { trendingUpdated { source kind observedAt snapshotId } }"


async def next_update(socket: Socket) -> dict[str, Any]:
    message = await socket.next()
    assert message["type"] == "next", message
    updated: dict[str, Any] = message["payload"]["data"]["trendingUpdated"]
    return updated


async def test_each_kind_that_was_looked_at_is_told_once(
    app: FastAPI, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    async with open_socket(app) as socket:
        await socket.subscribe(UPDATED)
        await until_followed(app)
        upstream.fault = lambda request: (
            reply({}, status=500) if request.url.path == "/api/datasets" else None
        )
        await run_day()

        told = [await next_update(socket) for _ in range(4)]

        assert {(each["source"], each["kind"]) for each in told} == {
            *(("HUGGINGFACE", kind) for kind in ("MODEL", "SPACE", "PAPER")),
            ("GITHUB", "REPOSITORY"),
        }
        assert len({each["snapshotId"] for each in told}) == 4
        assert await socket.is_silent()


async def test_an_issue_is_no_news_of_trends_nor_a_trend_of_issues(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], clock: Clock
) -> None:
    async with open_socket(app) as trends, open_socket(app) as issues:
        await trends.subscribe(UPDATED)
        await issues.subscribe()
        await until_followed(app, 2)

        await client.post("/v1/issues?publish=true", json=make_issue(7), headers=editor)
        assert (await issues.event())["number"] == 7
        assert await trends.is_silent()

        snapshot_id = await record_models(app.state.database, {"lab/model": 7}, at=clock.now)
        await app.state.database.after_write()
        assert (await next_update(trends))["snapshotId"] == snapshot_id
        assert await issues.is_silent()


async def test_who_comes_later_is_told_of_what_is_later(app: FastAPI, clock: Clock) -> None:
    database = app.state.database
    await record_models(database, {"lab/model": 7}, at=clock.now - timedelta(days=1))
    async with open_socket(app) as socket:
        await socket.subscribe(UPDATED)
        await until_followed(app)
        assert await socket.is_silent()

        second = await record_models(database, {"lab/model": 9}, at=clock.now)
        await database.after_write()

        assert (await next_update(socket))["snapshotId"] == second
