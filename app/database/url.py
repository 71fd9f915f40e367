"""Database URLs as operators and hosting services write them, and the options of PostgreSQL."""

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.database.file import make_private_folder

_SCHEME = re.compile(r"(?:postgres|postgresql)(?:\+\w+)?(?=://)")
_SEVERAL_HOSTS = re.compile(
    r"(?P<start>[\w+]+://(?:[^/?#]*@)?)(?P<hosts>[^/?#@]*,[^/?#@]*)(?P<path>/[^?#]*)?(?:\?(?P<query>.*))?"
)
_PORT = 5432


@dataclass(frozen=True, kw_only=True)
class PostgresOptions:
    """How a process uses PostgreSQL, beside the URL of the database."""

    listen_url: URL | None = None
    """Where to LISTEN, if not at the database's own URL."""
    read_url: URL | None = None
    """A replica for public reads."""
    read_connections: int = 8
    """Concurrent reads per process; one more connection listens."""
    write_connections: int = 8
    """Concurrent write transactions per process."""


def database_url(text: str, *, setting: str) -> URL:
    """Read a URL, with our driver; the folder of a SQLite file is created.

    Raises:
        ValueError: it is no URL of a database that we can use. The message does not repeat it,
            because it may hold a password.
    """
    url = _parsed(text, setting=setting)
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        raise ValueError(f"{setting} must begin sqlite:/// or postgresql://")
    if not url.database or url.database == ":memory:":
        raise ValueError(f"{setting} must name a file: several connections share it")
    make_private_folder(Path(url.database).parent)
    return url.set(drivername="sqlite+pysqlite")


def postgres_url(text: str, *, setting: str) -> URL:
    """Read a URL that must be of PostgreSQL. Raises `ValueError`."""
    url = _parsed(text, setting=setting)
    if url.get_backend_name() != "postgresql":
        raise ValueError(f"{setting} must begin postgresql://")
    return url.set(drivername="postgresql+psycopg")


def _parsed(text: str, *, setting: str) -> URL:
    # `postgres://` is what Heroku, Render and Fly write.
    whole = _SCHEME.sub("postgresql+psycopg", text.strip(), count=1)
    try:
        return make_url(_with_hosts_as_parameters(whole))
    except (ArgumentError, ValueError):
        raise ValueError(
            f"{setting} is not a URL such as postgresql://user:password@host:5432/name or "
            "sqlite:///data/morningpost.db"
        ) from None


def _with_hosts_as_parameters(text: str) -> str:
    """Write `//one:5432,two/name` as SQLAlchemy takes it: `///name?host=one:5432&host=two:5432`.

    https://www.postgresql.org/docs/18/libpq-connect.html, section 32.1.1.3, read 2026-11.
    """
    found = _SEVERAL_HOSTS.fullmatch(text)
    if found is None:
        return text
    hosts = [host if ":" in host else f"{host}:{_PORT}" for host in found["hosts"].split(",")]
    parameters = [f"host={host}" for host in hosts]
    if found["query"]:
        parameters.append(found["query"])
    return f"{found['start']}{found['path'] or '/'}?{'&'.join(parameters)}"
