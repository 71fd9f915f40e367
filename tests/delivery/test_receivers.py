"""Delivery over sockets, to receivers that behave as receivers do."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.config import Settings
from app.db import open_database
from app.delivery.dispatcher import Dispatcher, dispatching
from app.main import create_app
from tests.conftest import client_of
from tests.delivery.conftest import Headers
from tests.delivery.receiver_server import Came, receiving
from tests.factories import issue

pytestmark = [pytest.mark.databases_in_turn, pytest.mark.end_to_end, pytest.mark.slow]

ISSUES = 4
PRINTINGS = 3
EVENTS = ISSUES * PRINTINGS
PATHS = ("/ok", "/random", "/hang", "/gone", "/moved", "/busy")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    update = {"webhooks_allow_private": True, "webhooks_retry_seconds": (0.05, 0.2)}
    return settings.model_copy(update=update)


async def test_every_receiver_gets_what_it_takes(settings: Settings, editor: Headers) -> None:
    app = create_app(settings, clock=_now)
    async with (
        receiving(random.Random(21)) as receiver,
        app.router.lifespan_context(app),
        client_of(app) as client,
        open_database(settings.database) as database,
        dispatching(Dispatcher(database, settings, clock=_now, timeout_seconds=0.5)),
    ):
        client.headers.update(editor)
        ids: dict[str, str] = {}
        for path in PATHS:
            made = await _post(client, "/v1/webhooks", {"url": receiver.url + path})
            ids[path], receiver.secrets[path] = made["id"], [made["secret"]]
        rotated = await _post(client, f"/v1/webhooks/{ids['/ok']}/rotate")
        receiver.secrets["/ok"] = [*receiver.secrets["/ok"], rotated["secret"]]
        await _until(lambda: len(receiver.came) >= len(PATHS))
        for printing, number in itertools.product(range(PRINTINGS), range(1, ISSUES + 1)):
            await _print(client, number, printing)

        await _until(
            lambda: all(
                len({each.id for each in receiver.of(path, succeeded=True)}) == EVENTS
                for path in ("/ok", "/random", "/busy")
            )
        )
        await _until(lambda: len(receiver.of("/hang")) > ISSUES)
        await _until(lambda: len(receiver.of("/moved")) > ISSUES)
        log = (await client.get("/v1/events?limit=100&types=issue.published,issue.updated")).json()
        hung = (await client.get(f"/v1/webhooks/{ids['/hang']}/deliveries?status=failed")).json()
        gone = (await client.get(f"/v1/webhooks/{ids['/gone']}")).json()

    logged = [event["id"] for event in log["data"]]
    for path in ("/ok", "/random", "/busy"):
        succeeded = receiver.of(path, succeeded=True)
        assert {each.id for each in succeeded} == set(logged)
        _assert_in_order(succeeded)
    for path in PATHS:
        came = receiver.of(path)
        assert all(each.is_verified for each in came)
        bodies = {each.id: each.body for each in came}
        assert all(each.body == bodies[each.id] for each in came)
    assert {each.signatures for each in receiver.of("/ok")} == {2}
    assert receiver.of("/target") == []
    assert {each["error"] for each in hung["data"]} == {"No response within 0.5 seconds."}
    assert (gone["status"], gone["disabled_reason"]) == ("disabled", "gone")
    assert 1 <= len(receiver.of("/gone")) <= ISSUES
    for id_ in logged:
        first, second = (each.at for each in receiver.of("/busy") if each.id == id_)
        assert second - first >= 1.0


def _assert_in_order(succeeded: list[Came]) -> None:
    """The first successes of each issue come in the order of the log."""
    firsts: dict[str, Came] = {}
    for each in succeeded:
        firsts.setdefault(each.id, each)
    for number in range(1, ISSUES + 1):
        of_issue = [
            each.event["sequence"]
            for each in firsts.values()
            if each.event["data"]["issue"]["number"] == number
        ]
        assert of_issue == sorted(of_issue)


async def _print(client: httpx.AsyncClient, number: int, printing: int) -> None:
    if printing == 0:
        document = issue(number=number, date=f"2026-04-{number:02}")
        await _post(client, "/v1/issues?publish=true", document)
        return
    headers = {"If-Match": "*"}
    change = {"title": f"Printing {printing}"}
    changed = await client.patch(f"/v1/issues/{number}", json=change, headers=headers)
    assert changed.status_code == 200, changed.text
    await _post(client, f"/v1/issues/{number}/publish", **headers)


async def _post(client: httpx.AsyncClient, path: str, json: Any = None, **headers: str) -> Any:
    answer = await client.post(path, json=json, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


async def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "the deliveries did not come in time"
        await asyncio.sleep(0.02)


def _now() -> datetime:
    return datetime.now(UTC)
