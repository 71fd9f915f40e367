"""The end of a server: what has begun is finished, everybody else is sent elsewhere, in time."""

import asyncio
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import websockets

from tests import factories
from tests.hardship.server import ENDS_WITHIN_SECONDS, Server

pytestmark = [pytest.mark.anyio, pytest.mark.end_to_end, pytest.mark.slow]

SUBSCRIPTION = "subscription { issuePublished { number } }"
WITHIN_SECONDS = 10.0


@pytest.fixture(params=[1, 2])
def server(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Iterator[Server]:
    database = tmp_path / "paper.db"
    database.write_bytes(sqlite_template.read_bytes())
    with Server(f"sqlite:///{database}", folder=tmp_path, workers=request.param) as server:
        yield server


async def all_serve(server: Server, workers: int) -> None:
    """Wait until each worker has started; the first may answer for seconds before the others."""
    deadline = time.monotonic() + 60
    async with httpx.AsyncClient(base_url=server.url) as client:
        while f"\nmorningpost_workers {workers}" not in (await client.get("/metrics")).text:
            assert time.monotonic() < deadline, server.log()
            await asyncio.sleep(0.1)


async def follow(client: httpx.AsyncClient, begun: asyncio.Event) -> str:
    seen = ""
    async with client.stream(
        "GET",
        "/graphql",
        params={"query": SUBSCRIPTION},
        headers={"Accept": "text/event-stream"},
        timeout=60,
    ) as answer:
        async for part in answer.aiter_text():
            seen += part
            begun.set()
    return seen  # the body has ended as HTTP says: httpx raises otherwise


async def hold_socket(url: str, begun: asyncio.Event) -> int | None:
    address = url.replace("http", "ws") + "/graphql"
    async with websockets.connect(address, subprotocols=["graphql-transport-ws"]) as opened:  # type: ignore[list-item]
        await opened.send(json.dumps({"type": "connection_init"}))
        await opened.recv()
        begun.set()
        with suppress(websockets.ConnectionClosed):
            await opened.recv()
        return opened.close_code


async def post_slowly(server: Server, number: int, begun: asyncio.Event) -> int:
    body = json.dumps(factories.issue(number=number, date=factories.day(number))).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = (
        f"POST /v1/issues HTTP/1.1\r\nHost: paper.test\r\nContent-Type: application/json\r\n"
        f"Authorization: {server.editor['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:20])
    await writer.drain()
    begun.set()
    await asyncio.sleep(1.5)  # the signal comes meanwhile
    writer.write(body[20:])
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def refused(server: Server) -> None:
    """Wait until the server accepts no new connection."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        except ConnectionRefusedError:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it still accepts connections")


async def test_what_has_begun_is_finished_and_the_rest_is_refused(server: Server) -> None:
    begun = [asyncio.Event() for _ in range(6)]
    async with httpx.AsyncClient(base_url=server.url) as client:
        streams = [asyncio.create_task(follow(client, begun[n])) for n in (0, 1)]
        sockets = [asyncio.create_task(hold_socket(server.url, begun[n])) for n in (2, 3)]
        posts = [asyncio.create_task(post_slowly(server, n, begun[n])) for n in (4, 5)]
        await asyncio.gather(*(event.wait() for event in begun))
        await asyncio.sleep(0.3)

        process = server._process
        assert process is not None
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await refused(server)

        assert await asyncio.gather(*posts) == [201, 201]
        assert all(text.endswith("retry: 2000\n\n") for text in await asyncio.gather(*streams))
        assert await asyncio.gather(*sockets) == [1012, 1012]
    code = await asyncio.to_thread(process.wait, ENDS_WITHIN_SECONDS)
    server._process = None

    assert code == 0
    assert time.monotonic() - started < WITHIN_SECONDS
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("server", [1], indirect=True)
async def test_draining_answers_503_and_closes_connections(server: Server) -> None:
    server.stop()
    server._environment["MORNINGPOST_DRAIN_SECONDS"] = "5"
    server.start()
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get("/readyz")).status_code == 200
        process = server._process
        assert process is not None

        process.send_signal(signal.SIGTERM)
        ready = await client.get("/readyz")
        while ready.status_code == 200:  # until the signal has arrived
            ready = await client.get("/readyz")
        live = await client.get("/livez")

    assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
    assert "about to end" in ready.json()["detail"]
    assert (live.status_code, live.headers["connection"]) == (200, "close")
    assert await asyncio.to_thread(process.wait, ENDS_WITHIN_SECONDS) == 0
    server._process = None


@pytest.mark.parametrize("server", [2], indirect=True)
async def test_hangup_replaces_workers_and_cuts_nothing(server: Server) -> None:
    process = server._process
    assert process is not None

    def workers() -> set[int]:
        proc = Path("/proc")
        children = (proc / f"{process.pid}/task/{process.pid}/children").read_text().split()
        commands = {int(pid): (proc / pid / "cmdline").read_text() for pid in children}
        return {pid for pid, command in commands.items() if "spawn_main" in command}

    await all_serve(server, 2)
    before, statuses = workers(), []
    process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 60
    while "workers_replaced_end" not in server.log():
        assert time.monotonic() < deadline, server.log()
        async with httpx.AsyncClient(base_url=server.url) as client:
            statuses.append((await client.get("/livez")).status_code)
        await asyncio.sleep(0.05)

    assert len(before) == 2
    assert not before & workers()
    assert set(statuses) == {200}


@pytest.mark.parametrize("server", [2], indirect=True)
async def test_a_replacement_that_fails_leaves_the_old_workers(
    server: Server, tmp_path: Path
) -> None:
    process = server._process
    assert process is not None
    await all_serve(server, 2)
    (tmp_path / ".env").write_text("MORNINGPOST_CACHE_BYTES=many\n")

    process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 60
    while "worker_not_replaced" not in server.log():
        assert time.monotonic() < deadline, server.log()
        await asyncio.sleep(0.05)
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get("/livez")).status_code == 200
    process.send_signal(signal.SIGTERM)
    code = await asyncio.to_thread(process.wait, ENDS_WITHIN_SECONDS)
    server._process = None

    assert code == 0
    assert "workers_replaced_end" not in server.log()
    assert "worker_died" not in server.log()
    assert "MORNINGPOST_CACHE_BYTES: must be an integer" in server.log()
    assert "Traceback" not in server.log()
