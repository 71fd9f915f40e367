"""A run ends as a whole: nobody writes after its lock was let go, and nothing fails unseen."""

import asyncio
import logging
import time
from typing import Any

import pytest

from app.config import Settings
from app.content.commands.run_lock import RunLock
from app.errors import DatabaseAway
from app.sync import runner
from app.sync.runner import SyncService
from tests.conftest import Clock

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]


async def test_a_sibling_has_ended_before_the_lock_is_let_go(
    service: SyncService, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    started = asyncio.Event()

    async def ask(_: int, source: Any, __: object) -> None:
        if source.name == "github":
            await started.wait()
            raise DatabaseAway("database_away", "away")
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            events.append("sibling ended")

    release = service.lock.release

    def let_go() -> None:
        events.append("lock let go")
        release()

    monkeypatch.setattr(service, "_ask_safely", ask)
    monkeypatch.setattr(service.lock, "release", let_go)

    with pytest.raises(DatabaseAway):
        await service.run()

    assert events == ["sibling ended", "lock let go"]


async def test_a_write_that_is_cancelled_ends_first(service: SyncService) -> None:
    started, done = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def work(_: object) -> None:
        loop.call_soon_threadsafe(started.set)
        time.sleep(0.05)
        done.append(True)

    task = asyncio.create_task(service.write(work))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert done == [True]


async def test_what_goes_wrong_in_the_background_is_logged_with_its_traceback(
    service: SyncService,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(service, "_ask_all", fail)
    monkeypatch.setattr(runner, "LOOK_EVERY_SECONDS", 60.0)
    with caplog.at_level(logging.ERROR):
        begun = service.prepare()
        await service.write(lambda tx: begun.begin(tx, ["github"]))
        begun.go()
        async with asyncio.timeout(20):
            while service.lock.is_held:
                await asyncio.sleep(0.01)
        clock.advance(seconds=3600)  # so that the next run is due
        every = asyncio.create_task(service.every(1))
        async with asyncio.timeout(20):
            while not any("sync_not_run" in record.message for record in caplog.records):
                await asyncio.sleep(0.01)
        every.cancel()
        await asyncio.gather(every, return_exceptions=True)

    named = {record.message.split()[0]: record for record in caplog.records}
    for name in ("sync_run_ended", "sync_not_run"):
        cause = named[name].exc_info
        assert isinstance(cause, tuple)
        assert cause[0] is RuntimeError


async def test_a_lock_can_be_taken_as_soon_as_it_was_let_go(
    settings: Settings, clock: Clock
) -> None:
    """On PostgreSQL a connection that is closed holds its lock until the server notices."""
    first, second = RunLock(settings.database), RunLock(settings.database)
    for _ in range(50):
        assert first.acquire()
        first.release()
        assert second.acquire()
        second.release()
