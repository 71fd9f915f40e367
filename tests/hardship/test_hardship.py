"""The trials in short: a few rounds each. The long ones: `python -m tests.hardship --help`.

Races, and kills of the server, have two rounds in CI, and one elsewhere.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text

from app.config import Settings
from tests.factories import issue, make_issue
from tests.hardship import (
    backup,
    crashes,
    floods,
    holds,
    large_paper,
    metrics,
    races,
    strangers,
    sync_kills,
    webhook_kills,
)
from tests.hardship.figures import Figures, told
from tests.hardship.ledger import faults_of
from tests.hardship.server import Server
from tests.sampling import IS_CI

pytestmark = [pytest.mark.databases_in_turn, pytest.mark.end_to_end, pytest.mark.slow]

ROUNDS = 2 if IS_CI else 1


@pytest.fixture
def servers(settings: Settings, tmp_path: Path) -> Iterator[list[Server]]:
    """Two processes on one database."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(Server(settings.database_url, folder=tmp_path)) for _ in range(2)
        ]


@pytest.mark.trial
async def test_of_many_at_once_one_is_served_and_the_others_are_told(
    servers: list[Server], engine: Engine
) -> None:
    figures = await races.run([server.url for server in servers], rounds=ROUNDS)

    assert told(figures) == []
    assert [trial.rounds for trial in figures] == [ROUNDS] * len(races.RACES)
    assert faults_of(engine) == []
    assert [server.complaints() for server in servers] == [[], []]


@pytest.mark.trial
async def test_what_was_acknowledged_outlives_a_kill(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    with Server(settings.database_url, folder=tmp_path) as server:
        figures = await crashes.run(server, engine, kills=ROUNDS, chance=random.Random(95))

    assert told([figures]) == []
    assert figures.counts["acknowledged writes"] >= ROUNDS


@pytest.mark.trial
def test_a_sync_run_that_is_killed_leaves_nothing_half(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    figures = sync_kills.run(
        engine, settings.database_url, folder=tmp_path, kills=2, chance=random.Random(5)
    )

    assert told([figures]) == []


@pytest.mark.trial
async def test_webhooks_arrive_although_their_sender_is_killed(
    settings: Settings, tmp_path: Path
) -> None:
    figures = await webhook_kills.run(
        settings.database_url, folder=tmp_path, kills=2, chance=random.Random(21)
    )

    assert told([figures]) == []
    assert figures.counts["events"] >= figures.rounds


@pytest.mark.trial
def test_a_flood_is_refused_and_told_why(settings: Settings, tmp_path: Path) -> None:
    """Nothing is timed here: this machine has other work."""
    with Server(settings.database_url, folder=tmp_path) as server:
        flooded = floods.run(server, rounds=1, turns=5, is_measured=False)

    assert told(flooded.figures) == []
    assert len(flooded.met) >= 50
    assert server.complaints() == []


@pytest.mark.trial
def test_strangers_take_their_share_and_no_more(settings: Settings, tmp_path: Path) -> None:
    """Nothing is timed here either."""
    with Server(settings.database_url, folder=tmp_path) as server:
        httpx.post(
            f"{server.url}/v1/issues?publish=true",
            json=issue(),
            headers=server.editor,
            trust_env=False,
        ).raise_for_status()
        figures = strangers.run(server, connections=20, is_measured=False)

    assert told(figures) == []
    assert figures[-1].counts["subscriptions of one stranger"] == 500
    assert server.complaints() == []


@pytest.mark.trial
def test_a_backup_beside_writers_and_a_sync_is_of_one_instant(
    settings: Settings, tmp_path: Path
) -> None:
    figures = backup.run(settings.database_url, folder=tmp_path, rounds=1, chance=random.Random(24))

    assert told([figures]) == []
    assert figures.counts["issues compared"] == backup.WRITERS


@pytest.mark.trial
async def test_metrics_of_two_workers_are_what_was_sent(settings: Settings, tmp_path: Path) -> None:
    if settings.database.get_backend_name() != "sqlite":
        pytest.skip("which database it is makes no difference")
    figures = Figures("counted = sent")
    with Server(settings.database_url, folder=tmp_path, workers=2) as server:
        await metrics.run(server, figures, workers=2, count=140)

    assert told([figures]) == []
    assert figures.counts["requests"] == 140


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("DELETE FROM tool", "print rows"),
        ("DELETE FROM section WHERE section_position = 1", "print rows"),
        ("UPDATE section SET section_slug = 'x', compiled = (SELECT compiled_summary"
         " FROM issue_revision)", "other sections"),
        ("UPDATE issue SET head_revision = 2", "revisions [1]"),
        ("UPDATE issue SET print_revision = 7", "prints revision 7"),
        ("UPDATE content_version SET number = number + 1 WHERE name = 'paper'", "content version"),
        ("DELETE FROM content_change", "no change notes it"),
        ("DELETE FROM issue", "which there is not"),
    ],
)  # fmt: skip
async def test_the_ledger_finds_what_does_not_fit(
    client: httpx.AsyncClient,
    editor: dict[str, str],
    engine: Engine,
    broken: str,
    said: str,
) -> None:
    """A trial that could not fail would prove nothing."""
    once = {**editor, "Idempotency-Key": "first"}
    made = await client.post("/v1/issues?publish=true", json=make_issue(1), headers=once)
    assert made.status_code == 201
    assert faults_of(engine) == []

    with engine.begin() as connection:
        connection.execute(text(broken))

    assert any(said in fault for fault in faults_of(engine))


@pytest.mark.trial
def test_every_public_address_is_probed_for_how_long_it_holds_the_loop(
    settings: Settings, engine: Engine
) -> None:
    large_paper.fill(engine, issues=20, subjects=20, hours=3)

    table, figures = holds.run(settings, rounds=1, is_measured=False)

    assert told([figures]) == []
    assert table.row_count >= len(holds.TARGETS)
