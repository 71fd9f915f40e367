"""SVG to PNG, by a process of its own: this file run as a script, SVG in, PNG out.

The library keeps the interpreter's lock while it draws, about 60 ms, which no request should wait
for. A card is drawn once for each state of what it shows; after that the response cache has it.
"""

import asyncio
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files

import resvg_py

logger = logging.getLogger(__name__)

FONT_PACKAGE = "font_source_serif_pro"
WEIGHTS = ("Regular", "Bold")
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
    # -P: a module beside this file must not stand for one of the standard library.
    command = [sys.executable, "-P", __file__]
    return subprocess.run(
        command, input=svg, capture_output=True, check=True, timeout=TIMEOUT_SECONDS
    ).stdout


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="cards")


def main() -> None:
    """Read an SVG from standard input and write it as PNG to standard output."""
    fonts = files(FONT_PACKAGE).joinpath("files")
    png = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        font_files=[str(fonts.joinpath(f"SourceSerifPro-{weight}.ttf")) for weight in WEIGHTS],
    )
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main()
