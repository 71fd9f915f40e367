"""The schema revision of the database, for readiness checks."""

from typing import Any

from sqlalchemy import Select, column, select, table
from sqlalchemy.exc import SQLAlchemyError

from app.db import Reader
from app.schema import Standing, standing_of

_VERSIONS: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


async def schema_versions(reader: Reader) -> frozenset[str]:
    """Return the applied migrations; empty if the database was never migrated.

    Raises:
        DatabaseAway: the database does not answer.
    """
    try:
        return frozenset(row[0] for row in await reader.rows(_VERSIONS))
    except SQLAlchemyError:
        return frozenset()


async def read_standing(reader: Reader) -> Standing:
    """Compare the database schema with what this code needs. Raises `DatabaseAway`."""
    return standing_of(await schema_versions(reader))
