"""`reindex`, and a `migrate` that notices an index that is old or missing."""

import asyncio
import json

import httpx
import pytest
from sqlalchemy import Engine, text

from app.config import Settings
from app.content.commands.indexing import BATCH, Indexed, index_issues
from app.content.commands.transaction import Transaction
from app.content.search.entries import INDEX_VERSION
from app.migrations import downgrade, upgrade
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.factories import make_issue

pytestmark = [pytest.mark.usefixtures("twelve_issues"), pytest.mark.both_databases]


async def found(client: httpx.AsyncClient, q: str, **more: str) -> list[dict[str, object]]:
    query = {"q": q, "sort": "newest", "limit": "100", **more}
    answer = await client.get("/v1/search", params=query)
    assert answer.status_code == 200, answer.text
    hits: list[dict[str, object]] = answer.json()["data"]
    return hits


def rows(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [
            tuple(row) for row in connection.execute(text("SELECT * FROM search_entry ORDER BY id"))
        ]


@pytest.mark.slow
@pytest.mark.end_to_end
async def test_migrate_notices_an_index_that_is_gone(
    run: Run, settings: Settings, engine: Engine, client: httpx.AsyncClient
) -> None:
    before, hits = rows(engine), await found(client, "the")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM search_entry"))
    assert len(hits) >= 12

    ran, again = [await asyncio.to_thread(run, "migrate") for _ in range(2)]

    assert "is up to date." in ran.out
    assert "already" in again.out
    assert rows(engine) == before
    assert await found(client, "the") == hits


@pytest.mark.end_to_end
async def test_migrate_notices_words_of_older_code(
    run: Run, engine: Engine, client: httpx.AsyncClient
) -> None:
    before = rows(engine)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE kept AS SELECT * FROM search_entry WHERE issue_id < 4")
        )
        connection.execute(
            text("UPDATE kept SET index_version = 1, title = 'Worn', lexemes = NULL")
        )
        connection.execute(text("DELETE FROM search_entry WHERE issue_id < 4"))
        connection.execute(text("INSERT INTO search_entry SELECT * FROM kept"))

    ran = await asyncio.to_thread(run, "migrate")

    assert "already" not in ran.out
    assert rows(engine) == before
    assert await found(client, "worn") == []


@pytest.mark.slow
@pytest.mark.end_to_end
async def test_a_downgrade_and_upgrade_leave_search_as_it_was(
    run: Run, settings: Settings, engine: Engine, client: httpx.AsyncClient
) -> None:
    before = rows(engine)
    downgrade(settings.database, "0001")
    engine.dispose()
    upgrade(settings.database)
    assert rows(engine) == []

    await asyncio.to_thread(run, "migrate")

    assert rows(engine) == before
    assert len(await found(client, "the")) >= 12


@pytest.mark.slow
async def test_reindex_makes_every_entry_again(
    run: Run, engine: Engine, client: httpx.AsyncClient, clock: Clock
) -> None:
    before = rows(engine)
    with engine.begin() as connection:
        number = connection.execute(
            text("SELECT number FROM content_version WHERE name = 'paper'")
        ).scalar_one()
    clock.advance(seconds=60)

    ran = await asyncio.to_thread(run, "reindex", "--json")
    said = await asyncio.to_thread(run, "reindex")

    assert json.loads(ran.out) == {"issues": 12}
    assert said.out == "Indexed 12 issues.\n"
    assert rows(engine) == before
    with engine.connect() as connection:
        moved = connection.execute(
            text("SELECT number FROM content_version WHERE name = 'paper'")
        ).scalar_one()
        noted = connection.execute(
            text("SELECT count(*) FROM content_change WHERE action = 'indexed'")
        ).scalar_one()
    # A version for each batch, so that servers forget the answers that they keep.
    assert moved - number == noted == 2 * -(-12 // BATCH)


@pytest.mark.slow
async def test_drafts_are_not_indexed_and_scheduled_issues_are(
    run: Run, client: httpx.AsyncClient, editor: dict[str, str], engine: Engine
) -> None:
    for number in (40, 41):
        await client.post("/v1/issues", json=make_issue(number), headers=editor)
    when = {"publish_at": "2030-01-01T00:00:00Z"}
    guarded = {**editor, "If-Match": "*"}
    await client.post("/v1/issues/41/schedule", json=when, headers=guarded)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM search_entry"))

    ran = await asyncio.to_thread(run, "reindex", "--json")

    assert json.loads(ran.out) == {"issues": 13}
    with engine.connect() as connection:
        statement = text("SELECT DISTINCT issue_id FROM search_entry WHERE title = :title")
        titles = {"40": "Plain title 40", "41": "Plain title 41"}
        kept = {n: connection.execute(statement, {"title": t}).all() for n, t in titles.items()}
    assert not kept["40"]
    assert kept["41"]


async def test_a_reader_finds_everything_while_the_index_is_made(
    run: Run, settings: Settings, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each issue loses its entries and has them again in one transaction."""
    loop = asyncio.get_running_loop()
    hits = len(await found(client, "the"))
    assert hits > 12
    seen: list[int] = []

    def look(tx: Transaction, *, is_whole: bool, after: int) -> Indexed:
        looked = asyncio.run_coroutine_threadsafe(
            found(client, "the", to=f"2999-01-{len(seen) + 1:02}"), loop
        )
        seen.append(len(looked.result(timeout=20)))
        return index_issues(tx, is_whole=is_whole, after=after)

    monkeypatch.setattr("app.cli.indexing.index_issues", look)

    await asyncio.to_thread(run, "reindex")

    assert len(seen) >= 2
    assert set(seen) == {hits}


def test_the_version_of_entries_is_the_one_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        versions = connection.execute(text("SELECT DISTINCT index_version FROM search_entry"))
        assert versions.scalars().all() == [INDEX_VERSION]
