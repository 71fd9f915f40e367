"""Which schema the database has; for readiness."""

from typing import Any

from sqlalchemy import Select, column, select, table
from sqlalchemy.exc import SQLAlchemyError

from app.db import Reader
from app.schema import SCHEMA_HEAD

_VERSIONS: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


async def schema_versions(reader: Reader) -> frozenset[str]:
    """The migrations that the database stands at; none where it was never migrated.

    Raises:
        DatabaseAway: it does not answer.
    """
    try:
        return frozenset(row[0] for row in await reader.rows(_VERSIONS))
    except SQLAlchemyError:
        return frozenset()


async def is_current(reader: Reader) -> bool:
    """Whether the database has the schema that this code knows. Raises `DatabaseAway`."""
    return await schema_versions(reader) == {SCHEMA_HEAD}
