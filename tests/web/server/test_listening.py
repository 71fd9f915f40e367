"""What a server can listen on beside host and port, and a start in an empty folder."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.hardship.server import ENDS_WITHIN_SECONDS, ROOT, STARTS_WITHIN_SECONDS, _free_port

pytestmark = [pytest.mark.anyio, pytest.mark.end_to_end, pytest.mark.slow]


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    """A folder with a migrated paper at its usual place."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "morningpost.db").write_bytes(sqlite_template.read_bytes())
    return tmp_path


@asynccontextmanager
async def serving(
    *options: str,
    folder: Path,
    client: httpx.AsyncClient,
    settings: Mapping[str, str] | None = None,
    fds: Sequence[int] = (),
) -> AsyncIterator["subprocess.Popen[bytes]"]:
    """Run `morningpost serve` in a folder, and end it with SIGTERM; it must end with code 0."""
    log = folder / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", *options],
            env={**os.environ, "PYTHONPATH": str(ROOT), **(settings or {})},
            cwd=folder,
            stdout=stderr,
            stderr=stderr,
            pass_fds=fds,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            with suppress(httpx.TransportError):
                if (await client.get("/readyz")).status_code == 200:
                    break
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            await asyncio.sleep(0.1)
        yield process
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, ENDS_WITHIN_SECONDS)
        assert code == 0, log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


def through(path: Path) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    return httpx.AsyncClient(transport=transport, base_url="http://paper.test")


async def test_callers_behind_a_unix_socket_are_told_apart(folder: Path) -> None:
    path = folder / "paper.sock"
    settings = {"MORNINGPOST_TRUSTED_PROXIES": "unix", "MORNINGPOST_RATE_LIMIT": "9/60"}
    async with (
        through(path) as client,
        serving("--uds", str(path), folder=folder, client=client, settings=settings),
    ):
        answers = [
            await client.get("/v1/nothing", headers={"X-Forwarded-For": caller})
            for caller in ("192.0.2.1", "198.51.100.7, 192.0.2.1", "192.0.2.2", "unix")
        ]

    # The rest of the header is the seconds left, by a clock that runs on meanwhile.
    assert [answer.headers["ratelimit"].rpartition(";t=")[0] for answer in answers] == [
        f'"default";r={left}' for left in (8, 7, 8, 8)
    ]
    assert not path.exists()


@pytest.mark.trial
async def test_a_socket_that_others_have_opened_is_served(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url) as client:
            options = ("--fd", str(bound.fileno()), "--workers", "2")
            async with serving(*options, folder=folder, client=client, fds=[bound.fileno()]):
                assert (await client.get("/v1/issues")).status_code == 200
        # It is not ours to close: connections wait for the next server, as behind systemd.
        socket.create_connection(bound.getsockname(), timeout=5).close()


@pytest.mark.trial
async def test_what_is_no_socket_is_refused(folder: Path) -> None:
    with (folder / "file").open("wb") as file:
        ran = subprocess.run(
            [sys.executable, "-m", "app", "serve", "--fd", str(file.fileno())],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=folder,
            pass_fds=[file.fileno()],
            capture_output=True,
            text=True,
        )

    assert ran.returncode == 1
    assert "is not a socket that this process has" in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr


@pytest.mark.trial
async def test_serve_in_an_empty_folder_makes_a_demo_paper_once(tmp_path: Path) -> None:
    port = _free_port()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for start in range(2):
            async with serving("--port", str(port), folder=tmp_path, client=client):
                listed = (await client.get("/v1/issues?limit=100")).json()
                assert len(listed["data"]) == 12
            said = (tmp_path / "log").read_text()
            assert ("A new paper" in said) is (start == 0)
    assert (tmp_path / "data" / "morningpost.db").exists()
