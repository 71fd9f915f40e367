"""A standby that streams from a PostgreSQL server of the tests, and can be made to lag."""

import shutil
import subprocess
from typing import Self

import psycopg

from tests.servers.postgres import PostgresServer


class PostgresStandby(PostgresServer):
    """A replica of `primary`, which is stopped for a moment to copy its files.

    Args:
        behind_seconds: it shows each change so much later.
    """

    def __init__(self, primary: PostgresServer, *, behind_seconds: float = 0) -> None:
        super().__init__(durable=False)
        primary.stop()
        shutil.rmtree(self.data)
        subprocess.run(["cp", "-a", primary.data, self.data], check=True)
        primary.start()
        (self.data / "standby.signal").touch()
        conninfo = f"host={primary.folder} user=postgres"
        delay = f"recovery_min_apply_delay={behind_seconds * 1000:.0f}ms"
        self._options = [*self._options, f"primary_conninfo={conninfo}", delay]

    def pause(self) -> Self:
        """Receive what the primary writes, and show none of it."""
        return self._ask("SELECT pg_wal_replay_pause()")

    def resume(self) -> Self:
        """Show all that was received, and go on."""
        return self._ask("SELECT pg_wal_replay_resume()")

    def _ask(self, statement: str) -> Self:
        with psycopg.connect(self.url().render_as_string(), autocommit=True) as connection:
            connection.execute(statement.encode())
        return self
