"""SVG to PNG, by a process of its own, which runs `card_drawing.py`.

The library keeps the interpreter's lock while it draws, about 60 ms, which no request should wait
for. A card is drawn once for each state of what it shows; after that the response cache has it.
"""

import asyncio
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

logger = logging.getLogger(__name__)

PROGRAM = str(Path(__file__).with_name("card_drawing.py"))
TIMEOUT_SECONDS = 10
MAX_WAITING = 32
"""Cards of a process that are drawn or wait; the last of them waits for some ten seconds."""

_waiting = asyncio.Semaphore(MAX_WAITING)


async def picture_of(svg: str) -> bytes | None:
    """Draw an SVG as PNG; one at a time, so that a flood of cards takes one core at most.

    Returns:
        `None` if `MAX_WAITING` others wait, or if drawing fails or takes more than 10 seconds,
        which the log says.
    """
    if _waiting.locked():
        return None
    async with _waiting:
        try:
            return await asyncio.get_running_loop().run_in_executor(_thread(), _run, svg.encode())
        except (OSError, subprocess.SubprocessError):
            logger.exception("A card was not drawn.")
            return None


def _run(svg: bytes) -> bytes:
    # -P: a module beside the program must not stand for one of the standard library.
    command = [sys.executable, "-P", PROGRAM]
    return subprocess.run(
        command, input=svg, capture_output=True, check=True, timeout=TIMEOUT_SECONDS
    ).stdout


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="cards")
