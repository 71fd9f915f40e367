"""Writers that share a commit: each is on its own all the same, and none is answered before it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from app.database.write_queue import WriteQueue
from app.db import write_engine

pytestmark = pytest.mark.integration


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = write_engine(URL.create("sqlite+pysqlite", database=str(tmp_path / "queue.db")))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE line (number INTEGER PRIMARY KEY)"))
    yield engine
    engine.dispose()


@pytest.fixture
def queue(engine: Engine) -> Iterator[WriteQueue]:
    queue = WriteQueue(engine)
    yield queue
    queue.close()


def adding(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        with connection.begin_nested():
            connection.execute(text("INSERT INTO line VALUES (:number)"), {"number": number})
        return number

    return work


def together(queue: WriteQueue, *works: Callable[[Connection], Any]) -> list[Future[Any]]:
    """Have work wait while the queue is held up, so that all of it is done as one group."""
    held = Event()
    holding = queue.submit(lambda _: held.wait(5))
    futures = [queue.submit(work) for work in works]
    held.set()
    holding.exception(5)  # it shares the fate of its group
    return futures


def stored(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT number FROM line ORDER BY number")))


def test_what_waits_together_is_committed_together(
    queue: WriteQueue, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.write_queue.GROUP_SECONDS", 5)
    commits: list[Connection] = []
    event.listen(engine, "commit", commits.append)

    futures = together(queue, *(adding(number) for number in range(10)))

    assert [future.result(5) for future in futures] == list(range(10))
    assert stored(engine) == list(range(10))
    assert len(commits) == 1


def test_a_group_ends_in_time(
    queue: WriteQueue, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.database.write_queue.GROUP_SECONDS", 0)
    commits: list[Connection] = []
    event.listen(engine, "commit", commits.append)

    for future in together(queue, *(adding(number) for number in range(4))):
        future.result(5)

    assert len(commits) == 5


def test_one_that_fails_undoes_itself_alone(queue: WriteQueue, engine: Engine) -> None:
    futures = together(queue, adding(1), adding(1), adding(2))

    assert futures[0].result(5) == 1
    assert futures[1].exception(5) is not None
    assert futures[2].result(5) == 2
    assert stored(engine) == [1, 2]


def test_a_commit_that_fails_fails_all_that_it_held(queue: WriteQueue, engine: Engine) -> None:
    def refuse(_: Connection) -> None:
        raise RuntimeError("no commit today")

    event.listen(engine, "commit", refuse)
    futures = together(queue, adding(1), adding(2))

    assert all(isinstance(future.exception(5), RuntimeError) for future in futures)
    event.remove(engine, "commit", refuse)
    assert stored(engine) == []
    assert queue.submit(adding(3)).result(5) == 3


def test_nothing_is_acknowledged_that_the_database_undid(queue: WriteQueue, engine: Engine) -> None:
    """A full disk makes SQLite roll the whole transaction back, others' work with it."""

    def undo_everything(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("ROLLBACK")
        raise ValueError("the statement that met the full disk")

    futures = together(queue, adding(1), undo_everything, adding(2))

    assert isinstance(futures[0].exception(5), OperationalError)
    assert futures[1].exception(5) is not None
    assert futures[2].result(5) == 2
    assert stored(engine) == [2]


def test_work_that_was_given_up_before_its_turn_is_not_done(
    queue: WriteQueue, engine: Engine
) -> None:
    held = Event()
    queue.submit(lambda _: held.wait(5))
    given_up = queue.submit(adding(1))
    assert given_up.cancel()
    held.set()

    assert queue.submit(adding(2)).result(5) == 2
    assert stored(engine) == [2]


def test_closing_does_what_was_submitted(engine: Engine) -> None:
    queue = WriteQueue(engine)
    futures = [queue.submit(adding(number)) for number in range(5)]

    queue.close()

    assert [future.result(0) for future in futures] == list(range(5))
    assert stored(engine) == list(range(5))


def open_temporary_files() -> list[str]:
    links = [file.readlink() for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    return [link.name for link in links if link.name.startswith("etilqs_")]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="lists open files by /proc")
def test_a_savepoint_copies_pages_to_no_file(queue: WriteQueue) -> None:
    def work(connection: Connection) -> list[str]:
        connection.execute(text("CREATE TABLE page (number INTEGER PRIMARY KEY, body BLOB)"))
        for _ in range(100):
            connection.execute(text("INSERT INTO page (body) VALUES (randomblob(3000))"))
        with connection.begin_nested():
            connection.execute(text("UPDATE page SET body = randomblob(3000)"))
            return open_temporary_files()

    assert queue.submit(work).result(5) == []
