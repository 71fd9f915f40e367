"""The settings of the database, a part of `app.config.Settings`."""

from pydantic import Field
from pydantic_settings import BaseSettings
from sqlalchemy import URL

from app.database.url import PostgresOptions, database_url, postgres_url


class DatabaseSettings(BaseSettings):
    """Where the database is, and how a process uses it."""

    database_url: str = Field(
        default="sqlite:///data/morningpost.db",
        description="Database: `sqlite:///path` or `postgresql://user:password@host/name`; several "
        "hosts are separated by commas.",
    )
    database_listen_url: str | None = Field(
        default=None,
        description="PostgreSQL without the pooler, to learn of changes by `LISTEN`. Set it if "
        "`DATABASE_URL` is a pooler in transaction mode; without it changes are polled for.",
    )
    database_read_url: str | None = Field(
        default=None,
        description="One replica of PostgreSQL for public reads. It is left aside while it is "
        "behind.",
    )
    database_read_connections: int = Field(
        default=8, ge=1, le=200, description="PostgreSQL connections for reads, per process."
    )
    database_write_connections: int = Field(
        default=8, ge=1, le=200, description="PostgreSQL connections for writes, per process."
    )

    @property
    def database(self) -> URL:
        """`database_url` with our driver; the folder of a SQLite file is created."""
        return database_url(self.database_url, setting="MORNINGPOST_DATABASE_URL")

    @property
    def postgres(self) -> PostgresOptions:
        """How this process uses PostgreSQL, beside `database`."""
        return PostgresOptions(
            listen_url=_postgres_url(self.database_listen_url, "MORNINGPOST_DATABASE_LISTEN_URL"),
            read_url=_postgres_url(self.database_read_url, "MORNINGPOST_DATABASE_READ_URL"),
            read_connections=self.database_read_connections,
            write_connections=self.database_write_connections,
        )


def _postgres_url(text: str | None, setting: str) -> URL | None:
    return None if text is None else postgres_url(text, setting=setting)
