"""Search: the version of each entry, the rest of long texts, and where their words stand.

Entries that older code wrote stay and are found; `morningpost migrate` indexes them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MARKS = "'¶' || {0}type || ' §' || replace({0}title_words, ' ', ' §')"
WORDS = "{0}text_words"
ALL_WORDS = "{0}text_words || coalesce(' ' || {0}more_words, '')"


def upgrade() -> None:
    op.add_column("search_entry", sa.Column("more_words", sa.Text(), nullable=True))
    op.add_column("search_entry", sa.Column("text_places", sa.LargeBinary(), nullable=True))
    op.add_column(
        "search_entry",
        sa.Column("index_version", sa.Integer(), nullable=False, server_default="1"),
    )
    op.drop_index("ix_search_entry_issue_id", "search_entry")
    op.create_index("ix_search_entry_version", "search_entry", ["issue_id", "index_version"])
    _feed_fts5(ALL_WORDS)


def downgrade() -> None:
    # The code before cannot read what is split over two columns, nor does it index again.
    words = ALL_WORDS.format("")
    op.execute(f"UPDATE search_entry SET text_words = {words} WHERE more_words IS NOT NULL")
    _feed_fts5(WORDS)
    op.drop_index("ix_search_entry_version", "search_entry")
    op.create_index("ix_search_entry_issue_id", "search_entry", ["issue_id"])
    for name in ("more_words", "text_places", "index_version"):
        op.drop_column("search_entry", name)


def _feed_fts5(words: str) -> None:
    """Have the full-text index of SQLite read the words of a text from these columns."""
    if op.get_context().dialect.name == "postgresql":
        return
    for name in ("inserted", "deleted"):
        op.execute(f"DROP TRIGGER search_entry_{name}")
    op.execute("DROP VIEW search_source")
    op.execute(
        f"CREATE VIEW search_source AS SELECT id, title_words, {words.format('')} AS text_words,"
        f" {MARKS.format('')} AS marks FROM search_entry"
    )
    columns = "title_words, text_words, marks"
    for name, event, row, command, value in (
        ("inserted", "INSERT", "new.", "", ""),
        ("deleted", "DELETE", "old.", "search_index, ", "'delete', "),
    ):
        op.execute(
            f"CREATE TRIGGER search_entry_{name} AFTER {event} ON search_entry BEGIN"
            f" INSERT INTO search_index ({command}rowid, {columns}) VALUES ({value}{row}id,"
            f" {row}title_words, {words.format(row)}, {MARKS.format(row)}); END"
        )
