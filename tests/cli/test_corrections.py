"""Corrections on the command line: proposed by `review`, made by `publish --correction`."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.content.access import COMMAND_LINE
from app.content.commands.issues import add_issue
from app.content.commands.transaction import perform
from tests.cli.conftest import Run
from tests.cli.test_overturned import look
from tests.conftest import Clock
from tests.factories import entry, lead
from tests.snapshots import record_on

pytestmark = pytest.mark.databases_in_turn


@pytest.fixture(autouse=True)
def _printed(engine: Engine, clock: Clock) -> None:
    """An issue that prints a gain of 100 stars, 60 of which were purged since."""
    seen = clock.now - timedelta(days=20)
    record_on(engine, look(1_100, at=seen))
    told = entry("lab/a", stars=1_100, change=100, observed_at=seen.isoformat())
    sections = [lead(), {"kind": "trending", "entries": [entry("lab/b", stars=5), told]}]
    issue = {"date": "2026-04-13", "number": 95, "sections": sections}
    perform(
        engine,
        lambda tx: add_issue(tx, issue, publish=True),
        principal=COMMAND_LINE,
        clock=lambda: seen,
    )
    record_on(engine, look(1_040, at=clock.now - timedelta(hours=2)))


def test_review_proposes_what_a_later_observation_overturned(run: Run) -> None:
    shown, as_json, missing = (
        run("issues", "review", "95"),
        run("issues", "review", "95", "--json"),
        run("issues", "review", "96"),
    )

    (proposal,) = json.loads(as_json.out)["proposals"]
    assert proposal["pointer"] == "/sections/1/entries/1/stars"
    assert (proposal["before"], proposal["after"]) == (1_100, 1_040)
    assert proposal["reason"] == "taken_back"
    assert "60 fewer than the 1,100 of the entry" in proposal["note"]
    assert (shown.code, as_json.code) == (0, 0)
    assert "1,040" in shown.out
    assert "--correction" in shown.err
    assert missing.code == 1
    assert "no issue '96'" in missing.err


def test_a_proposal_becomes_a_correction(run: Run) -> None:
    (proposal,) = json.loads(run("issues", "review", "95", "--json").out)["proposals"]
    issue = json.loads(run("issues", "show", "95", "--json").out)
    sections = issue["sections"]
    sections[1]["entries"][1]["stars"] = proposal["after"]
    patch = json.dumps({"sections": sections}).encode()
    early = run("issues", "publish", "95", "--correction", proposal["note"])
    assert run("issues", "patch", "95", stdin=patch).code == 0

    done = run("issues", "publish", "95", "--correction", proposal["note"], "--json")

    assert early.code == 1
    assert "nothing to correct" in early.err
    (correction,) = json.loads(done.out)["corrections"]
    assert correction["note"] == proposal["note"]
    (change,) = correction["changes"]
    assert change["pointer"] == proposal["pointer"]
    assert (change["before"], change["after"]) == (1_100, 1_040)
    assert "no later observation contradicts it" in run("issues", "review", "95").out
