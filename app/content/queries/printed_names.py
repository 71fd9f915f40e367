"""Names in print with how often they were printed: the categories of tools, and bylines."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import col

from app.content.print import in_print, last_public_change, next_publication
from app.content.queries.cursors import Text, decode_cursor
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page, Part, page_of
from app.content.queries.totals import read_total
from app.db import Reader
from app.models.printed import PrintedBase
from app.models.section import Section
from app.models.tool import Tool

MAX_NAME = 200
"""Characters of a category or a byline."""
MAX_CURSOR = 1_200
"""Characters; a name of 200 characters of four bytes gives a cursor of 1,100."""


@dataclass(frozen=True)
class NameList:
    """A list of the names in one column of a print table."""

    name: str
    table: type[PrintedBase]
    column: str


CATEGORIES = NameList("tool_categories", Tool, "category")
BYLINES = NameList("bylines", Section, "byline")


async def list_names(
    reader: Reader, names: NameList, *, viewer: Viewer, part: Part, counted: bool = True
) -> Page:
    """List the names in print in alphabetical order, each with `count` and `last_printed_on`.

    The order is that of the database. The result is the same for every viewer. Two statements, or
    one where `counted` is false; the page then has no total and no `last_modified`.

    Raises:
        BadRequest: the cursor does not belong to this list.
    """
    scope: Mapping[str, object] = {"list": names.name}
    # No name is empty: all names come after the empty text.
    parameters: dict[str, object] = {"now": viewer.now, "limit": part.one_more, "after": ""}
    for end, cursor in (("after", part.after), ("before", part.before)):
        if cursor is not None:
            (parameters[end],) = decode_cursor(
                cursor, filters=scope, shape=(Text(MAX_NAME),), max_length=MAX_CURSOR
            )
    statement = _list(names, has_end=part.before is not None, is_last=part.is_last)
    rows, has_more = part.cut(await reader.rows(statement, parameters))
    total, changed_at, next_change_at = None, None, rows[0].next_change_at if rows else None
    if counted or not rows:
        total, fresh = await read_total(reader, _count(names), {"now": viewer.now})
        changed_at, next_change_at = last_public_change(fresh), fresh.next_change_at
    return page_of(
        [
            {"name": row.name, "count": row.times, "last_printed_on": row.last_printed_on}
            for row in rows
        ],
        part=part,
        has_more=has_more,
        places=[[row.name] for row in rows],
        scope=scope,
        total=total,
        last_modified=changed_at,
        next_change_at=next_change_at,
    )


@cache
def _list(names: NameList, *, has_end: bool, is_last: bool) -> Select[Any]:
    name: Any = col(getattr(names.table, names.column))
    statement: Select[Any] = select(
        name.label("name"),
        func.count().label("times"),
        func.max(col(names.table.issue_date)).label("last_printed_on"),
        next_publication().label("next_change_at"),
    ).where(in_print(names.table), name > bindparam("after"))
    if has_end:
        statement = statement.where(name < bindparam("before"))
    order = name.desc() if is_last else name
    return statement.group_by(name).order_by(order).limit(bindparam("limit"))


@cache
def _count(names: NameList) -> Select[Any]:
    name: Any = col(getattr(names.table, names.column))
    return select(func.count(name.distinct())).where(in_print(names.table), name > "")
