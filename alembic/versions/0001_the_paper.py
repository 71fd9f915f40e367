"""The paper: issues, their revisions, what is in print, keys, and what changed when."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_table(
        "content_change",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("version_name", sa.String(length=20), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_change")),
    )
    op.create_index("ix_content_change_version_number", "content_change", ["version_number"])

    op.create_table(
        "content_version",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_content_version")),
    )
    op.execute("INSERT INTO content_version (name, number) VALUES ('paper', 0), ('trending', 0)")
    op.create_table(
        "idempotency_record",
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=True),
        sa.Column("location", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_idempotency_record")),
    )
    op.create_index("ix_idempotency_record_created_at", "idempotency_record", ["created_at"])

    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("head_revision", sa.Integer(), nullable=False),
        sa.Column("print_revision", sa.Integer(), nullable=True),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("neighbours_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(print_revision IS NULL) = (visible_from IS NULL)",
            name=op.f("ck_issue_print_has_a_time"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_issue_number_is_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("date", name=op.f("uq_issue_date")),
        sa.UniqueConstraint("number", name=op.f("uq_issue_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_issue_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_issue_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_issue_visible_from", "issue", ["visible_from"])

    op.create_table(
        "issue_revision",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("compiler_version", sa.Integer(), nullable=False),
        sa.Column("compiled_summary", sa.LargeBinary(), nullable=False),
        sa.Column("compiled_sections", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_issue_revision_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "number", name=op.f("pk_issue_revision")),
    )
    op.create_table(
        "reading_item",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("section_slug", sa.String(length=80), nullable=False),
        sa.Column("section_position", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("author", sa.String(length=200), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_reading_item_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_item")),
        sa.UniqueConstraint(
            "issue_id", "section_position", "position", name="uq_reading_item_place"
        ),
    )
    op.create_index(
        "ix_reading_item_newest", "reading_item", ["issue_date", "section_position", "position"]
    )

    op.create_table(
        "section",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("section_slug", sa.String(length=80), nullable=False),
        sa.Column("section_position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("compiled", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_section_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("issue_id", "section_position", name="uq_section_place"),
    )
    op.create_index("ix_section_kind", "section", ["kind", "issue_date", "section_position"])
    op.create_index("ix_section_newest", "section", ["issue_date", "section_position"])

    op.create_table(
        "tool",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("section_slug", sa.String(length=80), nullable=False),
        sa.Column("section_position", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("category", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_tool_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool")),
        sa.UniqueConstraint("issue_id", "section_position", "position", name="uq_tool_place"),
    )
    op.create_index(
        "ix_tool_category", "tool", ["category", "issue_date", "section_position", "position"]
    )
    op.create_index("ix_tool_newest", "tool", ["issue_date", "section_position", "position"])

    op.create_table(
        "trending_entry",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("section_slug", sa.String(length=80), nullable=False),
        sa.Column("section_position", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section_kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=True),
        sa.Column("task", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=200), nullable=True),
        sa.Column("stars", sa.BigInteger(), nullable=True),
        sa.Column("likes", sa.BigInteger(), nullable=True),
        sa.Column("downloads", sa.BigInteger(), nullable=True),
        sa.Column("forks", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("previous_rank", sa.Integer(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=True),
        sa.Column("window", sa.String(length=10), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_trending_entry_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trending_entry")),
        sa.UniqueConstraint(
            "issue_id", "section_position", "position", name="uq_trending_entry_place"
        ),
    )
    op.create_index(
        "ix_trending_entry_external_id",
        "trending_entry",
        ["external_id", "issue_date", "section_position", "position"],
    )
    op.create_index(
        "ix_trending_entry_newest", "trending_entry", ["issue_date", "section_position", "position"]
    )
    op.create_index(
        "ix_trending_entry_source",
        "trending_entry",
        ["source", "issue_date", "section_position", "position"],
    )


def downgrade() -> None:
    op.drop_index("ix_trending_entry_source", "trending_entry")
    op.drop_index("ix_trending_entry_newest", "trending_entry")
    op.drop_index("ix_trending_entry_external_id", "trending_entry")

    op.drop_table("trending_entry")
    op.drop_index("ix_tool_newest", "tool")
    op.drop_index("ix_tool_category", "tool")

    op.drop_table("tool")
    op.drop_index("ix_section_newest", "section")
    op.drop_index("ix_section_kind", "section")

    op.drop_table("section")
    op.drop_index("ix_reading_item_newest", "reading_item")

    op.drop_table("reading_item")
    op.drop_table("issue_revision")
    op.drop_index("ix_issue_visible_from", "issue")

    op.drop_table("issue")
    op.drop_index("ix_idempotency_record_created_at", "idempotency_record")

    op.drop_table("idempotency_record")
    op.drop_table("content_version")
    op.drop_index("ix_content_change_version_number", "content_change")

    op.drop_table("content_change")
    op.drop_table("api_key")
