"""The server that tests start: it answers, survives being killed, and leaves nothing behind."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def ask(server: PostgresServer, statement: str) -> list[tuple[object, ...]]:
    """Run one statement in a connection of its own."""
    with psycopg.connect(server.url().render_as_string(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.slow
def test_what_was_committed_survives_a_crash(server: PostgresServer) -> None:
    ask(server, "CREATE TABLE copy (number integer)")
    ask(server, "INSERT INTO copy VALUES (95)")

    server.kill()
    with pytest.raises(psycopg.OperationalError):
        ask(server, "SELECT 1")
    server.start()

    assert ask(server, "SELECT number FROM copy") == [(95,)]


@pytest.mark.trial
def test_it_starts_again_after_a_stop_and_after_many_crashes(server: PostgresServer) -> None:
    server.stop()
    server.start()

    for _ in range(5):
        open_connection = psycopg.connect(server.url().render_as_string())
        server.kill()
        server.start()
        open_connection.close()

    assert ask(server, "SELECT 1") == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize(("durable", "setting"), [(True, "on"), (False, "off")])
def test_durability_can_be_traded_for_speed(durable: bool, setting: str) -> None:
    with PostgresServer(durable=durable) as server:
        assert ask(server, "SHOW fsync") == [(setting,)]
        assert ask(server, "SHOW synchronous_commit") == [(setting,)]


@pytest.mark.slow
def test_nothing_is_left_behind() -> None:
    with PostgresServer() as server:
        folder = server.folder
        assert folder.exists()

    assert not folder.exists()
