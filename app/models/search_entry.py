"""Search entries: one row per issue, section and item in print."""

from datetime import datetime
from typing import Any

from sqlalchemy import Cast, Index, LargeBinary, Text, cast
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant


class Lexemes(TypeDecorator[str]):
    """A `tsvector` on PostgreSQL, written as text; unused on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        kind = TSVECTOR() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def bind_expression(self, bindparam: BindParameter[str]) -> Cast[str]:
        return cast(bindparam, self)


class SearchEntry(SQLModel, table=True):
    """A search hit; it exists only while its issue is in print or scheduled.

    `id` encodes date and place (`app/content/search/entries.py`), so the key order is newest first.
    On SQLite, triggers on this table maintain the full-text index `search_index`. Rows are inserted
    and deleted, never updated.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("ix_search_entry_version", "issue_id", "index_version"),
        Index(
            "ix_search_entry_lexemes",
            "lexemes",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    # Columns that filter rows come before the long texts, which may overflow a page.
    id: int = Field(primary_key=True, sa_type=BigKey, sa_column_kwargs={"autoincrement": False})
    issue_id: int = Field(foreign_key="issue.id", ondelete="CASCADE")
    visible_from: datetime = Field(sa_type=UtcInstant)
    type: str = Field(max_length=10)
    section_slug: str | None = Field(default=None, max_length=80)
    """The section it is or belongs to; null for an issue."""
    kind: str | None = Field(default=None, max_length=20)
    """Of a trending entry its own, such as `model`; else that of its section; null for an issue."""
    source: str | None = Field(default=None, max_length=20)
    """The source of a trending entry; null for everything else."""
    title: str = Field(max_length=300)
    title_words: str = Field(sa_type=Text)
    """The folded words of the title, separated by spaces."""
    text_words: str = Field(sa_type=Text)
    """The folded words of the text; for a long text only the beginning, which is ranked."""
    text: str = Field(sa_type=Text)
    """The text below its title, as one line of plain text."""
    lexemes: str | None = Field(default=None, sa_type=Lexemes)
    """PostgreSQL: all words with their positions, the type and the bucket of the date."""
    more_words: str | None = Field(default=None, sa_type=Text)
    """The remaining words of a long text."""
    text_places: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Positions of words in a long text (`app/content/search/long_text.py`)."""
    index_version: int = Field(sa_column_kwargs={"server_default": "1"})
    """The `INDEX_VERSION` of the code that wrote the row."""
