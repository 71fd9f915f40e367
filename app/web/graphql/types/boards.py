"""All boards of a window, as a front page shows them."""

import strawberry

from app.web.graphql.types.fields import Value, described, list_of
from app.web.graphql.types.shapes import Board, EntryNote, TrendingEntry


@strawberry.type(description="A board and its first entries.")
class BoardWithEntries:
    """A board with as many entries as the field `boards` was asked for."""

    board: Value = described("What the board is.", Board)
    entries: list[Value] = described("Its first entries.", list_of(TrendingEntry))
    notes: list[Value] = described("Notes on each entry, in the same order.", list_of(EntryNote))


def is_board_with_entries(type_name: str) -> bool:
    """Whether a type is a board whose lists are as long as `limit` of its field."""
    return type_name == BoardWithEntries.__name__
