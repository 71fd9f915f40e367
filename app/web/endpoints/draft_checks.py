"""Judging the figures of saved drafts in the background, so that publishing them does not wait."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from app.background import running
from app.content.access import COMMAND_LINE
from app.errors import MorningPostError
from app.web.endpoints.figures_ahead import Printing, figures_ahead
from app.web.state import AppState

logger = logging.getLogger(__name__)

REST_SECONDS = 0.2
"""Pause before each draft: one that is saved again and again is judged once in a while, and other
requests come first."""
MAX_WAITING = 64
"""Drafts that wait; of more the oldest are left out."""


class DraftChecks:
    """The drafts that wait to be judged."""

    def __init__(self) -> None:
        self._waiting: dict[int, None] = {}
        self._are_some = asyncio.Event()

    def soon(self, numbers: Iterable[int]) -> None:
        """Have drafts judged soon, by the numbers of their issues."""
        for number in numbers:
            self._waiting.pop(number, None)
            self._waiting[number] = None
            if len(self._waiting) > MAX_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._are_some.set()

    async def take(self) -> int:
        """Wait for a draft; return the number of the one that waits longest."""
        await self._are_some.wait()
        await asyncio.sleep(REST_SECONDS)
        number = next(iter(self._waiting))
        del self._waiting[number]
        if not self._waiting:
            self._are_some.clear()
        return number


@asynccontextmanager
async def checking_drafts(state: AppState) -> AsyncIterator[None]:
    """Judge saved drafts while the block runs, one after the other."""

    async def run() -> None:
        while True:
            number = await checks.take()
            printing = Printing(refs=[str(number)], is_whole=True)
            try:
                await figures_ahead(state, COMMAND_LINE, printing)
            except MorningPostError:
                pass  # publishing judges it, or reports what is wrong
            except Exception:
                logger.exception("draft_not_checked")

    checks = DraftChecks()
    state.check_drafts = checks.soon
    async with running(run()):
        yield
