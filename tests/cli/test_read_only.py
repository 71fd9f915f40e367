"""A SQLite file that can only be read: it is served and exported, and changes answer 503."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.api_keys import provision_key
from app.content.commands.issues import create
from app.content.commands.transaction import Transaction, perform
from app.db import write_engine
from app.main import create_app
from tests import factories
from tests.cli.conftest import Run
from tests.conftest import Clock

pytestmark = pytest.mark.anyio

KEY = "amp_readonly_0123456789abcdef0123456789abcdef"
EDITOR = {"Authorization": f"Bearer {KEY}"}


@contextmanager
def _as_unprivileged() -> Iterator[None]:
    """Act as the user `nobody` where the tests run as root, who may write to any file."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def _protect_all(folder: Path) -> None:
    """As on a medium that cannot be written; SQLite left nothing beside the file."""
    _chmod(folder, file=0o444, folder_mode=0o555)


def _protect_all_with_a_log(folder: Path) -> None:
    """As in a snapshot of a volume: the last changes are in the write-ahead log alone."""
    copy = folder / "copy"
    copy.mkdir()
    engine = write_engine(make_url(f"sqlite:///{folder}/paper.db"))
    with engine.connect() as connection:
        connection.exec_driver_sql("UPDATE issue SET number = number")
        connection.commit()
        for path in folder.glob("paper.db*"):
            shutil.copy(path, copy)
    engine.dispose()
    for path in copy.iterdir():
        shutil.move(path, folder / path.name)
    copy.rmdir()
    assert (folder / "paper.db-wal").stat().st_size
    _protect_all(folder)


def _protect_file(folder: Path) -> None:
    _chmod(folder, file=0o444, folder_mode=0o777)


def _chmod(folder: Path, *, file: int, folder_mode: int) -> None:
    for path in folder.iterdir():
        path.chmod(file)
    folder.chmod(folder_mode)


@pytest.fixture(params=[_protect_all, _protect_all_with_a_log, _protect_file])
def settings(
    request: pytest.FixtureRequest, sqlite_template: Path, clock: Clock
) -> Iterator[Settings]:
    protect: Callable[[Path], None] = request.param
    # Not below the folder of pytest, which its owner alone may enter.
    folder = Path(tempfile.mkdtemp(prefix="morningpost-read-only-"))
    try:
        shutil.copy(sqlite_template, folder / "paper.db")
        settings = Settings(
            _env_file=None,
            database_url=f"sqlite:///{folder}/paper.db",
            public_url="http://paper.test",
            rate_limit="0",
            bootstrap_key=SecretStr(KEY),
        )
        _fill(settings, clock)
        protect(folder)
        with _as_unprivileged():
            yield settings
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def _fill(settings: Settings, clock: Clock) -> None:
    def work(tx: Transaction) -> None:
        provision_key(tx, KEY)
        document = factories.issue(number=7)
        create(tx, payload=lambda: document, publish=True, base_url="http://paper.test")

    engine = write_engine(settings.database)
    perform(engine, work, principal=COMMAND_LINE, clock=clock)
    engine.dispose()


async def test_it_is_served_and_changes_are_refused(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client,
    ):
        reads = [
            await client.get(path)
            for path in ("/v1/issues/latest", "/v1/issues", "/v1/search?q=weights", "/readyz")
        ]
        keyed = await client.get("/v1/issues?status=all", headers=EDITOR)
        refused = [
            await client.post(
                "/v1/issues", json=factories.issue(date="2026-05-04"), headers=EDITOR
            ),
            await client.get("/readyz?writes=1"),
        ]

    assert [answer.status_code for answer in (*reads, keyed)] == [200] * 5
    assert reads[0].json()["number"] == 7
    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert "takes no changes" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
    assert "reason=read_only" in caplog.text
    # The last use of the key is not stored; the log says so in a line, without a traceback.
    assert "key_not_touched" in caplog.text
    assert "Traceback" not in caplog.text


def test_it_is_exported(settings: Settings, run: Run) -> None:
    ran = run("issues", "export")

    assert (ran.code, [orjson.loads(line)["number"] for line in ran.out.splitlines()]) == (0, [7])


def test_a_change_from_the_command_line_says_why_it_was_refused(
    settings: Settings, run: Run
) -> None:
    ran = run("keys", "create", "--name", "reader", "--scope", "drafts:read")

    assert ran.code == 1
    assert "takes no changes" in ran.err
