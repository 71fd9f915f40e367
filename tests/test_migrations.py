"""Up, down and up again with rows in every table; models and migrations agree; many at once."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from alembic import command
from sqlalchemy import URL, Engine, func, inspect, make_url, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import app.models  # noqa: F401  (every table must be known)
from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.archiving import archive_observations
from app.content.commands.event_readers import claim_reader
from app.content.commands.snapshots import record_snapshot
from app.content.commands.sync_runs import begin_run
from app.content.commands.transaction import transaction
from app.content.commands.watch import WatchInput, add_watch
from app.content.commands.webhooks import WebhookInput, create_endpoint
from app.content.queries.schema_version import schema_versions
from app.db import migration_engine, open_database
from app.migrations import alembic_config, downgrade, heads, upgrade
from app.models.sighting import Look, Sighting
from app.models.subject import Departure
from app.schema import SCHEMA_HEAD
from tests import factories

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).resolve().parents[1]
TABLES = sorted(SQLModel.metadata.tables)


async def versions(url: URL) -> frozenset[str]:
    async with open_database(url) as database:
        return await schema_versions(database.reader)


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        statements = {name: select(func.count()).select_from(table(name)) for name in TABLES}
        return {name: connection.execute(s).scalar_one() for name, s in statements.items()}


@pytest.mark.slow
async def test_up_down_up_with_rows_in_every_table(
    client: httpx.AsyncClient, editor: dict[str, str], engine: Engine, settings: Settings
) -> None:
    once = {**editor, "Idempotency-Key": "migration"}
    made = await client.post("/v1/issues?publish=true", json=factories.whole_issue(), headers=once)
    assert made.status_code == 201, made.text
    await client.post("/v1/issues/95/preview", headers=editor)
    whatever = {**editor, "If-Match": "*"}
    await client.patch("/v1/issues/95", json={"title": "Another"}, headers=whatever)
    note = {"correction": {"note": "The title was wrong."}}
    await client.post("/v1/issues/95/publish", json=note, headers=whatever)
    with transaction(engine, principal=COMMAND_LINE, now=datetime(2026, 5, 3, tzinfo=UTC)) as tx:
        run_id = begin_run(tx, ["github"])
        seen = Sighting("1", "lab/one", "one", "https://github.com/lab/one", stars=7)
        days = {"1": [(tx.now.date(), 7)]}
        look = Look(
            "github", "repository", tx.now, "complete", sightings=[seen], listed=1, star_days=days
        )
        archive_observations(tx, record_snapshot(tx, look, run_id=run_id))
        tx.session.add(Departure(subject_id=1, gone_at=tx.now))
        add_watch(tx, WatchInput(source="github", kind="repository", external_id="lab/two"))
        create_endpoint(tx, WebhookInput(url="https://hooks.example/"), allow_private=False)
        claim_reader(tx, "purge", holder="one", seconds=30)
    assert [name for name, count in counts(engine).items() if not count] == []

    downgrade(settings.database)
    engine.dispose()
    assert [name for name in inspect(engine).get_table_names() if name in TABLES] == []

    upgrade(settings.database)
    assert await versions(settings.database) == {SCHEMA_HEAD}
    assert {name for name, count in counts(engine).items() if count} == {"content_version"}


def test_models_and_migrations_agree(settings: Settings) -> None:
    engine = migration_engine(settings.database)
    with engine.connect() as connection:
        command.check(alembic_config(connection))
    engine.dispose()


def test_there_is_one_head() -> None:
    assert heads() == (SCHEMA_HEAD,)


@pytest.mark.integration
async def test_what_was_never_migrated_has_no_version(tmp_path: Path) -> None:
    assert await versions(URL.create("sqlite+pysqlite", database=str(tmp_path / "new.db"))) == set()


def test_every_constraint_and_index_has_its_name(engine: Engine) -> None:
    found = inspect(engine)
    for name in TABLES:
        key = found.get_pk_constraint(name)["name"]
        # SQLite takes AUTOINCREMENT only where the key has no name.
        assert key == f"pk_{name}" or (engine.dialect.name == "sqlite" and name == "issue")
        names = [
            *(key["name"] for key in found.get_foreign_keys(name)),
            *(key["name"] for key in found.get_unique_constraints(name)),
            *(check["name"] for check in found.get_check_constraints(name)),
            *(index["name"] for index in found.get_indexes(name)),
        ]
        for constraint in names:
            assert constraint is not None
            assert re.match(rf"(fk|uq|ck|ix)_{name}", constraint)


def test_every_foreign_key_starts_an_index(engine: Engine) -> None:
    found = inspect(engine)
    for name in TABLES:
        starts = {tuple(index["column_names"])[:1] for index in found.get_indexes(name)}
        starts |= {tuple(key["column_names"])[:1] for key in found.get_unique_constraints(name)}
        starts.add(tuple(found.get_pk_constraint(name)["constrained_columns"])[:1])
        for key in found.get_foreign_keys(name):
            assert tuple(key["constrained_columns"][:1]) in starts


def test_the_statements_can_be_written_to_a_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MORNINGPOST_DATABASE_URL", settings.database_url)

    command.upgrade(alembic_config(), "head", sql=True)

    assert "CREATE TABLE issue_revision" in capsys.readouterr().out


@pytest.mark.trial
@pytest.mark.end_to_end
def test_processes_that_migrate_at_once_all_succeed(settings: Settings, tmp_path: Path) -> None:
    if settings.database.get_backend_name() == "sqlite":
        url = URL.create("sqlite+pysqlite", database=str(tmp_path / "fresh.db"))
    else:
        url = settings.database
        downgrade(url)
    script = (
        "import sys; from sqlalchemy import make_url; from app.migrations import upgrade;"
        "upgrade(make_url(sys.argv[1]))"
    )
    words = [sys.executable, "-c", script, url.render_as_string(hide_password=False)]

    running = [
        subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)
    ]
    ends = [process.communicate(timeout=60)[1].decode()[-500:] for process in running]

    assert [process.returncode for process in running] == [0] * 4, ends
    assert asyncio.run(versions(url)) == {SCHEMA_HEAD}


def test_a_migration_that_fails_halfway_leaves_nothing_in_the_way(settings: Settings) -> None:
    downgrade(settings.database)
    engine = migration_engine(settings.database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE observation (id INTEGER)"))  # the last one of 0003

    with pytest.raises(DBAPIError):
        upgrade(settings.database)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE observation"))
    engine.dispose()
    upgrade(settings.database)

    assert asyncio.run(versions(settings.database)) == {SCHEMA_HEAD}


async def test_sqlite_is_opened_as_promised(settings: Settings) -> None:
    if settings.database.get_backend_name() != "sqlite":
        pytest.skip("pragmas are SQLite's")
    promised = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

    async with open_database(make_url(settings.database_url)) as database:
        for name, value in promised.items():
            pragma = text(f"PRAGMA {name}")
            assert [row[0] for row in await database.reader.rows(pragma)] == [value]
            with database.engine.connect() as connection:
                assert connection.execute(pragma).scalar_one() == value
                assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() >= 10_000


@pytest.mark.trial
@pytest.mark.end_to_end
def test_a_new_revision_is_numbered_and_can_be_run(settings: Settings, tmp_path: Path) -> None:
    """As people do it at the top of a checkout, after a column was added to a model."""
    shutil.copytree(ROOT / "alembic", tmp_path / "alembic")
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    (tmp_path / "sitecustomize.py").write_text(_NEW_COLUMNS)
    environment = {
        **os.environ,
        "MORNINGPOST_DATABASE_URL": settings.database_url,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
    }

    def alembic(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "alembic.config", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    alembic("revision", "--autogenerate", "--message", "the mood")
    alembic("upgrade", "head")
    checked = alembic("check")
    alembic("downgrade", SCHEMA_HEAD)
    alembic("revision", "--message", "nothing")

    names = sorted(file.name for file in (tmp_path / "alembic" / "versions").glob("*.py"))
    assert "No new upgrade operations" in checked
    assert names[-2:] == [
        f"{int(SCHEMA_HEAD) + 1:04}_the_mood.py",
        f"{int(SCHEMA_HEAD) + 2:04}_nothing.py",
    ]


_NEW_COLUMNS = """
from sqlalchemy import Column
from sqlmodel.sql.sqltypes import AutoString
from app.models.base import UtcInstant
from app.models.issue import Issue

Issue.__table__.append_column(Column("mood", AutoString(length=20)))
Issue.__table__.append_column(Column("felt_at", UtcInstant))
"""
