"""What is in print across all issues: sections, tools, trending entries, reading items.

Newest issue first, inside an issue as printed; each with its issue and the slug of its section.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlmodel import col

from app.content.blocks.trending import PrintedEntry
from app.content.issue_view import reference_of
from app.content.print import in_print, last_public_change
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page, decode_cursor, encode_cursor
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


@dataclass(frozen=True)
class Shelf:
    """One list of what is in print: its table, how a row reads, and what it is filtered by."""

    name: str
    table: type[PrintedBase]
    document: Callable[[Row[Any]], dict[str, object]]
    columns: tuple[str, ...]
    filters: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Names of parameters, each with its column."""

    @property
    def place(self) -> tuple[str, ...]:
        """The columns that order the rows of one issue."""
        return ("section_position", "position")[: 1 if self.table is Section else 2]


def _members(shape: type[Shape]) -> Callable[[Row[Any]], dict[str, object]]:
    names = tuple(shape.model_fields)

    def document(row: Row[Any]) -> dict[str, object]:
        # Checked when it was posted: only the written form of instants is left to make.
        return shape.model_construct(**{name: getattr(row, name) for name in names}).model_dump()

    return document


SECTIONS = Shelf(
    "sections", Section, lambda row: orjson.loads(row.compiled), ("compiled",), {"kind": "kind"}
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
    limit: int,
    first_day: Date | None = None,
    last_day: Date | None = None,
    cursor: str | None = None,
) -> Page:
    """List what is in print on one shelf; `where` holds filters by the names of the shelf.

    Two statements. Every viewer sees the same: what is in print.

    Raises:
        BadRequest: a cursor that is not of this list.
    """
    given: dict[str, object] = dict(where)
    if first_day is not None:
        given["first_day"] = first_day
    if last_day is not None:
        given["last_day"] = last_day
    bound = {"list": shelf.name, **given}
    names = frozenset(given)
    parameters = {"now": viewer.now, **{f"want_{name}": value for name, value in given.items()}}
    total, fresh = await read_total(reader, _count(shelf, names), parameters)
    if cursor is not None:
        shape = (Date, *(int for _ in shelf.place))
        day, *place = decode_cursor(cursor, filters=bound, shape=shape)
        parameters["beyond_day"] = day
        parameters.update({f"beyond_{n}": value for n, value in enumerate(place)})
    statement = _list(shelf, names, has_cursor=cursor is not None)
    rows = await reader.rows(statement, {**parameters, "limit": limit + 1})
    shown = rows[:limit]
    return Page(
        items=[_item(shelf, row, base_url=viewer.base_url) for row in shown],
        limit=limit,
        next_cursor=encode_cursor(_place(shelf, shown[-1]), filters=bound)
        if len(rows) > limit
        else None,
        total=total,
        last_modified=last_public_change(fresh),
        next_change_at=fresh.next_change_at,
    )


def _item(shelf: Shelf, row: Row[Any], *, base_url: str) -> dict[str, object]:
    reference = reference_of(
        number=row.issue_number,
        date=row.issue_date,
        slug=row.issue_slug,
        title=row.issue_title,
        base_url=base_url,
    )
    return {**shelf.document(row), "issue": reference, "section": row.section_slug}


def _place(shelf: Shelf, row: Row[Any]) -> list[str | int]:
    return [row.issue_date.isoformat(), *(getattr(row, name) for name in shelf.place)]


@cache
def _list(shelf: Shelf, names: frozenset[str], *, has_cursor: bool) -> Select[Any]:
    table = shelf.table
    wanted = dict.fromkeys((*shelf.columns, "issue_date", "section_slug", *shelf.place))
    statement: Select[Any] = select(
        *(_column(table, name) for name in wanted),
        col(Issue.number).label("issue_number"),
        col(Issue.slug).label("issue_slug"),
        col(IssueRevision.title).label("issue_title"),
    )
    in_its_revision = and_(
        col(IssueRevision.issue_id) == col(Issue.id),
        col(IssueRevision.number) == col(Issue.print_revision),
    )
    statement = statement.join_from(table, Issue, col(table.issue_id) == col(Issue.id))
    statement = statement.join(IssueRevision, in_its_revision).where(*_conditions(shelf, names))
    if has_cursor:
        statement = statement.where(*_beyond(shelf))
    order = (col(table.issue_date).desc(), *(_column(table, name) for name in shelf.place))
    return statement.order_by(*order).limit(bindparam("limit"))


@cache
def _count(shelf: Shelf, names: frozenset[str]) -> Select[Any]:
    return select(func.count()).select_from(shelf.table).where(*_conditions(shelf, names))


def _conditions(shelf: Shelf, names: frozenset[str]) -> list[Any]:
    conditions = [in_print(shelf.table)]
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


def _beyond(shelf: Shelf) -> tuple[Any, ...]:
    """Rows after a place: an older issue, or later in the same one."""
    day = col(shelf.table.issue_date)
    columns = [_column(shelf.table, name) for name in shelf.place]
    places: list[Any] = [bindparam(f"beyond_{n}") for n in range(len(columns))]
    later = columns[-1] > places[-1]
    for column, place in zip(columns[-2::-1], places[-2::-1], strict=True):
        later = or_(column > place, and_(column == place, later))
    # The first condition is what an index can start from.
    return (day <= bindparam("beyond_day"), or_(day < bindparam("beyond_day"), later))


def _column(table: type[PrintedBase], name: str) -> Any:
    return col(getattr(table, name))
