"""How migrations reach the database: that of the settings, or a connection handed in."""

from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Index
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

import app.models  # noqa: F401  (every table must be known)
from app.config import Settings
from app.db import migration_engine

NOT_COMPARED = frozenset(
    index.name
    for table in SQLModel.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["postgresql"]["using"]
    or not all(isinstance(part, Column) for part in index.expressions)
)
"""Indexes of which SQLite tells too little, or that it has not: PostgreSQL compares them."""


def is_compared(
    item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None
) -> bool:
    """Leave out of the comparison what SQLite keeps for FTS5, and what it cannot tell."""
    if kind == "table":
        return not (name or "").startswith("search_index")
    return not (isinstance(item, Index) and name in NOT_COMPARED)


def render_item(kind: str, item: Any, _autogenerate: object) -> str | Literal[False]:
    """Write types of ours and of SQLModel as what they are in the database.

    A revision must stay what it was when the code changes, so it imports none of it.
    """
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def number(
    _context: MigrationContext, _revision: object, scripts: Iterable[MigrationScript]
) -> None:
    """Number a new revision after the newest, where `--rev-id` says nothing else."""
    if getattr(context.config.cmd_opts, "rev_id", None):
        return
    newest = ScriptDirectory.from_config(context.config).get_current_head()
    for script in scripts:
        script.rev_id = f"{int(newest or 0) + 1:04}"


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        process_revision_directives=number,
        include_object=is_compared if connection.dialect.name == "sqlite" else None,
        # SQLite cannot alter a table in place: Alembic copies it instead.
        render_as_batch=connection.dialect.name == "sqlite",
        # On SQLite one transaction is the lock that keeps others out until all is done. It undoes
        # tables too, whatever Alembic thinks: the driver's own transactions, which do not, are off.
        transactional_ddl=True,
        transaction_per_migration=connection.dialect.name != "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def run_offline() -> None:
    url = Settings().database
    context.configure(
        url=url,
        target_metadata=SQLModel.metadata,
        literal_binds=True,
        render_as_batch=url.get_backend_name() == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


handed_in: Connection | None = context.config.attributes.get("connection")
if context.is_offline_mode():
    run_offline()
elif handed_in is not None:
    run(handed_in)
else:
    engine = migration_engine(Settings().database)
    with engine.connect() as opened:
        run(opened)
        opened.commit()
    engine.dispose()
