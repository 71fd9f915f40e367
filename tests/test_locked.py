"""A database that others hold: told as one that is away for now, and nothing is stored."""

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.factories import issue

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]


async def test_a_table_that_is_locked_for_long_is_a_503(
    client: httpx.AsyncClient,
    editor: dict[str, str],
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("writers of SQLite wait in one line")
    monkeypatch.setattr("app.content.commands.transaction.LOCK_TIMEOUT_SECONDS", 1)

    with engine.connect() as other:
        other.execute(text("LOCK TABLE issue IN EXCLUSIVE MODE"))
        refused = await client.post("/v1/issues", json=issue(), headers=editor)
    done = await client.post("/v1/issues", json=issue(), headers=editor)

    assert (refused.status_code, refused.json()["code"]) == (503, "database_away")
    assert int(refused.headers["retry-after"]) > 0
    assert done.status_code == 201
