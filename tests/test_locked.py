"""A database that others hold: told as one that is away for now, and nothing is stored."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import Engine, select, text
from sqlmodel import Session, col

from app.content.access import PUBLIC
from app.content.commands.transaction import Transaction
from app.models.idempotency import IdempotencyRecord
from tests.factories import issue

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _lock_timeout(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("writers of SQLite wait in one line")
    monkeypatch.setattr("app.content.commands.transaction.LOCK_TIMEOUT_SECONDS", 1)


async def test_a_table_that_is_locked_for_long_is_a_503(
    client: httpx.AsyncClient, editor: dict[str, str], engine: Engine
) -> None:
    with engine.connect() as other:
        other.execute(text("LOCK TABLE issue IN EXCLUSIVE MODE"))
        refused = await client.post("/v1/issues", json=issue(), headers=editor)
    done = await client.post("/v1/issues", json=issue(), headers=editor)

    assert (refused.status_code, refused.json()["code"]) == (503, "database_away")
    assert int(refused.headers["retry-after"]) > 0
    assert done.status_code == 201


async def test_a_request_whose_idempotency_key_is_in_use_is_refused_for_now(
    client: httpx.AsyncClient, editor: dict[str, str], engine: Engine
) -> None:
    once = {**editor, "Idempotency-Key": "a"}
    first = await client.post("/v1/issues", json=issue(), headers=once)

    with Session(engine) as session:
        identity = session.execute(select(col(IdempotencyRecord.identity))).scalar_one()
        holder = Transaction(session, principal=PUBLIC, now=datetime.now(UTC))
        assert holder.lock(f"idempotency {identity}")
        refused = await client.post("/v1/issues", json=issue(), headers=once)
    again = await client.post("/v1/issues", json=issue(), headers=once)

    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_in_flight")
    assert (again.status_code, again.content) == (201, first.content)


async def test_a_write_that_waits_for_another_is_refused_for_now(
    client: httpx.AsyncClient, editor: dict[str, str], engine: Engine
) -> None:
    wanted = {"source": "github", "kind": "repository", "external_id": "lab/hidden"}

    with Session(engine) as session:
        assert Transaction(session, principal=PUBLIC, now=datetime.now(UTC)).lock("watch list")
        refused = await client.post("/v1/watch", json=wanted, headers=editor)
    done = await client.post("/v1/watch", json=wanted, headers=editor)

    assert (refused.status_code, refused.json()["code"]) == (409, "still_in_flight")
    assert done.status_code == 201
