"""Bringing the schema of a database up to date, by Alembic.

The command line runs it as a program of its own (`python -m app.migrations`), so that a server
carries none of it.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text

from app.config import Settings
from app.db import migration_engine

_ROOT = Path(__file__).resolve().parent.parent
_LOCK = 4_127_331_901
"""Any number will do, as long as every process takes the same."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, bound to a connection where one is given."""
    config = Config(_ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    return config


def upgrade(url: URL, revision: str = "head") -> None:
    """Bring the schema up to a revision; several processes may try at once, one does it."""
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: URL, revision: str = "base") -> None:
    """Take the schema back to a revision."""
    _migrate(url, lambda config: command.downgrade(config, revision))


@cache
def heads() -> tuple[str, ...]:
    """The revisions that a database of this code stands at."""
    return tuple(ScriptDirectory.from_config(alembic_config()).get_heads())


def _migrate(url: URL, work: Callable[[Config], None]) -> None:
    engine = migration_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
                connection.commit()
            work(alembic_config(connection))
            connection.commit()
    finally:
        engine.dispose()


if __name__ == "__main__":
    upgrade(Settings().database)
