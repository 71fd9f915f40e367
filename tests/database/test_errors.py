"""A database that cannot do its work is a 503 with Retry-After; a fault of ours stays a 500."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.database.errors import outage_of
from app.errors import DatabaseAway, Outage
from tests.factories import issue

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

Headers = dict[str, str]

SITUATIONS = [
    ("08006", Outage.UNREACHABLE),  # connection_failure
    ("25006", Outage.READ_ONLY),  # read_only_sql_transaction
    ("25P03", Outage.BUSY),  # idle_in_transaction_session_timeout
    ("40003", Outage.BUSY),  # statement_completion_unknown
    ("53100", Outage.FULL),  # disk_full
    ("53200", Outage.BUSY),  # out_of_memory
    ("53300", Outage.BUSY),  # too_many_connections
    ("55P03", Outage.BUSY),  # lock_not_available
    ("57014", Outage.BUSY),  # query_canceled
    ("57P01", Outage.UNREACHABLE),  # admin_shutdown
    ("57P03", Outage.UNREACHABLE),  # cannot_connect_now
    ("58030", Outage.UNREACHABLE),  # io_error
    ("XX001", Outage.DAMAGED),  # data_corrupted
]
OURS = ["22012", "23505", "42P01", "42601", "XX000"]
"""Faults of a statement: a division by zero, a duplicate, no table, no syntax, a bug of theirs."""


@pytest.fixture
def raises(engine: Engine) -> Iterator[Callable[[str], None]]:
    """Have the server itself fail every new issue, and the function `fail()`, with a state."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLSTATEs are PostgreSQL's")

    def arm(state: str) -> None:
        body = f"BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{state}'; END"
        with engine.begin() as connection:
            for statement in (
                f"CREATE FUNCTION fail() RETURNS integer LANGUAGE plpgsql AS $${body}$$",
                f"CREATE FUNCTION fail_row() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
                "CREATE TRIGGER fail BEFORE INSERT ON issue EXECUTE FUNCTION fail_row()",
            ):
                connection.execute(text(statement))

    yield arm
    with engine.begin() as connection:
        connection.execute(text("DROP FUNCTION fail, fail_row CASCADE"))


@pytest.mark.parametrize(("state", "outage"), SITUATIONS)
async def test_postgres_in_trouble_is_a_503(
    app: FastAPI,
    client: httpx.AsyncClient,
    editor: Headers,
    raises: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    state: str,
    outage: Outage,
) -> None:
    raises(state)

    answer = await client.post("/v1/issues", json=issue(), headers=editor)
    with pytest.raises(DatabaseAway) as raised:
        await app.state.database.reader.rows(text("SELECT fail()"))

    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert int(answer.headers["retry-after"]) > 0
    assert f"reason={outage}" in caplog.text
    assert raised.value.outage is outage


@pytest.mark.parametrize("state", OURS)
async def test_a_faulty_statement_is_a_500(
    client: httpx.AsyncClient, editor: Headers, raises: Callable[[str], None], state: str
) -> None:
    raises(state)

    answer = await client.post("/v1/issues", json=issue(), headers=editor)

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")


@pytest.mark.parametrize(
    "error", [psycopg.OperationalError("x"), psycopg.errors.ConnectionTimeout("x")]
)
def test_a_connection_that_fails_without_a_state_is_unreachable(error: Exception) -> None:
    wrapped = DBAPIError.instance("SELECT 1", None, error, psycopg.Error)

    assert isinstance(wrapped, OperationalError)
    assert outage_of(wrapped) is Outage.UNREACHABLE


def _fill_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 1")


def _forbid_writing(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")


@pytest.mark.parametrize(
    ("spoil", "outage"), [(_fill_up, Outage.FULL), (_forbid_writing, Outage.READ_ONLY)]
)
async def test_sqlite_that_takes_no_changes_is_a_503_and_is_read(
    app: FastAPI,
    client: httpx.AsyncClient,
    editor: Headers,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[sqlite3.Connection], None],
    outage: Outage,
) -> None:
    _sqlite_only(app)
    await client.post("/v1/issues?publish=true", json=issue(), headers=editor)
    app.state.database.engine.dispose()
    event.listen(app.state.database.engine, "connect", lambda connection, _: spoil(connection))

    large = issue(date="2026-06-01", summary="x" * 1000)
    large["sections"][0]["body"] = "x " * 90_000
    refused = [await client.post("/v1/issues", json=large, headers=editor) for _ in range(3)]
    refused.append(await client.get("/readyz?writes=1"))

    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {
        (503, "database_away")
    }
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert f"reason={outage}" in caplog.text
    assert (await client.get("/v1/issues?limit=7")).json()["page"]["total"] == 1
    assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_sqlite_locked_by_another_program_is_a_503(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sqlite_only(app)
    monkeypatch.setattr("app.database.sqlite.BUSY_TIMEOUT_MS", 50)
    app.state.database.engine.dispose()

    other = sqlite3.connect(app.state.database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = await client.post("/v1/issues", json=issue(), headers=editor)
    other.close()
    done = await client.post("/v1/issues", json=issue(), headers=editor)

    assert (refused.status_code, refused.json()["code"]) == (503, "database_away")
    assert done.status_code == 201


async def test_a_damaged_sqlite_file_is_a_503(
    app: FastAPI,
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _sqlite_only(app)
    path = Path(app.state.database.url.database)
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:  # the file itself stays, and its first page
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    # What the connection holds in memory is forgotten when another writes.
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 7")

    answer = await client.get("/v1/issues")

    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert "reason=damaged" in caplog.text


def _sqlite_only(app: FastAPI) -> None:
    if make_url(app.state.settings.database_url).get_backend_name() != "sqlite":
        pytest.skip("result codes are SQLite's")


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
