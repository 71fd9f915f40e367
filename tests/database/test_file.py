"""The files of a SQLite database are open to their owner alone, new ones and old ones."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import Settings
from app.db import open_database, write_engine
from app.migrations import upgrade

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def settings_at(path: Path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite:///{path}")


async def test_a_new_database_is_private_and_its_folder_too(tmp_path: Path) -> None:
    url = settings_at(tmp_path / "data" / "paper.db").database
    upgrade(url)

    async with open_database(url) as database:
        await database.write(lambda _: None)
        found = modes(tmp_path / "data")

    assert set(found) >= {"paper.db", "paper.db-wal", "paper.db-shm"}
    assert set(found.values()) == {0o600}
    assert modes(tmp_path)["data"] == 0o700


def test_an_older_database_is_closed_to_others_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "paper.db"
    for name in ("paper.db", "paper.db-wal"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)
    (tmp_path / "another.txt").touch()

    with caplog.at_level(logging.WARNING):
        write_engine(settings_at(path).database).dispose()
        write_engine(settings_at(path).database).dispose()

    assert modes(tmp_path) == {"paper.db": 0o600, "paper.db-wal": 0o600, "another.txt": 0o644}
    assert caplog.messages == [
        f"database_file_closed_to_others path={tmp_path / name} mode_before=0644"
        for name in ("paper.db", "paper.db-wal")
    ]


def test_a_folder_that_exists_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)

    write_engine(settings_at(shared / "paper.db").database).dispose()

    assert modes(tmp_path)["shared"] == 0o755
    assert modes(shared) == {"paper.db": 0o600}


def test_a_file_of_another_user_is_left_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "paper.db"
    path.touch()
    path.chmod(0o640)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    write_engine(settings_at(path).database).dispose()

    assert caplog.messages == [
        f"database_file_open_to_others path={path} cause=Operation not permitted"
    ]
    assert modes(tmp_path) == {"paper.db": 0o640}
