"""Old observations are given up but for one look a week; boards and recent days stay."""

from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.content.access import COMMAND_LINE
from app.content.commands.sync_runs import KEEP_EVERY_DAYS, prune_observations
from app.content.commands.transaction import perform
from tests.conftest import Clock
from tests.snapshots import record_models

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn, pytest.mark.trial]

DAYS = 120
SUBJECT = "/v1/trending/huggingface/model/lab/model"


async def test_a_history_keeps_each_week_and_boards_keep_every_day(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    database = app.state.database
    end = clock.now
    for day in range(DAYS):
        at = end - timedelta(days=DAYS - 1 - day)
        await record_models(database, {"lab/model": 100 + day * day}, at=at)
    asked = [
        f"/v1/trending?source=huggingface&kind=model&window={window}&date="
        f"{(end - timedelta(days=ago)).date()}"
        for ago in (1, 60, 80, 110)
        for window in ("day", "week")
    ]
    boards = [(await client.get(address)).json() for address in asked]
    whole = (await client.get(SUBJECT)).json()["history"]

    while await database.write(
        lambda bind: perform(bind, prune_observations, principal=COMMAND_LINE, clock=clock)
    ):
        pass

    thinned = (await client.get(SUBJECT + "?from=2000-01-01")).json()["history"]
    assert len(whole) == DAYS
    recent = [seen for seen in whole if _age(seen, end) <= KEEP_EVERY_DAYS]
    old = [seen for seen in thinned if seen not in recent]
    assert thinned[-len(recent) :] == recent
    weeks = {_week(seen) for seen in whole if seen not in recent}
    assert len({_week(seen) for seen in old}) == len(weeks)
    assert len(weeks) <= len(old) <= len(weeks) + 7
    assert [(await client.get(address)).json() for address in asked] == boards
    assert all(board["data"] for board in boards)


def _age(seen: dict[str, str], end: datetime) -> float:
    return (end - datetime.fromisoformat(seen["observed_at"])).total_seconds() / 86_400


def _week(seen: dict[str, str]) -> tuple[int, int]:
    return datetime.fromisoformat(seen["observed_at"]).isocalendar()[:2]
