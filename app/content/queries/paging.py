"""Keyset pagination: the requested part of a list, and the resulting page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from app.content.queries.cursors import Place, encode_cursor

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part:
    """The requested part of a list: rows from one of its ends, or next to a cursor."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    """Only rows after this cursor."""
    before: str | None = None
    """Only rows before this cursor."""
    is_last: bool = False
    """The last rows instead of the first; the order of the list does not change."""

    @property
    def one_more(self) -> int:
        """Rows to read: one extra row shows whether there are more."""
        return self.limit + 1

    def cut(self, rows: Sequence[Row]) -> tuple[Sequence[Row], bool]:
        """Drop the extra row and restore list order; also return whether there are more rows."""
        shown = rows[: self.limit]
        return (shown[::-1] if self.is_last else shown), len(rows) > self.limit


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, ready to send, with what is needed to continue."""

    items: Sequence[Any]
    """Documents, unless the query says that it lists something else."""
    limit: int
    next_cursor: str | None
    total: int | None
    """Rows on all pages; `None` if they were not counted, or search stopped counting."""
    last_modified: datetime | None = None
    """The last public change of any content; `None` for drafts and if not read."""
    next_change_at: datetime | None = None
    has_previous: bool = False
    """Whether there are rows before these."""
    has_next: bool = False
    """Whether there are rows after these."""
    places: Sequence[Place] = ()
    """The cursor places of these rows."""
    scope: Mapping[str, object] = field(default_factory=dict)
    """The values that cursors of this list are bound to."""

    def document(self) -> dict[str, object]:
        """Return the `page` member of a collection, as the API shows it."""
        return {
            "limit": self.limit,
            "next_cursor": self.next_cursor,
            "has_more": self.next_cursor is not None,
            "total": self.total,
        }

    def cursor_of(self, number: int) -> str:
        """Return the cursor of one of these rows."""
        return encode_cursor(self.places[number], filters=self.scope)


def page_of(
    items: Sequence[object],
    *,
    part: Part,
    has_more: bool,
    places: Sequence[Place],
    scope: Mapping[str, object],
    total: int | None,
    last_modified: datetime | None = None,
    next_change_at: datetime | None = None,
) -> Page:
    """Make the page of a part; `has_more` refers to the direction of reading."""
    # A cursor names an existing row, so there are rows on its other side.
    has_next = part.before is not None if part.is_last else has_more
    return Page(
        items=items,
        limit=part.limit,
        next_cursor=encode_cursor(places[-1], filters=scope) if has_next and places else None,
        total=total,
        last_modified=last_modified,
        next_change_at=next_change_at,
        has_previous=has_more if part.is_last else part.after is not None,
        has_next=has_next,
        places=places,
        scope=scope,
    )
