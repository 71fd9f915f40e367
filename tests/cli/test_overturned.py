"""What was printed and is no longer true, as `sync run` and `issues validate` tell it."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from app.content.access import COMMAND_LINE
from app.content.commands.issues import add_issue
from app.content.commands.transaction import perform
from app.models.sighting import Look, Sighting
from app.sync.client import Client
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.factories import lead
from tests.snapshots import record_on
from tests.sync.upstream import reply

pytestmark = pytest.mark.databases_in_turn


def look(stars: int, *, at: datetime) -> Look:
    seen = Sighting("1", "lab/a", "a", "https://github.com/lab/a", stars=stars)
    return Look("github", "repository", at, "complete", None, [seen], listed=1)


@pytest.fixture
def printed(engine: Engine, clock: Clock) -> dict[str, Any]:
    """An issue that prints a gain of 100 stars, 60 of which were purged since."""
    now = clock.now
    yesterday = now - timedelta(days=1)
    record_on(engine, look(1_100, at=yesterday))
    entry = {
        **{"source": "github", "kind": "repository", "external_id": "lab/a", "name": "a"},
        **{"rank": 1, "stars": 1_100, "change": 100, "url": "https://github.com/lab/a"},
        "observed_at": yesterday.isoformat(),
    }
    sections = [lead(), {"kind": "trending", "entries": [entry]}]
    issue = {"date": now.date().isoformat(), "sections": sections}
    perform(
        engine,
        lambda tx: add_issue(tx, issue, publish=True),
        principal=COMMAND_LINE,
        clock=lambda: yesterday,
    )
    record_on(engine, look(1_040, at=now - timedelta(hours=2)))
    return issue


@pytest.mark.usefixtures("printed")
def test_a_run_warns_of_what_it_overturned(
    run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(_: float) -> None:
        return None

    def down(_: httpx.Request) -> httpx.Response:
        return reply({}, 404)

    monkeypatch.setattr("app.cli.sync.utc_now", clock)
    monkeypatch.setattr(
        "app.sync.runner.client_maker",
        lambda _: (
            lambda name: Client(
                f"https://{name}.test", transport=httpx.MockTransport(down), sleep=at_once
            )
        ),
    )

    ran = run("sync", "run", "--json")

    assert ran.code == 1, ran.err
    assert json.loads(ran.out)["status"] == "failed"
    told = " ".join(ran.err.split())
    assert "warning: No. 1, trending-" in told
    assert "60 fewer than the 1,100 of the entry" in told


def test_validate_warns_of_a_claim_that_was_overturned(
    run: Run, printed: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "issue.json"
    file.write_text(json.dumps({**printed, "date": "2026-05-04"}))

    ran = run("issues", "validate", str(file), "--json")

    assert ran.code == 0, ran.err
    assert "overturned_taken_back" in ran.out
    assert "60 fewer than the 1,100 of the entry" in ran.out
