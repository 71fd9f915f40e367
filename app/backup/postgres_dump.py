"""Backups of PostgreSQL by its own programs, `pg_dump` and `pg_restore`."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from app.backup.files import BackupFailed, written_whole
from app.environment import child_environment
from app.errors import quoted

_SHOWN_LINES = 3
"""Of what a program says when it fails."""


def backup(source: URL, target: Path, *, is_forced: bool) -> None:
    """Dump a database to a file as of now, and read the list of its contents back.

    Raises:
        BackupFailed: a program is missing or fails; the text has its own words.
    """
    for program in ("pg_dump", "pg_restore"):
        _path_of(program)
    with written_whole(target, is_forced=is_forced) as partial:
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={partial}"]
        _run("pg_dump", options, database=source)
        check(partial)


def restore(source: Path, target: URL) -> None:
    """Put the content of a dump in the place of what the database holds, in one transaction.

    Raises:
        BackupFailed: a program is missing or fails. Then the database is as it was.
    """
    check(source)
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    _run("pg_restore", [*options, str(source)], database=target)


def check(path: Path) -> None:
    """Read the list of contents, which is at the end of a dump that is whole.

    Raises:
        BackupFailed: it is not whole, or not of this program.
    """
    listed = _run("pg_restore", ["--list", str(path)])
    if " TABLE DATA " not in listed or "alembic_version" not in listed:
        raise BackupFailed(f"{quoted(str(path))} is not a backup of this program.")


def _run(
    program: str,
    options: Sequence[str],
    *,
    database: URL | None = None,
) -> str:
    arguments = [_path_of(program), *options]
    variables: dict[str, str] = {}
    if database is not None:
        # Not in the arguments, which every user of the machine can read.
        conninfo, password = _connection(database)
        arguments.append(f"--dbname={conninfo}")
        if password:
            variables["PGPASSWORD"] = password
    done = subprocess.run(
        arguments,
        env=child_environment(variables),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise BackupFailed("\n".join([f"{program} failed.", *said[:_SHOWN_LINES]]))
    return done.stdout


def _connection(url: URL) -> tuple[str, str | None]:
    """Return a connection string without the password, and the password."""
    _, options = url.get_dialect()().create_connect_args(url)
    options.pop("prepare_threshold", None)
    password = options.pop("password", None)
    return make_conninfo("", **options), password


def _path_of(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(
            f"{program} is not installed. Install the client programs of PostgreSQL in at least "
            "the version of the server, such as the package postgresql-client."
        )
    return found
