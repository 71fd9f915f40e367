"""Lists across all issues in print: sections, tools, trending entries, reading items.

The newest issue comes first, and rows of one issue are in printed order. Each row names its issue
and section.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Label, Row, Select, and_, bindparam, func, or_, select
from sqlmodel import col

from app.content.blocks.trending import PrintedEntry
from app.content.issue_view import reference_of
from app.content.print import in_print, is_printed_revision, last_public_change, next_publication
from app.content.queries.cursors import Day, Integer, Kind, decode_cursor
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page, Part, page_of
from app.content.queries.totals import read_total
from app.db import Reader
from app.models.issue import Issue
from app.models.printed import PrintedBase
from app.models.reading import ReadingItem, ReadingItemShape
from app.models.revision import IssueRevision
from app.models.section import Section
from app.models.tool import Tool, ToolShape
from app.models.trending import TrendingEntry
from app.models.values import Shape
from app.off_the_loop import off_the_loop


@dataclass(frozen=True)
class Shelf:
    """A list of printed rows: its table, the document of a row, and its filters."""

    name: str
    table: type[PrintedBase]
    document: Callable[[Row[Any]], dict[str, object]]
    columns: tuple[str, ...]
    filters: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Filter parameters, each with its column."""
    item: Callable[[dict[str, object], Row[Any]], object] = lambda document, _: document
    """Makes the item of a page from a row's document and the row."""
    beside: tuple[Label[Any], ...] = field(default=(), compare=False)
    """Additional columns that `item` reads."""
    only: tuple[ColumnElement[bool], ...] = field(default=(), compare=False)
    """Conditions on every row of the list."""

    @property
    def place(self) -> tuple[str, ...]:
        """The columns that order the rows of one issue."""
        return ("section_position", "position")[: 1 if self.table is Section else 2]


def _members(shape: type[Shape]) -> Callable[[Row[Any]], dict[str, object]]:
    names = tuple(shape.model_fields)

    def document(row: Row[Any]) -> dict[str, object]:
        # The values were validated when posted; only instants need formatting.
        return shape.model_construct(**{name: getattr(row, name) for name in names}).model_dump()

    return document


SECTIONS = Shelf(
    "sections",
    Section,
    lambda row: orjson.loads(row.compiled),
    ("compiled",),
    {"kind": "kind", "byline": "byline"},
)
TOOLS = Shelf(
    "tools", Tool, _members(ToolShape), tuple(ToolShape.model_fields), {"category": "category"}
)
READING = Shelf(
    "reading", ReadingItem, _members(ReadingItemShape), tuple(ReadingItemShape.model_fields)
)
ENTRIES = Shelf(
    "entries",
    TrendingEntry,
    _members(PrintedEntry),
    tuple(PrintedEntry.model_fields),
    {
        "section": "section_kind",
        "source": "source",
        "kind": "kind",
        "external_id": "external_id",
    },
)


async def list_printed(
    reader: Reader,
    shelf: Shelf,
    *,
    viewer: Viewer,
    where: Mapping[str, str],
    part: Part,
    first_day: Date | None = None,
    last_day: Date | None = None,
    counted: bool = True,
) -> Page:
    """List the printed rows of a shelf; `where` maps filter names of the shelf to values.

    The result is the same for every viewer. Two statements, or one where `counted` is false; the
    page then has no total and no `last_modified`.

    Raises:
        BadRequest: the cursor does not belong to this list.
    """
    days = {"first_day": first_day, "last_day": last_day}
    given = {**where, **{name: day for name, day in days.items() if day is not None}}
    scope = {"list": shelf.name, **given}
    names = frozenset(given)
    parameters = {"now": viewer.now, **{f"want_{name}": value for name, value in given.items()}}
    cursors = {"after": part.after, "before": part.before}
    beyond = {end: cursor for end, cursor in cursors.items() if cursor is not None}
    bounds = {"limit": part.one_more}
    for end, cursor in beyond.items():
        bounds |= _cursor_parameters(shelf, end, cursor, scope=scope)
    statement = _list(shelf, names, tuple(beyond), is_last=part.is_last)
    rows, has_more = part.cut(await reader.rows(statement, {**parameters, **bounds}))
    total, changed_at, next_change_at = None, None, rows[0].next_change_at if rows else None
    if counted or not rows:
        total, fresh = await read_total(reader, _count(shelf, names), parameters)
        changed_at, next_change_at = last_public_change(fresh), fresh.next_change_at
    return page_of(
        await off_the_loop(lambda: [_item(shelf, row, base_url=viewer.base_url) for row in rows]),
        part=part,
        has_more=has_more,
        places=[_place(shelf, row) for row in rows],
        scope=scope,
        total=total,
        last_modified=changed_at,
        next_change_at=next_change_at,
    )


def _cursor_parameters(
    shelf: Shelf, end: str, cursor: str, *, scope: Mapping[str, object]
) -> dict[str, Any]:
    """Return the parameters of `_beyond`. Raises `BadRequest` if the cursor is of another list."""
    shape: list[Kind] = [Day(), *(Integer() for _ in shelf.place)]
    day, *place = decode_cursor(cursor, filters=scope, shape=shape)
    return {f"{end}_day": day, **{f"{end}_{n}": value for n, value in enumerate(place)}}


def _item(shelf: Shelf, row: Row[Any], *, base_url: str) -> object:
    reference = reference_of(
        number=row.issue_number,
        date=row.issue_date,
        slug=row.issue_slug,
        title=row.issue_title,
        base_url=base_url,
    )
    document = {**shelf.document(row), "issue": reference, "section": row.section_slug}
    return shelf.item(document, row)


def _place(shelf: Shelf, row: Row[Any]) -> list[str | int]:
    return [row.issue_date.isoformat(), *(getattr(row, name) for name in shelf.place)]


@cache
def _list(
    shelf: Shelf, names: frozenset[str], beyond: tuple[str, ...], *, is_last: bool
) -> Select[Any]:
    table = shelf.table
    wanted = dict.fromkeys((*shelf.columns, "issue_date", "section_slug", *shelf.place))
    statement: Select[Any] = select(
        *(_column(table, name) for name in wanted),
        col(Issue.number).label("issue_number"),
        col(Issue.slug).label("issue_slug"),
        col(IssueRevision.title).label("issue_title"),
        next_publication().label("next_change_at"),
        *shelf.beside,
    )
    statement = statement.join_from(table, Issue, col(table.issue_id) == col(Issue.id))
    statement = statement.join(IssueRevision, is_printed_revision())
    statement = statement.where(*_conditions(shelf, names))
    for end in beyond:
        statement = statement.where(*_beyond(shelf, end))
    day, places = col(table.issue_date), [_column(table, name) for name in shelf.place]
    reverse = (day.asc(), *(place.desc() for place in places))
    order = reverse if is_last else (day.desc(), *places)
    return statement.order_by(*order).limit(bindparam("limit"))


@cache
def _count(shelf: Shelf, names: frozenset[str]) -> Select[Any]:
    return select(func.count()).select_from(shelf.table).where(*_conditions(shelf, names))


def _conditions(shelf: Shelf, names: frozenset[str]) -> list[Any]:
    conditions = [in_print(shelf.table), *shelf.only]
    conditions += [
        _column(shelf.table, column) == bindparam(f"want_{name}")
        for name, column in shelf.filters.items()
        if name in names
    ]
    if "first_day" in names:
        conditions.append(col(shelf.table.issue_date) >= bindparam("want_first_day"))
    if "last_day" in names:
        conditions.append(col(shelf.table.issue_date) <= bindparam("want_last_day"))
    return conditions


def _beyond(shelf: Shelf, end: str) -> tuple[Any, ...]:
    """The rows after a cursor (an older issue, or later in the same issue), or before it."""
    is_after = end == "after"
    day: Any = col(shelf.table.issue_date)
    of_day: Any = bindparam(f"{end}_day")
    columns = [_column(shelf.table, name) for name in shelf.place]
    places: list[Any] = [bindparam(f"{end}_{n}") for n in range(len(columns))]
    pairs = list(zip(columns, places, strict=True))
    column, place = pairs.pop()
    further = column > place if is_after else column < place
    for column, place in reversed(pairs):
        beyond = column > place if is_after else column < place
        further = or_(beyond, and_(column == place, further))
    # The first condition lets an index seek to the place.
    if is_after:
        return (day <= of_day, or_(day < of_day, further))
    return (day >= of_day, or_(day > of_day, further))


def _column(table: type[PrintedBase], name: str) -> Any:
    return col(getattr(table, name))
