"""What search finds: one row for each issue, section and item in print."""

from datetime import datetime
from typing import Any

from sqlalchemy import Cast, Index, LargeBinary, Text, cast
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant


class Lexemes(TypeDecorator[str]):
    """A `tsvector` on PostgreSQL, written as its text; SQLite keeps nothing here."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        kind = TSVECTOR() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def bind_expression(self, bindparam: BindParameter[str]) -> Cast[str]:
        return cast(bindparam, self)


class SearchEntry(SQLModel, table=True):
    """A hit of a search; it exists only while its issue is in print or pinned for it.

    `id` is its place in the paper (`app/content/search/entries.py`), so newest first is the order
    of the key. On SQLite the full-text index `search_index` stands beside this table and is kept
    by triggers on it; rows are inserted and deleted, never changed.
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

    # What decides whether a row is seen stands before the long texts, which may overflow a page.
    id: int = Field(primary_key=True, sa_type=BigKey, sa_column_kwargs={"autoincrement": False})
    issue_id: int = Field(foreign_key="issue.id", ondelete="CASCADE")
    visible_from: datetime = Field(sa_type=UtcInstant)
    type: str = Field(max_length=10)
    section_slug: str | None = Field(default=None, max_length=80)
    """The section that it is or stands in; null of an issue."""
    title: str = Field(max_length=300)
    title_words: str = Field(sa_type=Text)
    """The words of the title as they are compared, parted by spaces."""
    text_words: str = Field(sa_type=Text)
    """The words of the text; of a long one its beginning, which is what is ranked."""
    text: str = Field(sa_type=Text)
    """What it says below its title, as one line of plain text."""
    lexemes: str | None = Field(default=None, sa_type=Lexemes)
    """PostgreSQL: both kinds of words with their places, the type and the time."""
    more_words: str | None = Field(default=None, sa_type=Text)
    """The words that stand after `text_words`, of a long text."""
    text_places: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Where the words of a long text stand in it (`app/content/search/long_text.py`)."""
    index_version: int = Field(sa_column_kwargs={"server_default": "1"})
    """The `INDEX_VERSION` of the code that wrote the row; 1 before there were versions."""
