"""Runs on demand and at an interval: one at a time, once for each key, told while they go."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.config import Settings
from app.content.commands.run_lock import RunLock
from app.sync import runner
from app.sync.runner import SyncService
from tests.conftest import Clock
from tests.sync.upstream import Upstream

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("service"), pytest.mark.both_databases]

RUNS = "/v1/sync/runs"


@pytest.fixture
def until_over(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> Callable[[str], Awaitable[dict[str, Any]]]:
    """Wait until a run is over; the run as it is shown then."""

    async def wait(address: str) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while True:
                run: dict[str, Any] = (await client.get(address, headers=editor)).json()
                if run["status"] != "running":
                    return run
                await asyncio.sleep(0.01)

    return wait


UntilOver = Callable[[str], Awaitable[dict[str, Any]]]


async def test_a_run_is_accepted_and_can_be_followed(
    client: httpx.AsyncClient, editor: dict[str, str], until_over: UntilOver
) -> None:
    accepted = await client.post(RUNS, headers=editor)

    assert accepted.status_code == 202
    told = accepted.json()
    assert accepted.headers["location"].endswith(f"{RUNS}/{told['id']}")
    assert told["status"] == "running"
    assert [part["name"] for part in told["sources"]] == ["huggingface", "github"]
    run = await until_over(accepted.headers["location"])
    assert run["status"] == "complete"
    assert run["finished_at"] > run["started_at"] or run["finished_at"] == run["started_at"]
    assert all(part["requests"] > 0 for part in run["sources"])
    listed = (await client.get(RUNS, headers=editor)).json()
    assert listed["data"] == [run]
    assert listed["page"]["total"] == 1


async def test_a_run_that_never_was_is_not_found(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    answer = await client.get(f"{RUNS}/1", headers=editor)

    assert (answer.status_code, answer.json()["code"]) == (404, "run_not_found")


async def test_only_what_is_asked_for_is_asked(
    client: httpx.AsyncClient, editor: dict[str, str], until_over: UntilOver, upstream: Upstream
) -> None:
    accepted = await client.post(RUNS, headers=editor, json={"sources": ["github"]})
    run = await until_over(accepted.headers["location"])

    assert [part["name"] for part in run["sources"]] == ["github"]
    assert {request.url.host for request in upstream.requests} == {"git.test"}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"sources": ["gitlob"]}', 422, "validation_failed"),
        (b'{"sources": "github"}', 422, "validation_failed"),
        (b'{"source": ["github"]}', 422, "validation_failed"),
        (b'{"sources": []}', 422, "validation_failed"),
        (b"{", 400, "malformed_json"),
        (b"[]", 422, "validation_failed"),
        (b"1", 422, "validation_failed"),
    ],
)
async def test_a_wrong_wish_starts_nothing(
    client: httpx.AsyncClient,
    editor: dict[str, str],
    upstream: Upstream,
    body: bytes,
    status: int,
    code: str,
) -> None:
    refused = await client.post(
        RUNS, content=body, headers={**editor, "Content-Type": "application/json"}
    )

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await client.get(RUNS, headers=editor)).json()["data"] == []
    assert upstream.requests == []


async def test_a_second_run_is_refused_whichever_process_has_the_first(
    client: httpx.AsyncClient, editor: dict[str, str], settings: Settings, until_over: UntilOver
) -> None:
    elsewhere = RunLock(settings.database)
    assert elsewhere.acquire()
    assert not RunLock(settings.database).acquire()

    refused = await client.post(RUNS, headers=editor)
    elsewhere.release()
    accepted = await client.post(RUNS, headers=editor)

    assert (refused.status_code, refused.json()["code"]) == (409, "sync_running")
    assert accepted.status_code == 202
    await until_over(accepted.headers["location"])


async def test_a_repeated_request_starts_one_run(
    client: httpx.AsyncClient, editor: dict[str, str], until_over: UntilOver
) -> None:
    once = {**editor, "Idempotency-Key": "nightly"}
    first, again = [await client.post(RUNS, headers=once) for _ in range(2)]
    await until_over(first.headers["location"])
    later = await client.post(RUNS, headers=once)

    for repeated in (again, later):
        assert repeated.status_code == 202
        assert repeated.json() == first.json()
        assert repeated.headers["idempotent-replayed"] == "true"
    assert (await client.get(RUNS, headers=editor)).json()["page"]["total"] == 1


async def test_without_the_scope_nothing_starts(
    client: httpx.AsyncClient, key: Callable[..., str], upstream: Upstream
) -> None:
    writer = {"Authorization": f"Bearer {key('issues:write')}"}

    answers = [await client.post(RUNS), await client.post(RUNS, headers=writer)]

    assert [answer.status_code for answer in answers] == [401, 403]
    assert "sync:run" in answers[1].json()["detail"]
    assert upstream.requests == []


@pytest.mark.slow
async def test_an_interval_runs_when_it_is_due(
    service: SyncService,
    clock: Clock,
    client: httpx.AsyncClient,
    editor: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "LOOK_EVERY_SECONDS", 0.01)

    async def runs() -> int:
        total: int = (await client.get(RUNS, headers=editor)).json()["page"]["total"]
        return total

    async def until(count: int) -> None:
        async with asyncio.timeout(20):
            while await runs() < count or service.lock.is_held:
                await asyncio.sleep(0.01)

    task = asyncio.create_task(service.every(6))
    try:
        await until(1)
        clock.now += timedelta(hours=5)
        await asyncio.sleep(0.05)
        assert await runs() == 1
        clock.now += timedelta(hours=1)
        await until(2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_run_that_a_killed_process_left_is_ended_by_the_next(
    app: FastAPI, service: SyncService, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    begun = service.prepare()
    await service.write(lambda tx: begun.begin(tx, ["github"]))
    await begun.abandon()  # as the system does for a process that dies

    await service.run()

    newest, killed = (await client.get(RUNS, headers=editor)).json()["data"]
    assert newest["status"] == "complete"
    assert (killed["status"], killed["sources"][0]["reason"]) == ("failed", "interrupted")
