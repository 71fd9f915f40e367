"""A real standby for public reads: asked while it is as new as the primary, else left aside."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import Executable, Row

from app.config import Settings
from app.main import create_app
from app.migrations import upgrade
from tests import factories
from tests.servers.postgres import PostgresServer
from tests.servers.standby import PostgresStandby

pytestmark = [pytest.mark.anyio, pytest.mark.end_to_end, pytest.mark.trial]

Headers = dict[str, str]

SETTLES_WITHIN_SECONDS = 20.0


@dataclass
class Node:
    """One process of the service, and how often it asked its replica."""

    client: httpx.AsyncClient
    replica: Any
    asked: list[Executable] = field(default_factory=list)

    def __post_init__(self) -> None:
        ask = self.replica.reader.rows

        async def rows(
            statement: Executable, parameters: Mapping[str, object] | None = None
        ) -> Sequence[Row[Any]]:
            self.asked.append(statement)
            found: Sequence[Row[Any]] = await ask(statement, parameters)
            return found

        self.replica.reader.rows = rows

    async def settle(self, is_current: bool) -> None:
        """Wait until the replica is in use, or left aside."""
        await until(lambda: self.replica.is_current is is_current)


async def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLES_WITHIN_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgresServer]:
    with PostgresServer(durable=False) as server:
        upgrade(server.url().set(drivername="postgresql+psycopg"))
        yield server


@pytest.fixture
def standby(primary: PostgresServer) -> Iterator[PostgresStandby]:
    with PostgresStandby(primary) as standby:
        yield standby


@pytest.fixture
def settings(primary: PostgresServer, standby: PostgresStandby) -> Settings:
    return Settings(
        _env_file=None,
        database_url=primary.url().render_as_string(),
        database_read_url=standby.url().render_as_string(),
        public_url="http://paper.test",
        rate_limit="0",
    )


@pytest.fixture
async def nodes(settings: Settings, editor: Headers) -> AsyncIterator[list[Node]]:
    async with AsyncExitStack() as stack:
        nodes = []
        for app in (create_app(settings), create_app(settings)):
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url="http://paper.test")
            nodes.append(Node(client, app.state.database.replica))
        yield nodes


async def publish(node: Node, number: int, editor: Headers) -> None:
    document = factories.issue(number=number, date=factories.day(number))
    posted = await node.client.post("/v1/issues?publish=true", json=document, headers=editor)
    assert posted.status_code == 201


async def test_only_readers_without_a_key_reach_the_replica(
    nodes: list[Node], editor: Headers
) -> None:
    node = nodes[0]
    await publish(node, 1, editor)
    await node.settle(is_current=True)

    with_key = await node.client.get("/v1/issues/1", headers=editor)
    for_editor = len(node.asked)
    without = await node.client.get("/v1/issues/1")

    assert (for_editor, len(node.asked) > 0) == (0, True)
    assert with_key.json()["title"] == without.json()["title"]


async def test_a_write_is_seen_at_once_and_everywhere_though_the_replica_lags(
    nodes: list[Node], editor: Headers, standby: PostgresStandby
) -> None:
    here, there = nodes
    for node in nodes:
        await node.settle(is_current=True)
    standby.pause()

    for number in range(2, 6):
        await publish(here, number, editor)
        assert (await here.client.get(f"/v1/issues/{number}")).status_code == 200
        deadline = time.monotonic() + SETTLES_WITHIN_SECONDS
        while (await there.client.get(f"/v1/issues/{number}")).status_code != 200:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
    await asyncio.sleep(1)
    still_aside = [node.replica.is_current for node in nodes]
    standby.resume()
    for node in nodes:
        await node.settle(is_current=True)
        node.asked.clear()
    listed = [(await node.client.get("/v1/issues?limit=4")).json()["data"] for node in nodes]

    assert still_aside == [False, False]
    assert [[row["number"] for row in rows] for rows in listed] == [[5, 4, 3, 2]] * 2
    assert all(node.asked for node in nodes)


async def test_a_replica_that_is_away_is_no_outage(
    nodes: list[Node], standby: PostgresStandby
) -> None:
    node = nodes[0]
    await node.settle(is_current=True)

    standby.kill()
    away = [(await node.client.get(f"/v1/issues?limit={n}")).status_code for n in range(1, 6)]
    ready = await node.client.get("/readyz")
    await node.settle(is_current=False)
    standby.start()
    await node.settle(is_current=True)

    assert away == [200] * 5
    assert ready.status_code == 200
