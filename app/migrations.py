"""Schema migrations with Alembic.

The command line runs them in a separate process, so that a server does not load Alembic.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, text

from app.config import Settings
from app.db import keep_transaction_open, migration_engine
from app.resources import folder

_LOCK = 4_127_331_901
"""Any number, as long as every process uses the same."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Make Alembic's configuration, for a connection if one is given."""
    config = Config()
    # Alembic interpolates "%".
    config.set_main_option("script_location", str(folder("alembic")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: URL, revision: str = "head") -> None:
    """Migrate up to a revision; safe to run from several processes."""
    _migrate(url, lambda _, config: command.upgrade(config, revision))


def downgrade(url: URL, revision: str = "base") -> None:
    """Migrate down to a revision."""
    _migrate(url, lambda _, config: command.downgrade(config, revision))


def move(url: URL, revision: str) -> None:
    """Migrate up or down to a revision.

    Raises:
        ValueError: the revision, or that of the database, is unknown.
    """
    known = revisions()
    if revision not in known:
        raise ValueError(f"There is no revision {revision}; there are {', '.join(known)}.")

    def work(connection: Connection, config: Config) -> None:
        standing = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        if standing is not None and standing not in known:
            raise ValueError(
                f"The database is at revision {standing}, which this version does not know: "
                "use the version that brought it there."
            )
        is_down = standing is not None and known.index(revision) < known.index(standing)
        (command.downgrade if is_down else command.upgrade)(config, revision)

    _migrate(url, work)


@cache
def heads() -> tuple[str, ...]:
    """Return the revisions of a fully migrated database."""
    return tuple(ScriptDirectory.from_config(alembic_config()).get_heads())


@cache
def revisions() -> tuple[str, ...]:
    """Return every known revision, oldest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return tuple(reversed([each.revision for each in script.walk_revisions()]))


def main(arguments: Sequence[str]) -> None:
    """Migrate the configured database; `--to` names a revision."""
    parser = argparse.ArgumentParser(prog="app.migrations")
    parser.add_argument("--to")
    to: str | None = parser.parse_args(arguments).to
    url = Settings().database
    try:
        if to is None:
            upgrade(url)
        else:
            move(url, to)
    except (CommandError, ValueError) as error:
        sys.exit(f"error: {error}")


def _migrate(url: URL, work: Callable[[Connection, Config], None]) -> None:
    engine = migration_engine(url)
    try:
        with _one_at_a_time(engine), engine.connect() as connection:
            work(connection, alembic_config(connection))
            connection.commit()
    finally:
        engine.dispose()


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[None]:
    """Wait for other processes that migrate the same PostgreSQL; SQLite has one writer anyway.

    The lock is held by a transaction of its own, for a pooler in transaction mode would leave a
    lock of the session behind.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as holder:
        keep_transaction_open(holder)
        holder.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield
        holder.rollback()


if __name__ == "__main__":
    main(sys.argv[1:])
