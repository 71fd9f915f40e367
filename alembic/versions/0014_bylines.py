"""The bylines of stories in print: who has written, and what.

Stories that older code prints after this migration have none until they are published again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BYLINE = {
    "sqlite": "json_extract(CAST(compiled AS TEXT), '$.byline')",
    "postgresql": "convert_from(compiled, 'UTF8')::json ->> 'byline'",
}
"""The byline in the compiled document of a section."""


def upgrade() -> None:
    op.add_column("section", sa.Column("byline", sa.String(length=200), nullable=True))
    byline = BYLINE[op.get_context().dialect.name]
    op.execute(
        f"UPDATE section SET byline = {byline} "
        "WHERE kind IN ('lead', 'deep_dive', 'opinion', 'analysis', 'brief') "
        f"AND trim({byline}) <> ''"
    )
    op.create_index(
        "ix_section_byline",
        "section",
        ["byline", sa.text("issue_date DESC"), "section_position", "visible_from"],
    )


def downgrade() -> None:
    op.drop_index("ix_section_byline", "section")
    op.drop_column("section", "byline")
