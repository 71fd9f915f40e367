"""The demo as a fixture, for tests of what is best seen in a paper that is full."""

import pytest
from fastapi import FastAPI

from app.content.access import COMMAND_LINE
from app.content.commands.demo import seed
from app.content.commands.transaction import perform
from app.demo import demo_issues
from app.demo.history import demo_history

DAYS = 25
"""Enough for every board but that of a month."""


@pytest.fixture
async def demo(app: FastAPI) -> None:
    """The demo issues in print, and the last weeks of the invented history."""
    await app.state.database.write(
        lambda bind: perform(
            bind,
            lambda tx: seed(tx, demo_issues(), demo_history(until=tx.now, days=DAYS)),
            principal=COMMAND_LINE,
            clock=app.state.clock,
        )
    )
