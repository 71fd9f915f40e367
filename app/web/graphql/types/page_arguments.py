"""The arguments of connections (Relay, Cursor Connections Specification, read 2026-11)."""

from typing import Annotated

from strawberry import UNSET

from app.content.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, Part
from app.errors import BadRequest
from app.web.graphql.types.argument_groups import ArgumentGroup
from app.web.graphql.types.fields import argument


def page_size(first: int | None, last: int | None) -> int:
    """Return the page size of a connection.

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
    first: Annotated[
        int | None,
        argument(
            f"The number of items from the start: 1 to {MAX_LIMIT}; {DEFAULT_LIMIT} by default."
        ),
    ] = UNSET,
    after: Annotated[str | None, argument("Only items after this cursor.")] = UNSET,
    last: Annotated[
        int | None,
        argument(f"The number of items from the end, instead of `first`: 1 to {MAX_LIMIT}."),
    ] = UNSET,
    before: Annotated[str | None, argument("Only items before this cursor.")] = UNSET,
) -> Part:
    """Return the part of a list that these arguments select. Raises `BadRequest`."""
    # `UNSET` is false like 0, which was given and is refused.
    first = None if first is UNSET else first
    last = None if last is UNSET else last
    return Part(
        page_size(first, last),
        after=after or None,
        before=before or None,
        is_last=last is not None,
    )


PAGE = ArgumentGroup("part", part_of)
"""`first`, `after`, `last` and `before`, as the parameter `part`."""
