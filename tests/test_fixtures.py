"""What `conftest.py` promises: a database of its own for each test, and no other host."""

import asyncio
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import httpx
import pytest
from sqlalchemy import Engine, text

from app.content.access import SCOPES
from tests.conftest import Clock, OutsideCall
from tests.heights import Height, TooHigh, height_of

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(engine: Engine, turn: int) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO api_key (prefix, digest, name, scopes, created_at)"
                " VALUES ('a', 'b', 'c', '', '2026-05-03 06:00:00')"
            )
        )

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM api_key")).scalar_one() == 1


async def test_the_app_is_open_and_knows_the_keys(
    client: httpx.AsyncClient, editor: dict[str, str], key: Callable[..., str]
) -> None:
    whole = await client.get("/v1/me", headers=editor)
    lesser = await client.get("/v1/me", headers={"Authorization": f"Bearer {key('sync:run')}"})

    assert whole.status_code == 200
    assert len(whole.json()["scopes"]) == len(SCOPES)
    assert lesser.json()["scopes"] == ["sync:run"]


def test_the_clock_moves_when_told(clock: Clock) -> None:
    clock.advance(seconds=90)
    assert clock() == datetime(2026, 5, 3, 6, 1, 30, tzinfo=UTC)

    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock() == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.end_to_end
@pytest.mark.parametrize("host", ["192.0.2.1", "news.example"])
async def test_other_hosts_are_out_of_reach(host: str) -> None:
    with pytest.raises(OutsideCall, match=host):
        socket.create_connection((host, 80), timeout=0.1)
    with pytest.raises(OutsideCall, match=host):
        await asyncio.open_connection(host, 80)


async def test_a_client_cannot_leave_either() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(OutsideCall, match=r"news\.example"):
            await client.get("http://news.example/")


@pytest.mark.end_to_end
async def test_servers_on_this_machine_are_in_reach() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


def test_a_unit_test_opens_no_database(tmp_path: Path) -> None:
    with pytest.raises(TooHigh, match=r"sqlite3\.connect in a test of the height unit"):
        sqlite3.connect(tmp_path / "any.db")


def test_a_unit_test_starts_no_process() -> None:
    with pytest.raises(TooHigh, match=r"subprocess\.Popen"):
        subprocess.run([sys.executable, "-c", ""])


@pytest.mark.integration
def test_an_integration_test_opens_a_database_and_no_port(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "any.db").close()
    with socket.socket() as listener, pytest.raises(TooHigh, match=r"socket\.bind"):
        listener.bind(("127.0.0.1", 0))


def test_every_test_has_the_marker_of_its_height(request: pytest.FixtureRequest) -> None:
    for item in request.session.items:
        found = [name for name in get_args(Height) if item.get_closest_marker(name)]
        assert height_of(item) in found, item.nodeid
