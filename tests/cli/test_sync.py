"""`sync status`: how the sources do, and which boards an editor should not print as they are."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from app.models.sighting import Look, Sighting
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.snapshots import record_on

pytestmark = pytest.mark.databases_in_turn


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("app.cli.sync.utc_now", clock)


def model(likes: int, *, at: datetime) -> Look:
    url = "https://huggingface.co/lab/a"
    seen = Sighting("1", "lab/a", "a", url, likes=likes, downloads=1)
    return Look("huggingface", "model", at, "complete", None, [seen])


def test_stale_and_partial_boards_are_named(run: Run, engine: Engine, clock: Clock) -> None:
    now = clock.now
    for days in (16, 9):
        record_on(engine, model(100 - days, at=now - timedelta(days=days)))
    seen = Sighting("1", "a/b", "b", "https://github.com/a/b", stars=120)
    for days in (7, 0):
        at = now - timedelta(days=days)
        look = Look("github", "repository", at, "partial", "anonymous_quota", [seen])
        record_on(engine, look)

    ran = run("sync", "status", "--json")

    assert ran.code == 0, ran.err
    github, hub = json.loads(ran.out)["warnings"]
    assert github == (
        "GitHub repositories: partial (anonymous quota); some known subjects were not seen."
    )
    assert hub.startswith("Hugging Face models: stale, observed 9 days ago, on ")
    assert hub.endswith("(no later run).")
    # Lines break where the terminal ends.
    assert "warning: GitHub repositories: partial" in " ".join(ran.err.split())


def test_a_draft_warns_of_what_it_was_filled_with(run: Run, engine: Engine, clock: Clock) -> None:
    now = clock.now
    days = (now.date() - timedelta(days=1)).isoformat()
    for likes in (100, 200):
        at = now - timedelta(days=16 if likes == 100 else 9)
        record_on(engine, model(likes, at=at))
    seen = Sighting(
        "1", "a/b", "b", "https://github.com/a/b", stars=120, created_at=now - timedelta(days=300)
    )
    star_days = {"1": [(now.date() - timedelta(days=day), 10) for day in range(10, 0, -1)]}
    look = Look(
        "github", "repository", now - timedelta(days=1), "complete", None, [seen],
        star_days=star_days,
    )  # fmt: skip
    record_on(engine, look)

    ran = run("issues", "draft", "--date", days)

    said = " ".join(ran.err.split())
    assert ran.code == 0, ran.err
    assert "warning: Hugging Face models: stale, observed 9 days ago" in said
    assert "warning: GitHub repositories: from star history, not from observations" in said
