"""Search: the entries, the full-text index of each database; lists indexed as they are ordered.

Entries of what is in print already are written by `morningpost migrate`, which prints it anew.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ITEM_PLACE = ("section_position", "position")
LISTS = (
    ("reading_item", (), ITEM_PLACE),
    ("section", ("kind",), ("section_position",)),
    ("tool", ("category",), ITEM_PLACE),
    ("trending_entry", ("external_id", "source"), ITEM_PLACE),
)
"""Tables of print with the filters that 0001 indexed, and the place of a row in its issue."""
NEW_FILTERS = ("kind", "section_kind")
"""Filters of `trending_entry` that had no index."""


def upgrade() -> None:
    is_postgres = op.get_context().dialect.name == "postgresql"
    op.create_table(
        "search_entry",
        sa.Column("id", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("section_slug", sa.String(length=80), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_words", sa.Text(), nullable=False),
        sa.Column("text_words", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lexemes", postgresql.TSVECTOR() if is_postgres else sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_search_entry_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    op.create_index("ix_search_entry_issue_id", "search_entry", ["issue_id"])
    if is_postgres:
        # Without its list of pending rows, which every search would have to read through.
        op.create_index(
            "ix_search_entry_lexemes",
            "search_entry",
            ["lexemes"],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )
    else:
        _create_fts5()
    for name, filters, place in LISTS:
        _index(name, filters, _newest(place))
    _index_filters("trending_entry", NEW_FILTERS, _newest(ITEM_PLACE))


def downgrade() -> None:
    for name in NEW_FILTERS:
        op.drop_index(f"ix_trending_entry_{name}", "trending_entry")
    for name, filters, place in LISTS:
        _index(name, filters, ["issue_date", *place])
    if op.get_context().dialect.name == "postgresql":
        op.drop_index("ix_search_entry_lexemes", "search_entry")
    else:
        op.execute("DROP TABLE search_index")
        op.execute("DROP VIEW search_source")
    op.drop_index("ix_search_entry_issue_id", "search_entry")
    op.drop_table("search_entry")


def _create_fts5() -> None:
    # The words of titles stand there once more under a mark, and the type under another: as words
    # of their own they are found without reading through what has them elsewhere.
    marks = "'¶' || {0}type || ' §' || replace({0}title_words, ' ', ' §')"
    op.execute(
        f"CREATE VIEW search_source AS SELECT id, title_words, text_words, {marks.format('')}"
        " AS marks FROM search_entry"
    )
    # The words come as they are compared, so the simplest tokenizer does, that parts them at
    # spaces. Without indexes of the first two and three letters a short `begin*` would collect
    # half the paper.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(title_words, text_words, marks,"
        " content='search_source', content_rowid='id', tokenize='ascii', prefix='2 3')"
    )
    columns = "title_words, text_words, marks"
    op.execute(
        "CREATE TRIGGER search_entry_inserted AFTER INSERT ON search_entry BEGIN"
        f" INSERT INTO search_index (rowid, {columns})"
        f" VALUES (new.id, new.title_words, new.text_words, {marks.format('new.')}); END"
    )
    op.execute(
        "CREATE TRIGGER search_entry_deleted AFTER DELETE ON search_entry BEGIN"
        f" INSERT INTO search_index (search_index, rowid, {columns})"
        f" VALUES ('delete', old.id, old.title_words, old.text_words, {marks.format('old.')}); END"
    )


def _newest(place: tuple[str, ...]) -> list[object]:
    return [sa.text("issue_date DESC"), *place, "visible_from"]


def _index(table: str, filters: tuple[str, ...], newest: list[object]) -> None:
    """Make the indexes of a list anew, in this order."""
    for name in ("newest", *filters):
        op.drop_index(f"ix_{table}_{name}", table)
    op.create_index(f"ix_{table}_newest", table, newest)
    _index_filters(table, filters, newest)


def _index_filters(table: str, filters: tuple[str, ...], newest: list[object]) -> None:
    for name in filters:
        op.create_index(f"ix_{table}_{name}", table, [name, *newest])
