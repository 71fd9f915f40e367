"""Migrating, the demo, and the contract file; serving is tried with real processes elsewhere."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine, text

from app.cli import server
from app.cli.openapi import FOLDER
from app.config import Settings
from app.content.documents import COMPILER_VERSION
from app.schema import SCHEMA_HEAD
from tests import factories
from tests.cli.conftest import Run
from tests.hardship.server import Server

pytestmark = pytest.mark.databases_in_turn


@pytest.mark.slow
async def test_demo_fills_an_empty_database_once(run: Run, client: httpx.AsyncClient) -> None:
    first, second = run("demo", "--json"), run("demo", "--json")

    latest = (await client.get("/v1/issues/latest")).json()
    assert [json.loads(ran.out)["issues"] for ran in (first, second)] == [12, 0]
    assert latest["number"] == 12
    assert latest["date"] < "2026-05-01"


def test_demo_never_touches_a_database_that_has_an_issue(run: Run) -> None:
    run("issues", "post", "-", stdin=b'{"date": "2026-05-07"}')

    ran = run("demo")

    assert "nothing was touched" in ran.out
    assert len(run("issues", "export").out.splitlines()) == 1


@pytest.mark.end_to_end
@pytest.mark.usefixtures("twelve_issues")
async def test_migrate_compiles_again_what_an_older_version_compiled(
    run: Run, engine: Engine, client: httpx.AsyncClient
) -> None:
    before = (await client.get("/v1/issues/3")).content
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE issue_revision SET compiler_version = 0, compiled_sections = :worn"),
            {"worn": b"[]"},
        )

    # In a thread, for the command has an event loop of its own.
    ran, again = [await asyncio.to_thread(run, "migrate") for _ in range(2)]

    with engine.begin() as connection:
        versions = connection.execute(text("SELECT DISTINCT compiler_version FROM issue_revision"))
        assert versions.scalars().all() == [COMPILER_VERSION]
    assert "up to date." in ran.out
    assert "already" in again.out
    assert (await client.get("/v1/issues/3")).content == before


def test_a_database_that_was_never_migrated_says_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MORNINGPOST_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    for words in (("keys", "list"), ("serve",)):
        ran = run(*words)
        assert ran.code == 1
        assert "morningpost migrate" in ran.err


@pytest.mark.one_database
@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://somewhere"),
        ("PUBLIC_URL", "paper.example"),
        ("PUBLIC_URL", "https://paper.example/?a=b"),
        ("PUBLIC_URL", "javascript:alert(1)"),
        ("TELEGRAM_URL", "javascript:alert(1)"),
        ("RATE_LIMIT", "many"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MORNINGPOST_{name}", value)

    ran = run("migrate")

    assert ran.code == 1
    assert f"MORNINGPOST_{name}" in ran.err


@pytest.mark.slow
@pytest.mark.one_database
def test_openapi_check_finds_a_file_that_lies(run: Run, tmp_path: Path) -> None:
    assert run("openapi", "export", "--folder", str(tmp_path)).code == 0
    assert run("openapi", "check", "--folder", str(tmp_path)).code == 0
    for name in ("openapi.json", "schema.graphql", "possibleTypes.json", "typesWithoutId.json"):
        written = (tmp_path / name).read_bytes()
        assert written == (FOLDER / name).read_bytes()
        (tmp_path / name).write_text("{}")
        assert run("openapi", "check", "--folder", str(tmp_path)).code == 1, name
        (tmp_path / name).write_bytes(written)


@pytest.mark.one_database
def test_openapi_export_writes_no_schema_that_breaks_queries(run: Run, tmp_path: Path) -> None:
    before = (FOLDER / "schema.graphql").read_text()
    had_more = before.replace("type Query {", "type Query {\n  gone: String", 1)
    (tmp_path / "schema.graphql").write_text(had_more)

    refused = run("openapi", "export", "--folder", str(tmp_path))
    forced = run("openapi", "export", "--folder", str(tmp_path), "--breaking")

    assert refused.code == 1
    assert "Query.gone" in refused.err
    assert forced.code == 0
    assert (tmp_path / "schema.graphql").read_text() == before


def test_the_version_and_the_help_are_printed(run: Run) -> None:
    assert run("--version").out.startswith("morningpost ")
    assert "issues" in run("--help").out


@pytest.mark.parametrize(
    ("host", "given", "shown"),
    [
        ("0.0.0.0", None, "http://localhost:8000"),
        ("::", None, "http://localhost:8000"),
        ("[::]", None, "http://localhost:8000"),
        ("127.0.0.1", None, "http://127.0.0.1:8000"),
        ("::1", None, "http://[::1]:8000"),
        ("0.0.0.0", "https://paper.example", "https://paper.example"),
    ],
)
def test_links_never_lead_to_a_wildcard_address(
    monkeypatch: pytest.MonkeyPatch, host: str, given: str | None, shown: str
) -> None:
    monkeypatch.setenv("MORNINGPOST_HOST", host)
    if given is not None:
        monkeypatch.setenv("MORNINGPOST_PUBLIC_URL", given)

    settings = Settings(_env_file=None)

    assert settings.public_url == shown
    assert settings.guesses_public_url is (shown == "http://localhost:8000")


@pytest.mark.end_to_end
def test_serve_warns_where_links_are_a_guess_and_keeps_connections(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured: list[uvicorn.Config] = []
    monkeypatch.setattr(server, "_run", lambda running, *_: configured.append(running.config))
    monkeypatch.delenv("MORNINGPOST_PUBLIC_URL", raising=False)
    monkeypatch.setenv("MORNINGPOST_HOST", "127.0.0.1")

    quiet = run("serve", "--migrate")
    monkeypatch.setenv("MORNINGPOST_KEEP_ALIVE_SECONDS", "90")
    warned = run("serve", "--host", "0.0.0.0")

    assert (quiet.code, warned.code) == (0, 0)
    assert "Warning" not in quiet.err
    assert "MORNINGPOST_PUBLIC_URL" in warned.err
    assert "http://localhost" in warned.err
    assert [config.timeout_keep_alive for config in configured] == [75, 90]


@pytest.mark.slow
@pytest.mark.end_to_end
def test_migrate_goes_down_and_up_to_a_revision(run: Run, engine: Engine) -> None:
    older = f"{int(SCHEMA_HEAD) - 1:04}"

    down, up = run("migrate", "--to", older), run("migrate", "--to", SCHEMA_HEAD)

    assert [(ran.code, ran.out) for ran in (down, up)] == [
        (0, f"The database is at revision {older}.\n"),
        (0, f"The database is at revision {SCHEMA_HEAD}.\n"),
    ]
    with engine.begin() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version"))
        assert found.scalars().all() == [SCHEMA_HEAD]


@pytest.mark.slow
@pytest.mark.end_to_end
def test_migrate_reports_where_the_schema_stands(run: Run) -> None:
    older = f"{int(SCHEMA_HEAD) - 1:04}"

    answers = [
        json.loads(run("migrate", *options, "--json").out) for options in (("--to", older), (), ())
    ]

    head = {"known_revision": SCHEMA_HEAD, "revision": SCHEMA_HEAD, "standing": "current"}
    assert answers == [
        {**head, "revision": older, "standing": "older", "changed": True},
        {**head, "changed": True},
        {**head, "changed": False},
    ]


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.end_to_end
@pytest.mark.parametrize("revision", ["9999", "head", "nonsense", ""])
def test_migrate_names_the_revisions_that_there_are(run: Run, revision: str) -> None:
    ran = run("migrate", "--to", revision)

    assert ran.code == 1
    assert f"There is no revision {revision}; there are 0001, " in ran.err


@pytest.fixture
def newer_schema(engine: Engine) -> Iterator[None]:
    """A later version has migrated already, and added a column."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE issue ADD COLUMN mood VARCHAR(20)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9000'"))
    yield
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{SCHEMA_HEAD}'"))


@pytest.mark.trial
@pytest.mark.end_to_end
@pytest.mark.usefixtures("newer_schema")
def test_an_old_version_starts_on_a_newer_schema(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    migrated = run("migrate")
    with Server(settings.database_url, folder=tmp_path) as server:
        ready = httpx.get(f"{server.url}/readyz", timeout=30)
        written = httpx.post(
            f"{server.url}/v1/issues", json=factories.issue(), headers=server.editor, timeout=30
        )
        server.stop()
        server.start("--migrate")
        read = httpx.get(f"{server.url}/v1/issues/1", headers=server.editor, timeout=30)

    assert "newer than this version" in migrated.out
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})
    assert (written.status_code, read.status_code) == (201, 200)


@pytest.mark.slow
@pytest.mark.end_to_end
@pytest.mark.usefixtures("newer_schema")
def test_a_schema_that_is_not_known_is_left_alone(run: Run) -> None:
    ran = run("migrate", "--to", SCHEMA_HEAD)

    assert ran.code == 1
    assert "at revision 9000, which this version does not know" in ran.err
