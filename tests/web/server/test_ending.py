"""The end of a server: what has begun is finished, everybody else is sent elsewhere, in time."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.hardship import ending
from tests.hardship.ending import Crowd
from tests.hardship.figures import Figures, told
from tests.hardship.server import ENDS_WITHIN_SECONDS, Server

pytestmark = [pytest.mark.anyio, pytest.mark.end_to_end, pytest.mark.slow]


@pytest.fixture
def server(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Iterator[Server]:
    database = tmp_path / "paper.db"
    database.write_bytes(sqlite_template.read_bytes())
    with Server(f"sqlite:///{database}", folder=tmp_path, workers=request.param) as server:
        yield server


@pytest.mark.parametrize("workers", [1, 2])
async def test_what_has_begun_is_finished_and_the_rest_is_refused(
    workers: int, sqlite_template: Path, tmp_path: Path
) -> None:
    database = tmp_path / "paper.db"
    database.write_bytes(sqlite_template.read_bytes())
    figures = Figures("SIGTERM")
    server = Server(f"sqlite:///{database}", folder=tmp_path, workers=workers)

    await ending.run(server, figures, workers=workers, crowd=Crowd(streams=2, sockets=2, posts=2))

    assert told([figures]) == []
    assert figures.counts["cut"] == 0
    assert [figures.counts[name] for name in ("streams", "sockets", "posts")] == [2, 2, 2]


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

    await ending.all_serve(server, 2)
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
    await ending.all_serve(server, 2)
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
