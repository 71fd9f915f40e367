"""Profiles name the model that they are a re-packed copy of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subject_profile", sa.Column("base_model", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("subject_profile", "base_model")
