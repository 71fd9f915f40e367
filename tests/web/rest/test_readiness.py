"""What load balancers ask: can this process serve, and can it write."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, event, text

from app.schema import SCHEMA_HEAD, Standing, standing_of
from tests.counted import counted

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

OLDER, NEWER = f"{int(SCHEMA_HEAD) - 1:04}", f"{int(SCHEMA_HEAD) + 1:04}"


@pytest.fixture
def stamp(engine: Engine) -> Iterator[Callable[..., None]]:
    """Have the database say which revisions it stands at."""

    def write(*revisions: str) -> None:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
            for revision in revisions:
                connection.execute(
                    text("INSERT INTO alembic_version VALUES (:to)"), {"to": revision}
                )

    yield write
    write(SCHEMA_HEAD)  # the database is used again


@pytest.mark.parametrize(
    ("revisions", "standing"),
    [
        ([], Standing.MISSING),
        ([OLDER], Standing.OLDER),
        ([SCHEMA_HEAD], Standing.CURRENT),
        ([NEWER], Standing.NEWER),
        (["3f2c9ab01d44"], Standing.NEWER),  # none of ours, so it came after them
    ],
)
def test_schemas_are_told_apart(revisions: list[str], standing: Standing) -> None:
    assert standing_of(revisions) is standing


async def test_a_newer_schema_is_ready(
    client: httpx.AsyncClient, stamp: Callable[..., None]
) -> None:
    stamp(NEWER)

    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


async def test_an_older_schema_is_not_ready_and_says_so(
    client: httpx.AsyncClient, stamp: Callable[..., None]
) -> None:
    stamp(OLDER)

    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert "older" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0


async def test_no_schema_is_not_ready(
    client: httpx.AsyncClient, stamp: Callable[..., None]
) -> None:
    stamp()

    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert "never migrated" in answer.json()["detail"]


async def test_writes_are_tried_and_leave_nothing(
    client: httpx.AsyncClient, engine: Engine
) -> None:
    with counted() as seen:
        answers = [await client.get("/readyz?writes=1") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    # Strangers can ask as often as they like: a change is made once in five seconds.
    assert len([statement for statement in seen if statement.startswith("INSERT")]) == 1
    with engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM idempotency_record"))
        assert left.scalar_one() == 0


async def test_a_database_that_takes_no_changes_is_ready_for_reads_alone(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    engine: Engine = app.state.database.engine
    engine.dispose()

    def forbid(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    event.listen(engine, "begin", forbid)

    writes = await client.get("/readyz?writes=1")
    reads = await client.get("/readyz")

    assert (writes.status_code, writes.json()["code"]) == (503, "database_away")
    assert int(writes.headers["retry-after"]) > 0
    assert (reads.status_code, reads.json()) == (200, {"status": "ok"})


async def test_another_word_than_yes_or_no_is_a_400(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz?writes=perhaps")

    assert answer.status_code == 400
