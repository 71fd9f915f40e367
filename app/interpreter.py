"""Settings of the Python interpreter for a process that serves this application alone."""

import asyncio
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

COLLECTED_EVERY = (1_000, 5, 1_000_000_000)
"""Thresholds of the garbage collector's generations. Python 3.11 has 700, 10 and 10.

A collection of the second generation takes 8 ms. A full one takes 100 ms, so it never begins by
itself: `collect_when_idle` does it.
"""
SWITCHED_AFTER_SECONDS = 0.001
"""Interval for `sys.setswitchinterval`. With Python's default of 5 ms, the 99th percentile of a
request beside a long query was 31 ms; with 1 ms it is 17 ms."""
COLLECT_SECONDS = 60.0
"""Time between full collections of an idle process."""
BUSY_SECONDS = 600.0
"""How long a busy process may put a full collection off. It frees next to nothing: after minutes of
floods the process was as large as before it."""
IDLE_SHARE = 0.05
"""A process that uses less of one processor than this is idle."""
IDLE_SECONDS = 0.1
"""How long it is watched for that."""
WORTH_COLLECTING = 20
"""Collections of the second generation after which a full one is worth its time."""


@contextmanager
def importing() -> Iterator[None]:
    """Collect no garbage in a block that imports modules: nearly all that they make stays.

    Looking through it again and again took a tenth of the processor time of a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def tune_interpreter() -> None:
    """Make pauses rare. Call it when everything that stays in memory is loaded.

    All objects are frozen: a full collection takes 100 ms or more, during which every request and
    every write waits. Requests leave few reference cycles, so the collector may run less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)
    sys.setswitchinterval(SWITCHED_AFTER_SECONDS)


async def collect_when_idle(
    *, every: float = COLLECT_SECONDS, at_latest: float = BUSY_SECONDS
) -> None:
    """Collect garbage of all generations now and then, until cancelled.

    `every`, `at_latest`: seconds; a busy process waits from the first to the second for a moment
    without requests. What requests leave is collected before, with the young generations.
    """
    while True:
        await asyncio.sleep(every)
        if gc.get_count()[2] < WORTH_COLLECTING:
            continue
        deadline = time.monotonic() + at_latest - every
        while not await _is_idle() and time.monotonic() < deadline:
            pass
        gc.collect()


async def _is_idle() -> bool:
    """Watch how much processor time this process uses."""
    used, began = time.process_time(), time.monotonic()
    await asyncio.sleep(IDLE_SECONDS)
    return time.process_time() - used < IDLE_SHARE * (time.monotonic() - began)
