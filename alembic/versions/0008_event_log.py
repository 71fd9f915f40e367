"""The event log, the positions of its readers, and which issues wait for their publication."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("public_sequence", BIG_KEY, nullable=True),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("schedule_key", sa.String(length=80), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("public_sequence", name=op.f("uq_event_public_sequence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_public_id")),
        sa.UniqueConstraint("schedule_key", name=op.f("uq_event_schedule_key")),
    )
    op.create_table(
        "event_reader",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", BIG_KEY, nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_event_reader")),
    )
    op.execute(
        "INSERT INTO content_version (name, number) VALUES ('events', 0), ('public_events', 0)"
    )
    op.add_column(
        "issue",
        sa.Column("is_announced", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    # Both databases write the time in UTC in the form in which the column is stored.
    op.execute("UPDATE issue SET is_announced = false WHERE visible_from > CURRENT_TIMESTAMP")
    op.create_index(
        "ix_issue_unannounced",
        "issue",
        ["visible_from"],
        sqlite_where=sa.text("is_announced = 0"),
        postgresql_where=sa.text("NOT is_announced"),
    )


def downgrade() -> None:
    op.drop_index("ix_issue_unannounced", "issue")
    op.drop_column("issue", "is_announced")
    op.execute("DELETE FROM content_version WHERE name IN ('events', 'public_events')")
    op.drop_table("event_reader")
    op.drop_table("event")
