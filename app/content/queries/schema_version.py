"""Which schema the database has; for readiness."""

from typing import Any

from sqlalchemy import Select, column, select, table

from app.db import Reader

_VERSIONS: Select[Any] = select(column("version_num")).select_from(table("alembic_version"))


async def schema_versions(reader: Reader) -> frozenset[str]:
    """The migrations that the database stands at. Raises when it was never migrated or is away."""
    return frozenset(row[0] for row in await reader.rows(_VERSIONS))
