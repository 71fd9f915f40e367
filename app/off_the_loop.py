"""Work that grows with what is shown, in threads: unpacking, shaping, drawing and encoding.

The event loop answers no other request while it computes. A thread hands the interpreter's lock
on after a millisecond (`main.py`), so the loop waits no longer than that for its turn. Statements
stay in the loop, where few rows cost less; those that are slow go through `slow_reads.py`.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import TypeVar

T = TypeVar("T")

THREADS = 2
"""Threads of the process; more would take the processor from the event loop."""


async def off_the_loop(work: Callable[[], T]) -> T:
    """Run work that reads nothing from the database, and return or raise what it does.

    Work that is still queued when its caller is cancelled is dropped; work that runs is finished.
    """
    context = copy_context()
    return await asyncio.get_running_loop().run_in_executor(_threads(), context.run, work)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="off-the-loop")
