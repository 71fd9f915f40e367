"""The end of a server: what has begun is finished, everybody else is sent elsewhere, in time."""

import asyncio
import signal
import time
from pathlib import Path

import httpx
import pytest

from tests.hardship import ending
from tests.hardship.ending import Crowd
from tests.hardship.figures import Figures, told
from tests.hardship.server import ENDS_WITHIN_SECONDS, Server

pytestmark = [pytest.mark.anyio, pytest.mark.end_to_end, pytest.mark.slow]


@pytest.fixture
def paper_url(sqlite_template: Path, tmp_path: Path) -> str:
    database = tmp_path / "paper.db"
    database.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{database}"


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.trial)])
async def test_what_has_begun_is_finished_and_the_rest_is_refused(
    workers: int, paper_url: str, tmp_path: Path
) -> None:
    figures = Figures("SIGTERM")
    server = Server(paper_url, folder=tmp_path, workers=workers)

    await ending.run(server, figures, workers=workers, crowd=Crowd(streams=2, sockets=2, posts=2))

    assert told([figures]) == []
    assert figures.counts["cut"] == 0
    assert [figures.counts[name] for name in ("streams", "sockets", "posts")] == [2, 2, 2]


async def test_who_has_just_connected_gets_an_answer(paper_url: str, tmp_path: Path) -> None:
    with Server(paper_url, folder=tmp_path) as server:
        process, url = server._process, httpx.URL(server.url)
        assert process is not None
        reader, writer = await asyncio.open_connection(url.host, url.port)
        _, idle = await asyncio.open_connection(url.host, url.port)

        process.send_signal(signal.SIGTERM)
        await _until_nobody_listens(url)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: paper.test\r\n\r\n")
        answer = await reader.read()
        code = await asyncio.to_thread(process.wait, ENDS_WITHIN_SECONDS)
        server._process = None

    for each in (writer, idle):
        each.close()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nconnection: close\r\n" in answer.lower()
    assert code == 0


async def _until_nobody_listens(url: httpx.URL) -> None:
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(url.host, url.port)
        except ConnectionError:
            return
        writer.close()
    pytest.fail("the server listens on")


@pytest.mark.trial
async def test_draining_answers_503_and_closes_connections(paper_url: str, tmp_path: Path) -> None:
    drains = {"MORNINGPOST_DRAIN_SECONDS": "5"}
    with Server(paper_url, folder=tmp_path, settings=drains) as server:
        await _drains(server)


async def _drains(server: Server) -> None:
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


@pytest.mark.trial
async def test_hangup_replaces_workers_and_cuts_nothing(paper_url: str, tmp_path: Path) -> None:
    """Where the settings have become wrong, it leaves the old workers."""
    with Server(paper_url, folder=tmp_path, workers=2) as server:
        await _replaces_workers(server)
        await _leaves_the_old_workers(server, tmp_path)


async def _replaces_workers(server: Server) -> None:
    process = server._process
    assert process is not None

    def workers() -> set[int]:
        proc = Path("/proc")
        children = (proc / f"{process.pid}/task/{process.pid}/children").read_text().split()
        commands = {int(pid): (proc / pid / "cmdline").read_text() for pid in children}
        return {pid for pid, command in commands.items() if "spawn_main" in command}

    await ending.all_serve(server, 2)
    before, statuses = workers(), []
    process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 60
    # Each request has a connection of its own, so that any worker may be met.
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=server.url, limits=limits) as client:
        while "workers_replaced_end" not in server.log():
            assert time.monotonic() < deadline, server.log()
            statuses.append((await client.get("/livez")).status_code)
            await asyncio.sleep(0.05)

    assert len(before) == 2
    assert not before & workers()
    assert set(statuses) == {200}


async def _leaves_the_old_workers(server: Server, tmp_path: Path) -> None:
    process = server._process
    assert process is not None
    replaced = server.log().count("workers_replaced_end")
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
    assert server.log().count("workers_replaced_end") == replaced
    assert "worker_died" not in server.log()
    assert "MORNINGPOST_CACHE_BYTES: must be an integer" in server.log()
    assert "Traceback" not in server.log()
