"""Subjects have a status and a backoff, texts a licence and topics; watch list, star histories."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def columns() -> dict[str, tuple[sa.Column, ...]]:
    """The columns to add by table, made anew at each call: a column belongs to one table."""
    return {
        "subject": (
            sa.Column("lower_external_id", sa.String(length=200), nullable=True),
            sa.Column("status", sa.String(length=10), nullable=False, server_default="active"),
            sa.Column("status_since", sa.DateTime(timezone=True), nullable=True),
            sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
            sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("ask_after", sa.DateTime(timezone=True), nullable=True),
        ),
        "subject_profile": (
            sa.Column("licence", sa.String(length=100), nullable=True),
            sa.Column("topics", sa.String(length=1000), nullable=True),
        ),
        "snapshot": (
            sa.Column("listing_floor", sa.Float(), nullable=True),
            sa.Column("refused", sa.Integer(), nullable=False, server_default="0"),
        ),
        "sync_run_source": (
            sa.Column("refused", sa.Integer(), nullable=False, server_default="0"),
        ),
    }


def upgrade() -> None:
    for table, added in columns().items():
        for column in added:
            op.add_column(table, column)
    op.execute("UPDATE subject SET lower_external_id = lower(external_id)")
    op.create_index(
        "ix_subject_lower_external_id", "subject", ["source", "kind", "lower_external_id"]
    )
    op.create_table(
        "star_history",
        sa.Column("subject_id", BIG_KEY, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("days", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subject.id"],
            name=op.f("fk_star_history_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_star_history")),
    )
    op.create_table(
        "watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("upstream_id", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint(
            "source", "kind", "external_id", name=op.f("uq_watch_source_kind_external_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("watch")
    op.drop_table("star_history")
    op.drop_index("ix_subject_lower_external_id", "subject")
    for table, added in columns().items():
        for column in added:
            op.drop_column(table, column.name)
