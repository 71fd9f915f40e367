"""`backup`, `restore`, `copy`: the whole paper as of one instant, replaced only when asked."""

import asyncio
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import URL, Connection, Engine, text
from sqlmodel import SQLModel

from app.backup import sqlite_file
from app.backup.files import BackupFailed
from app.config import Settings
from app.content import copying
from app.db import snapshot, write_engine
from app.main import create_app
from app.migrations import upgrade
from tests import factories
from tests.cli.conftest import Run
from tests.conftest import client_of
from tests.filled_tables import fill_empty_tables
from tests.servers.postgres import client_programs

pytestmark = [pytest.mark.end_to_end]


def rows_of(url: URL) -> dict[str, tuple[int, int]]:
    with snapshot(url) as connection:
        return {table.name: copying._fingerprint(connection, table) for table in copying.tables()}


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pg_dump` and `pg_restore` of the version of the server."""
    monkeypatch.setenv("PATH", f"{client_programs()}:{Path(shutil.which('env') or '').parent}")


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.usefixtures("demo", "programs")
def test_what_is_restored_is_what_was_backed_up(
    run: Run, settings: Settings, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "paper.backup"
    before = rows_of(settings.database)

    made = run("backup", str(file), "--json")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM section"))
        connection.execute(text("UPDATE issue_revision SET title = 'worn'"))
    refused = run("restore", str(file))
    restored = run("restore", str(file), "--force")

    assert (made.code, refused.code, restored.code) == (0, 1, 0), restored.err
    assert json.loads(made.out) == {"file": str(file), "bytes": file.stat().st_size}
    assert "--force replaces it" in refused.err
    assert rows_of(settings.database) == before
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("twelve_issues")
def test_a_file_that_is_there_is_not_replaced(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "paper.backup"
    file.write_text("precious")

    refused, forced = run("backup", str(file)), run("backup", str(file), "--force")

    assert (refused.code, forced.code) == (1, 0)
    assert "exists already" in refused.err
    assert not list(tmp_path.glob("*.partial"))


def forget_revision(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DROP TABLE alembic_version")


@pytest.mark.usefixtures("twelve_issues")
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.write_bytes(b"not a backup"), "is not a backup"),
        (lambda path: path.write_bytes(path.read_bytes()[:100_000]), "is damaged"),
        (lambda path: path.write_bytes(b"PGDMP" + path.read_bytes()), "a backup of postgresql"),
        (lambda path: forget_revision(path), "not a backup"),
    ],
)
def test_a_spoilt_backup_replaces_nothing(
    run: Run,
    settings: Settings,
    tmp_path: Path,
    spoil: Callable[[Path], object],
    sentence: str,
) -> None:
    file = tmp_path / "paper.backup"
    run("backup", str(file))
    before = rows_of(settings.database)
    spoil(file)

    ran = run("restore", str(file), "--force")

    assert ran.code == 1
    assert sentence in ran.err
    assert rows_of(settings.database) == before


def test_without_the_programs_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MORNINGPOST_DATABASE_URL", "postgresql://127.0.0.1:1/paper")
    monkeypatch.setenv("PATH", str(tmp_path))

    ran = run("backup", str(tmp_path / "x"))

    assert ran.code == 1
    assert "pg_dump is not installed" in ran.err
    assert "postgresql-client" in ran.err


def test_a_backup_beside_a_writer_is_of_one_instant(tmp_path: Path) -> None:
    source = tmp_path / "live.db"
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE pair (name TEXT PRIMARY KEY, number INTEGER, fill BLOB)")
        connection.execute("INSERT INTO pair VALUES ('a', 0, zeroblob(30000000)), ('b', 0, '')")
    has_ended = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(source, timeout=30)) as writer:
            while not has_ended.is_set():
                writer.execute("UPDATE pair SET number = number + 1")
                writer.commit()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        steps: list[int] = []
        sqlite_file.backup(
            source, tmp_path / "b", is_forced=False, note=lambda done, _: steps.append(done)
        )
    finally:
        has_ended.set()
        thread.join()

    with closing(sqlite3.connect(tmp_path / "b")) as copied:
        numbers = copied.execute("SELECT number FROM pair").fetchall()
    assert len(set(numbers)) == 1
    assert steps == sorted(steps), "the copy began anew"
    assert not (tmp_path / "b-wal").exists()


def test_a_damaged_database_is_set_aside(tmp_path: Path) -> None:
    good, target = tmp_path / "good", tmp_path / "paper.db"
    upgrade(URL.create("sqlite+pysqlite", database=str(good)))
    target.write_bytes(b"damaged" * 1000)

    sqlite_file.restore(good, target, note=lambda *_: None)

    sqlite_file.check(target)
    assert (tmp_path / "paper.db.damaged").exists()
    with pytest.raises(BackupFailed):
        sqlite_file.check(tmp_path / "paper.db.damaged")


@pytest.fixture
def other_database(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> Iterator[URL]:
    """An empty database of the other kind."""
    if settings.database.get_backend_name() == "postgresql":
        yield URL.create("sqlite", database=str(tmp_path / "other.db"))
        return
    server: URL = request.getfixturevalue("postgres_url")
    with psycopg.connect(server.render_as_string(), autocommit=True) as maintenance:
        maintenance.execute("CREATE DATABASE copied")
        yield server.set(database="copied")
        maintenance.execute("DROP DATABASE copied WITH (FORCE)")


PATHS = [
    *("/v1/issues/latest", "/v1/issues/90", "/v1/issues/90/printings/1", "/v1/issues/90/claims"),
    *("/v1/issues/91", "/v1/issues/90/revisions", "/v1/corrections", "/v1/entries?limit=100"),
    *("/v1/events?limit=100", "/v1/events?after=latest", "/v1/webhooks", "/v1/keys", "/v1/me"),
    *("/v1/search?q=model", "/v1/trending?source=github&kind=repository"),
    *("/v1/trending/movers?source=github&kind=repository", "/v1/sync/runs"),
]


async def print_and_correct(client: httpx.AsyncClient, editor: dict[str, str]) -> None:
    """Store what the demo has not: a corrected issue, a draft, and an idempotent answer."""
    document = factories.whole_issue(number=90, date="2026-05-02")
    posted = await client.post(
        "/v1/issues?publish=true", json=document, headers={**editor, "Idempotency-Key": "one"}
    )
    saved = await client.patch(
        "/v1/issues/90",
        json={"title": "Put right"},
        headers={
            **editor,
            "If-Match": posted.headers["etag"],
            "Content-Type": "application/merge-patch+json",
        },
    )
    corrected = await client.post(
        "/v1/issues/90/publish",
        json={"correction": {"note": "The title was wrong."}},
        headers={**editor, "If-Match": saved.headers["etag"]},
    )
    draft = await client.post(
        "/v1/issues", json=factories.issue(number=91, date="2026-05-04"), headers=editor
    )
    assert [a.status_code for a in (posted, saved, corrected, draft)] == [201, 200, 200, 201]


@pytest.mark.slow
@pytest.mark.databases_in_turn
@pytest.mark.usefixtures("demo")
async def test_a_copy_is_the_same_paper_on_the_other_database(
    run: Run,
    settings: Settings,
    engine: Engine,
    other_database: URL,
    client: httpx.AsyncClient,
    editor: dict[str, str],
) -> None:
    await print_and_correct(client, editor)
    with engine.begin() as connection:
        fill_empty_tables(connection)
    before = [await client.get(path, headers=editor) for path in PATHS]
    to = other_database.render_as_string(hide_password=False)

    copied = await asyncio.to_thread(run, "copy", "--to", to, "--json")
    refused = await asyncio.to_thread(run, "copy", "--to", to)

    assert copied.code == 0, copied.err
    counts = json.loads(copied.out)["tables"]
    assert not [name for name, count in counts.items() if not count], "a table was not tried"
    assert (refused.code, "--force replaces it" in refused.err) == (1, True)
    there = settings.model_copy(update={"database_url": to})
    assert rows_of(there.database) == rows_of(settings.database)
    app = create_app(there, clock=client._transport.app.state.clock)  # type: ignore[attr-defined]
    async with app.router.lifespan_context(app), client_of(app) as other:
        after = [await other.get(path, headers=editor) for path in PATHS]
        assert [a.status_code for a in before] == [200] * len(PATHS)
        assert [a.content for a in after] == [a.content for a in before]
        assert [a.headers.get("etag") for a in after] == [a.headers.get("etag") for a in before]
        again = await other.post(
            "/v1/issues?publish=true",
            json=factories.whole_issue(number=90, date="2026-05-02"),
            headers={**editor, "Idempotency-Key": "one"},
        )
        assert again.headers["idempotent-replayed"] == "true"
        await go_on(other, editor)


async def go_on(client: httpx.AsyncClient, editor: dict[str, str]) -> None:
    """Write more; the event log must go on without a gap."""
    log = (await client.get("/v1/events?after=latest", headers=editor)).json()
    last = log["page"]["next_cursor"]
    posted = await client.post(
        "/v1/issues?publish=true",
        json=factories.issue(number=92, date="2030-01-01"),
        headers=editor,
    )
    key = await client.post("/v1/keys", json={"name": "new", "scopes": []}, headers=editor)
    events = (await client.get(f"/v1/events?after={last}", headers=editor)).json()["data"]
    assert (posted.status_code, key.status_code) == (201, 201)
    assert events[-1]["type"] == "issue.published"
    first = events[0]["sequence"]
    assert [event["sequence"] for event in events] == list(range(first, first + len(events)))


def test_ids_of_deleted_issues_are_not_given_again(tmp_path: Path) -> None:
    urls = [URL.create("sqlite+pysqlite", database=str(tmp_path / name)) for name in "ab"]
    for url in urls:
        upgrade(url)
    with closing(sqlite3.connect(tmp_path / "a")) as file, file:
        file.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('issue', 7)")
    engine = write_engine(urls[1])

    with snapshot(urls[0]) as old, engine.begin() as new:
        copying.copy_paper(old, new, note=lambda *_: None)

    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "b")) as file:
        given = file.execute("SELECT seq FROM sqlite_sequence WHERE name = 'issue'").fetchall()
    assert given == [(7,)]


def test_what_reads_back_differently_is_not_committed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    urls = [URL.create("sqlite+pysqlite", database=str(tmp_path / name)) for name in "ab"]
    for url in urls:
        upgrade(url)
    seen: list[Connection] = []
    fingerprint = copying._fingerprint

    def altered(connection: Connection, table: object) -> tuple[int, int]:
        seen.append(connection)
        count, digest = fingerprint(connection, table)  # type: ignore[arg-type]
        return count, digest + 1

    monkeypatch.setattr(copying, "_fingerprint", altered)
    engine = write_engine(urls[1])

    with (
        snapshot(urls[0]) as old,
        engine.begin() as new,
        pytest.raises(Exception, match="reads back differently"),
    ):
        copying.copy_paper(old, new, note=lambda *_: None)

    assert seen
    engine.dispose()


def test_every_table_is_copied_or_follows_from_another() -> None:
    assert {table.name for table in copying.tables()} == (
        set(SQLModel.metadata.tables) - {"search_entry"}
    )
