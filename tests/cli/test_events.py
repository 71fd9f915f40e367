"""`morningpost events`: the whole log, a part of it, and what is still to come."""

import json
import os
import signal
import subprocess
import sys
from functools import partial

import pytest
from sqlalchemy import Engine

from app.config import Settings
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.content.commands.test_events import Desk
from tests.factories import make_issue


@pytest.fixture
def desk(engine: Engine, clock: Clock) -> Desk:
    return Desk(engine, clock)


def test_the_log_is_printed_oldest_first(run: Run, desk: Desk) -> None:
    desk.create(1, publish=True, title="Rings [bold]twice[/bold]")
    desk.create(2)

    lines = run("events")
    document = json.loads(run("events", "--json").out)
    some = run("events", "--types", "issue.published", "--json")
    cursor = some.err.split()[-1]
    rest = run("events", "--after", cursor)

    assert [line.split()[0] for line in lines.out.splitlines()] == ["1", "2", "3"]
    assert "issue.published" in lines.out.splitlines()[1]
    assert "Rings [bold]twice[/bold]" in lines.out
    assert [event["sequence"] for event in document["data"]] == [1, 2, 3]
    assert document["page"]["has_more"] is False
    assert [event["type"] for event in json.loads(some.out)["data"]] == ["issue.published"]
    assert (rest.code, rest.out) == (0, "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--types", "issue.publish"), 2, "Did you mean 'issue.published'?"),
        (("--after", "nonsense"), 1, "This cursor is damaged"),
    ],
)
def test_what_makes_no_sense_is_refused(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("events", *words)

    assert ran.code == code
    assert said in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.trial
@pytest.mark.databases_in_turn
@pytest.mark.end_to_end
def test_a_follower_prints_what_other_processes_do(settings: Settings, desk: Desk) -> None:
    desk.create(1)
    command = [sys.executable, "-m", "app", "events", "--follow", "--json"]
    environment = {**os.environ, "MORNINGPOST_DATABASE_URL": settings.database_url}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        env=environment,
        # A shell that runs the tests in the background lets its children ignore Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        desk.create(2)
        second = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0

    assert [event["data"]["issue"]["number"] for event in (first, second)] == [1, 2]
    assert make_issue(2)["date"] == second["data"]["issue"]["date"]
