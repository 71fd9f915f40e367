"""Pages of lists (Relay, Cursor Connections Specification, read 2026-11)."""

from typing import Any, Generic, TypeVar

import strawberry

from app.web.graphql.types.enums import SearchType
from app.web.graphql.types.fields import Value, described, list_of
from app.web.graphql.types.issue import Issue, Section
from app.web.graphql.types.shapes import (
    PRINTING_ISSUE,
    Board,
    Correction,
    EntryNote,
    ReadingItem,
    Tool,
    TrendingEntry,
)

Item = TypeVar("Item")

_CURSOR = "The cursor of this item, for `after` and `before`."
_EDGES = "The items of this page, each with its cursor."
_PAGE = "The items of this page."
_PAGE_INFO = "The position of this page."
_TOTAL = "Number of items on all pages; counted only if selected."


@strawberry.type(description="The position of a page in its list (Relay).")
class PageInfo:
    """The ends of a page."""

    has_next_page: bool = described("Whether there are items after this page.")
    has_previous_page: bool = described("Whether there are items before this page.")
    start_cursor: str | None = described("The cursor of the first item; null on an empty page.")
    end_cursor: str | None = described("The cursor of the last item; null on an empty page.")


@strawberry.type(description="An item of a list with its cursor.")
class Edge(Generic[Item]):
    """An item with its cursor."""

    cursor: str = described(_CURSOR)
    node: Item = described("The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    """The items of a page."""

    edges: list[Edge[Item]] = described(_EDGES)
    nodes: list[Item] = described(_PAGE)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)


@strawberry.type(description="The issues that print the subject of a hit, among the ranked hits.")
class SearchPrintings:
    """The issues of a group of hits."""

    total: int = described("How many issues there are.")
    issues: list[Issue] = described("Up to ten of them, newest first.")


@strawberry.type(description="A search result: something in print that matches the query.")
class SearchHit:
    """A hit of a full-text search."""

    type: SearchType = described("The type of the result; `ENTRY` is a trending or mover entry.")
    score: float | None = described(
        "How well it answers: larger is better, to be compared within one search. "
        "Null with `sort: NEWEST`."
    )
    title: str = described("Its title, headline or name.")
    snippet: str = described(
        "HTML: about 200 characters around the first match, each match in `<mark>`, "
        "everything else escaped."
    )
    issue: Issue = described(PRINTING_ISSUE)
    section: str | None = described(
        "The slug of the section that it is or stands in; null of an issue."
    )
    url: str = described("The issue or the section as JSON.")
    printings: SearchPrintings | None = described(
        "With `group: SUBJECT`, of a trending entry: the issues whose entries about the same "
        "subject are among the ranked hits. Null otherwise."
    )


@strawberry.type(description="A page of a list.")
class SearchHitConnection:
    """Hits, which are not counted beyond a bound."""

    edges: list[Edge[SearchHit]] = described(_EDGES)
    nodes: list[SearchHit] = described(_PAGE)
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int | None = described(
        f"{_TOTAL} Null above 1,000 hits. With `group: SUBJECT` the number of groups, null from "
        "500 matching entries on."
    )


@strawberry.type(description="An item of a list with its cursor.")
class BoardEdge:
    """An entry of a board with its cursor."""

    cursor: str = described(_CURSOR)
    node: Value = described("The item.", TrendingEntry)


@strawberry.type(description="A page of a list.")
class BoardConnection:
    """The entries of a board, with what the board is."""

    edges: list[BoardEdge] = described(_EDGES)
    nodes: list[Value] = described(_PAGE, list_of(TrendingEntry))
    page_info: PageInfo = described(_PAGE_INFO)
    total_count: int = described(_TOTAL)
    board: Value = described("What the board is.", Board)
    notes: list[Value] = described("Notes on each node, in the same order.", list_of(EntryNote))


def _connection_of(item: Any) -> Any:
    """Return the connection of a type that the builder made."""
    return Connection[item]


IssueConnection = Connection[Issue]
SectionConnection = Connection[Section]
CorrectionConnection = _connection_of(Correction)
ToolConnection = _connection_of(Tool)
ReadingItemConnection = _connection_of(ReadingItem)
TrendingEntryConnection = _connection_of(TrendingEntry)


def is_connection(type_name: str) -> bool:
    """Whether a type is a connection: by Relay's rule, its name says so."""
    return type_name.endswith("Connection")
