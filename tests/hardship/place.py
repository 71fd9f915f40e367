"""A database to be hard on: fresh, migrated, and gone afterwards."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.config import Settings
from app.migrations import upgrade
from tests.servers.postgres import PostgresServer

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Place:
    """Where the paper is kept, and how to kill and revive what keeps it."""

    url: str
    folder: Path
    kill: Callable[[], None] | None = None
    revive: Callable[[], object] | None = None


@contextmanager
def fresh(kind: Kind, *, is_migrated: bool = True) -> Iterator[Place]:
    """Make a database that writes to the disk as it does in earnest."""
    with tempfile.TemporaryDirectory(prefix="morningpost-hardship-") as name:
        folder = Path(name)
        if kind == "sqlite":
            place = Place(f"sqlite:///{folder / 'morningpost.db'}", folder)
            if is_migrated:
                _migrate(place.url)
            yield place
            return
        with PostgresServer(durable=True) as server:
            place = Place(server.url().render_as_string(), folder, server.kill, server.start)
            if is_migrated:
                _migrate(place.url)
            yield place


def _migrate(url: str) -> None:
    upgrade(Settings(_env_file=None, database_url=url).database)
