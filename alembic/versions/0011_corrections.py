"""Corrections of issues in print, and the printings of each issue."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("issue", sa.Column("compiled_corrections", sa.LargeBinary(), nullable=True))
    op.create_table(
        "correction",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", INSTANT, nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("from_revision", sa.Integer(), nullable=False),
        sa.Column("to_revision", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_correction_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_public_id")),
    )
    op.create_index("ix_correction_newest", "correction", ["corrected_at", "public_id"])
    op.create_index("ix_correction_issue_id", "correction", ["issue_id"])
    op.create_table(
        "printing",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("printed_from", INSTANT, nullable=False),
        sa.Column("printed_until", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_printing_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "number", name=op.f("pk_printing")),
    )
    # Earlier printings are not known: the first known one is the revision in print or scheduled.
    op.execute(
        "INSERT INTO printing (issue_id, number, revision, printed_from)"
        " SELECT id, 1, print_revision, coalesce(printed_at, visible_from) FROM issue"
        " WHERE print_revision IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("printing")
    op.drop_table("correction")
    op.drop_column("issue", "compiled_corrections")
