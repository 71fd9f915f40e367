"""Behind PgBouncer in transaction mode: nothing fails, nothing is mixed up, changes are noticed."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count

import httpx
import psycopg
import pytest
from sqlalchemy import URL

from app.config import Settings
from app.content.commands.run_lock import RunLock
from app.main import create_app
from app.migrations import upgrade
from tests import factories
from tests.servers import pgbouncer
from tests.servers.postgres import PostgresServer

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.end_to_end,
    pytest.mark.trial,
    pytest.mark.skipif(pgbouncer.PROGRAM is None, reason="there is no PgBouncer here"),
]

Headers = dict[str, str]
NUMBERS = count(1)
"""Of issues: the tests share a database."""


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    with PostgresServer(durable=False) as server:
        yield server.url()


@pytest.fixture(scope="module")
def pooler(server: URL) -> Iterator[URL]:
    with pgbouncer.pooled(server) as url:
        upgrade(url.set(drivername="postgresql+psycopg"))
        yield url


@pytest.fixture(params=["polling", "listening"])
def settings(request: pytest.FixtureRequest, pooler: URL, server: URL) -> Settings:
    is_listening = request.param == "listening"
    return Settings(
        _env_file=None,
        database_url=pooler.render_as_string(),
        database_listen_url=server.render_as_string() if is_listening else None,
        public_url="http://paper.test",
        rate_limit="0",
    )


@pytest.fixture
async def nodes(settings: Settings) -> AsyncIterator[list[httpx.AsyncClient]]:
    apps = [create_app(settings) for _ in range(2)]
    async with (
        apps[0].router.lifespan_context(apps[0]),
        apps[1].router.lifespan_context(apps[1]),
    ):
        transports = [httpx.ASGITransport(app, raise_app_exceptions=False) for app in apps]
        yield [httpx.AsyncClient(transport=t, base_url="http://paper.test") for t in transports]


async def test_many_requests_share_few_connections_and_all_are_right(
    nodes: list[httpx.AsyncClient], editor: Headers
) -> None:
    async def work(number: int) -> list[int]:
        node = nodes[number % 2]
        document = factories.issue(number=number, date=factories.day(number))
        posted = await node.post("/v1/issues?publish=true", json=document, headers=editor)
        read = await node.get(f"/v1/issues/{number}", headers=editor)
        listed = await node.get(f"/v1/issues?limit={number % 9 + 1}", headers=editor)
        assert read.json()["title"] == posted.json()["title"]
        return [posted.status_code, read.status_code, listed.status_code]

    # Each statement often enough that psycopg would prepare it.
    found = await asyncio.gather(*(work(next(NUMBERS)) for _ in range(24)))

    assert {tuple(statuses) for statuses in found} == {(201, 200, 200)}


async def test_the_other_node_knows_of_a_change(
    nodes: list[httpx.AsyncClient], editor: Headers
) -> None:
    here, there = nodes
    number = next(NUMBERS)
    await here.post(
        "/v1/issues?publish=true",
        json=factories.issue(number=number, date=factories.day(number)),
        headers=editor,
    )
    assert (await there.get(f"/v1/issues/{number}")).status_code == 200  # in its cache now
    await asyncio.sleep(2.5)  # whether it hears anything is settled

    await here.post(f"/v1/issues/{number}/unpublish", headers={**editor, "If-Match": "*"})
    deadline = time.monotonic() + 30  # how often it looks is held in tests/test_changes.py
    while (await there.get(f"/v1/issues/{number}")).status_code != 404:
        assert time.monotonic() < deadline, "still there"
        await asyncio.sleep(0.02)


def test_locks_leave_nothing_on_the_connections_of_the_pool(pooler: URL, server: URL) -> None:
    url = pooler.set(drivername="postgresql+psycopg")
    first, second = RunLock(url), RunLock(url)

    taken = [first.acquire(), second.acquire()]
    first.release()
    again = second.acquire()
    second.release()
    upgrade(url)

    assert taken == [True, False]
    assert again
    with psycopg.connect(server.render_as_string()) as direct:
        locks = direct.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert locks.fetchone() == (0,)
