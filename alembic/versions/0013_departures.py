"""When subjects were found to be gone: the brief of a past day stays the same if one comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "departure",
        sa.Column("subject_id", BIG_KEY, nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subject.id"],
            name=op.f("fk_departure_subject_id_subject"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "gone_at", name=op.f("pk_departure")),
    )
    op.create_index(op.f("ix_departure_gone_at"), "departure", ["gone_at"])
    op.execute(
        "INSERT INTO departure (subject_id, gone_at) "
        "SELECT id, gone_at FROM subject WHERE gone_at IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("departure")
