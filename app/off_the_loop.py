"""Threads for CPU work that grows with the size of an answer: unpacking, formatting, encoding.

The event loop answers no other request while it computes. A thread releases the interpreter lock
after a millisecond (`main.py`), so the loop waits no longer than that. Statements stay in the loop,
where few rows cost less; slow ones use `database/slow_reads.py`.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

THREADS = 2
"""Threads per process; more would compete with the event loop."""


async def off_the_loop(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `work`, which does not use the database, with these arguments; return its result.

    Queued work is dropped when its caller is cancelled; running work is completed.
    """
    context = copy_context()
    return await asyncio.get_running_loop().run_in_executor(
        _threads(), partial(context.run, work, *args, **kwargs)
    )


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="off-the-loop")
