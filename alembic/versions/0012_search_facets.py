"""Search: the kind and the source of each entry, by which hits are counted.

Entries that older code wrote have neither; `morningpost migrate` indexes them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("kind", "source"):
        op.add_column("search_entry", sa.Column(name, sa.String(length=20), nullable=True))


def downgrade() -> None:
    for name in ("source", "kind"):
        op.drop_column("search_entry", name)
