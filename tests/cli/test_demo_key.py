"""The key of a demo paper: only there, only on this machine, for a day."""

import re
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from app.cli.session import writing
from app.config import Settings
from app.content.commands.demo_key import renew_demo_key
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.hardship.server import PUBLIC_URL, Server


def renewed(settings: Settings) -> str | None:
    with writing(settings) as perform:
        return perform(renew_demo_key)


@pytest.mark.both_databases
@pytest.mark.usefixtures("demo")
async def test_the_key_writes_in_a_demo_paper_for_a_day(
    run: Run, settings: Settings, client: httpx.AsyncClient, clock: Clock
) -> None:
    async def me(key: str | None) -> tuple[int, str | None]:
        answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {key}"})
        return answer.status_code, answer.json().get("code")

    first = renewed(settings)
    assert await me(first) == (200, None)
    second = renewed(settings)
    assert await me(first) == (401, "invalid_key")
    scopes = (await client.get("/v1/me", headers={"Authorization": f"Bearer {second}"})).json()
    assert scopes["scopes"] == ["issues:write", "issues:publish"]
    clock.advance(seconds=timedelta(days=1).total_seconds())
    assert await me(second) == (401, "expired_key")

    assert run("keys", "revoke", "demo").code == 0
    assert renewed(settings) is None


@pytest.mark.both_databases
def test_a_paper_that_is_no_demo_has_no_such_key(run: Run, settings: Settings) -> None:
    run("issues", "post", "-", stdin=b'{"date": "2026-05-07"}')
    run("demo")

    assert renewed(settings) is None
    assert "demo" not in run("keys", "list").out


@pytest.mark.parametrize(
    ("given", "is_local"),
    [
        ({"host": "127.0.0.1"}, True),
        ({"host": "[::1]"}, True),
        ({"host": "localhost"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "192.0.2.7"}, False),
        ({"host": "paper.example"}, False),
        ({"host": "127.0.0.1", "uds": "/run/paper.sock"}, False),
    ],
)
def test_the_key_is_offered_where_only_this_machine_connects(
    given: dict[str, str], is_local: bool
) -> None:
    assert Settings(_env_file=None, **given).is_local is is_local  # type: ignore[arg-type]


@pytest.mark.end_to_end
@pytest.mark.trial
@pytest.mark.usefixtures("demo")
def test_the_printed_request_posts_a_draft_once(settings: Settings, tmp_path: Path) -> None:
    with_key = {"MORNINGPOST_DEMO": "true"}
    with Server(settings.database_url, folder=tmp_path, settings=with_key) as server:
        deadline = time.monotonic() + 30
        while "My first issue" not in server.log() and time.monotonic() < deadline:
            time.sleep(0.1)
        said = server.log()
        assert max(map(len, said.splitlines())) <= 80, said
        request = re.search(r"^curl .*?'$(?=\n\n)", said, re.MULTILINE | re.DOTALL)
        assert request, said
        command = request[0].replace(PUBLIC_URL, server.url) + " --silent --noproxy '*'"
        answers = [subprocess.check_output(["sh", "-c", command]) for _ in range(2)]

    assert answers[0] == answers[1]
    assert b'"status":"draft"' in answers[0], answers[0]


@pytest.mark.trial
@pytest.mark.end_to_end
def test_a_real_paper_starts_without_a_key(
    settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    with Server(settings.database_url, folder=tmp_path) as server:
        time.sleep(0.5)
        assert "demo key" not in server.log()
