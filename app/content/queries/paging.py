"""Pages by keyset: the part of a list that is asked for, and the page that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from app.content.queries.cursors import Place, encode_cursor

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for: some rows from one of its ends, or next to a cursor."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    """Only rows beyond this cursor."""
    before: str | None = None
    """Only rows before this cursor."""
    is_last: bool = False
    """The last rows of what is left, not the first; in the order of the list all the same."""

    @property
    def one_more(self) -> int:
        """Rows to read: one beyond the part tells whether there are more."""
        return self.limit + 1

    def cut(self, rows: Sequence[Row]) -> tuple[Sequence[Row], bool]:
        """Cut what was read from the asked end to the part, and tell whether there was more."""
        shown = rows[: self.limit]
        return (shown[::-1] if self.is_last else shown), len(rows) > self.limit


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, ready to send, and how to go on."""

    items: Sequence[object]
    limit: int
    next_cursor: str | None
    total: int | None
    """How many on all pages; `None` where search does not count further."""
    last_modified: datetime | None = None
    """The last public change of any content; `None` where drafts are listed, or nobody counted."""
    next_change_at: datetime | None = None
    has_previous: bool = False
    """Whether there are rows before these."""
    has_next: bool = False
    """Whether there are rows after these."""
    places: Sequence[Place] = ()
    """The places of these rows."""
    bound: Mapping[str, object] = field(default_factory=dict)
    """What cursors of the list are bound to."""

    def cursor_of(self, number: int) -> str:
        """The cursor of one of these rows."""
        return encode_cursor(self.places[number], filters=self.bound)


def page_of(
    items: Sequence[object],
    *,
    part: Part,
    has_more: bool,
    places: Sequence[Place],
    bound: Mapping[str, object],
    total: int | None,
    last_modified: datetime | None = None,
    next_change_at: datetime | None = None,
) -> Page:
    """Make the page of a part; `has_more`: there is more beyond it, at the end it comes to."""
    # A cursor is of a row that was there: from it on, there are rows on its other side.
    has_next = part.before is not None if part.is_last else has_more
    return Page(
        items=items,
        limit=part.limit,
        next_cursor=encode_cursor(places[-1], filters=bound) if has_next and places else None,
        total=total,
        last_modified=last_modified,
        next_change_at=next_change_at,
        has_previous=has_more if part.is_last else part.after is not None,
        has_next=has_next,
        places=places,
        bound=bound,
    )
