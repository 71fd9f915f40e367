"""`issues draft` on ten days with storylines: every figure of a draft is one that was observed."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.content.facts.brief.world import DAYS, FIRST, World
from tests.snapshots import record

pytestmark = [pytest.mark.anyio, pytest.mark.trial]


async def test_every_figure_of_ten_drafts_is_supported(
    run: Run, app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    world = World(clock.now - timedelta(days=DAYS - 1))
    doubted, counted = [], []
    for day in range(DAYS):
        clock.now = world.at(day)
        for look in world.looks(day):
            await record(app.state.database, look)
        if day < FIRST:
            continue
        clock.now += timedelta(minutes=10)
        date = clock.now.date().isoformat()

        drafted = await asyncio.to_thread(run, "issues", "draft", "--date", date, "--json")
        assert drafted.code == 0, drafted.err
        number = str(json.loads(drafted.out)["number"])
        published = await asyncio.to_thread(run, "issues", "publish", number, "--json")
        assert published.code == 0, published.err

        claims = (await client.get(f"/v1/issues/{number}/claims")).json()["data"]
        counted.append(len([each for each in claims if "/entries/" not in each["pointer"]]))
        doubted += [(date, each) for each in claims if each["verdict"] != "supported"]
    assert doubted == []
    assert min(counted) >= 10
