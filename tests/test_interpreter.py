"""Full garbage collections start only while no request is served, or after the longest delay."""

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from app.interpreter import COLLECTED_EVERY, WORTH_COLLECTING, collect_when_idle, importing

pytestmark = pytest.mark.anyio


@pytest.fixture
def full() -> Iterator[list[float]]:
    """When full collections happened, while only the young generations collect by themselves."""
    seen: list[float] = []

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "stop" and info["generation"] == 2:
            seen.append(time.monotonic())

    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(*COLLECTED_EVERY)
    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)
    gc.set_threshold(*before)


def work() -> None:
    """Leave enough for a full collection."""
    while gc.get_count()[2] < WORTH_COLLECTING:
        _ = [[] for _ in range(2 * COLLECTED_EVERY[0])]


async def until(task: asyncio.Task[None], seen: list[float]) -> None:
    async with asyncio.timeout(30):
        while not seen:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_an_idle_process_collects_after_work(full: list[float]) -> None:
    work()
    assert full == []
    task = asyncio.create_task(collect_when_idle(every=0.01))

    await until(task, full)

    assert gc.get_count()[2] < WORTH_COLLECTING


async def test_without_work_nothing_is_collected(full: list[float]) -> None:
    task = asyncio.create_task(collect_when_idle(every=0.001))
    await asyncio.sleep(0.1)
    task.cancel()

    assert full == []


@pytest.mark.slow
async def test_a_busy_process_puts_it_off_to_the_latest_moment(full: list[float]) -> None:
    async def keep_busy() -> None:
        while True:
            ends = time.process_time() + 0.02
            while time.process_time() < ends:
                pass
            await asyncio.sleep(0)

    work()
    busy = asyncio.create_task(keep_busy())
    began = time.monotonic()
    task = asyncio.create_task(collect_when_idle(every=0.01, at_latest=0.5))

    await until(task, full)
    busy.cancel()

    assert full[0] - began >= 0.49


def test_nothing_is_collected_during_imports_even_if_they_fail() -> None:
    with suppress(ImportError), importing():
        is_on = gc.isenabled()
        raise ImportError

    assert not is_on
    assert gc.isenabled()
