"""Two indexes by day: of the issues in print, and of those that are not.

A list of issues in print, or a link to the next one, then reads none of the drafts in between.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

IN_PRINT = sa.text("visible_from IS NOT NULL")
NOT_IN_PRINT = sa.text("print_revision IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_issue_in_print",
        "issue",
        ["date", "visible_from", "number"],
        sqlite_where=IN_PRINT,
        postgresql_where=IN_PRINT,
    )
    op.create_index(
        "ix_issue_not_in_print",
        "issue",
        ["date"],
        sqlite_where=NOT_IN_PRINT,
        postgresql_where=NOT_IN_PRINT,
    )


def downgrade() -> None:
    op.drop_index("ix_issue_not_in_print", "issue")
    op.drop_index("ix_issue_in_print", "issue")
