"""Issues by day, those in print and those that are not apart.

Between two issues in print there can be any number of drafts, which a list in print, and every link
to the next issue, went through one by one.
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
