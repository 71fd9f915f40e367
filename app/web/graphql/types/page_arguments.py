"""The arguments of connections (Relay, Cursor Connections Specification, read 2026-11)."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from app.content.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, Part
from app.errors import BadRequest

First = Annotated[
    int | None,
    strawberry.argument(
        description=f"The first so many: 1 to {MAX_LIMIT}; {DEFAULT_LIMIT} without `last`."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Only what stands after a cursor.")]
Last = Annotated[
    int | None, strawberry.argument(description=f"The last so many instead: 1 to {MAX_LIMIT}.")
]
Before = Annotated[str | None, strawberry.argument(description="Only what stands before a cursor.")]


def page_size(first: int | None, last: int | None) -> int:
    """How many a connection shows at most.

    Raises:
        BadRequest: a size outside 1 to 100, or both.
    """
    if first is not None and last is not None:
        raise BadRequest("invalid_page_size", "Give `first` or `last`, not both.")
    size = next((given for given in (first, last) if given is not None), DEFAULT_LIMIT)
    if not 1 <= size <= MAX_LIMIT:
        name = "first" if last is None else "last"
        raise BadRequest("invalid_page_size", f"`{name}` takes 1 to {MAX_LIMIT}.")
    return size


def part_of(
    first: int | None = UNSET,
    after: str | None = UNSET,
    last: int | None = UNSET,
    before: str | None = UNSET,
) -> Part:
    """The part of a list that a connection's arguments ask for. Raises `BadRequest`."""
    first, last = first or _given(first), last or _given(last)
    return Part(
        page_size(first, last),
        after=after or None,
        before=before or None,
        is_last=last is not None,
    )


def _given(value: int | None) -> int | None:
    """An argument that may be left out; 0 was given, and is refused."""
    return None if value is UNSET else value
