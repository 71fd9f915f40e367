"""Lists by descending number, such as those of keys, runs and webhooks."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select

from app.content.queries.cursors import Integer, decode_cursor
from app.content.queries.paging import Page, Part, page_of
from app.db import Reader
from app.models.values import MAX_INTEGER

_NOTHING: Mapping[str, object] = MappingProxyType({})


async def newest_first(
    reader: Reader,
    statement: Select[Any],
    given: Mapping[str, object] = _NOTHING,
    *,
    part: Part,
    scope: Mapping[str, object],
    document: Callable[[Row[Any]], object] = lambda row: row,
    count: Select[Any] | None = None,
    number: str = "id",
    most: int = MAX_INTEGER,
) -> Page:
    """Read a page. One statement, or two with `count`.

    `statement` takes the parameters `given`, `beyond`, which is above the `number` of each row, and
    `limit`. `most`: the largest number that there can be. `count` counts the rows of all pages.

    Raises:
        BadRequest: the cursor does not belong to this list.
    """
    beyond: object = most
    if part.after is not None:
        (beyond,) = decode_cursor(part.after, filters=scope, shape=(Integer(1, most),))
    rows = await reader.rows(statement, {**given, "beyond": beyond, "limit": part.one_more})
    shown, has_more = part.cut(rows)
    return page_of(
        [document(row) for row in shown],
        part=part,
        has_more=has_more,
        places=[[getattr(row, number)] for row in shown],
        scope=scope,
        total=None if count is None else (await reader.rows(count, given))[0][0],
    )
