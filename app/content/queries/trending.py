"""Queries for boards and mover lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date, datetime
from typing import Any

from sqlalchemy import Row

from app.content.queries.cursors import Ids, Integer, decode_cursor, invalid_cursor
from app.content.queries.freshness import earliest, latest, read_trending_change
from app.content.queries.paging import Page, Part, page_of
from app.content.trends import boards
from app.content.trends.board_filter import BoardFilter, Copies, select_facts
from app.content.trends.boards import Asked, ShownBoard
from app.content.trends.places import Place
from app.content.trends.ranking import (
    ACROSS_KINDS_METHOD,
    MAX_ENTRIES,
    MOVERS_METHOD,
    TRENDING_METHOD,
)
from app.db import Reader
from app.models.source import KIND_COUNT
from app.models.values import Window
from app.off_the_loop import off_the_loop

_PLACE = (Ids(KIND_COUNT), Integer(0, MAX_ENTRIES - 1))
"""Cursor values: the ids of the boards shown, at most one per kind, and a place on them."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of entries of a board, with the board's header and one note per entry."""

    head: Mapping[str, object]
    page: Page
    notes: Sequence[Mapping[str, object]]


async def read_board(reader: Reader, asked: Asked, *, now: datetime, part: Part) -> BoardPage:
    """Read a part of a board or mover list. Three statements, four with a filter.

    A cursor keeps pointing to the board it was issued for, even after a sync.

    Raises:
        BadRequest: the cursor does not belong to this board.
    """
    scope: dict[str, object] = {
        "list": f"trending/{asked.list}",
        "window": asked.window,
        "source": asked.source,
        "kind": asked.kind,
        "date": None if asked.date is None else asked.date.isoformat(),
        **asked.filter.scope(),
    }
    ids, first, last = _span(part, scope)
    shown = await read_shown(reader, asked, now=now, ids=ids)
    count = len(shown.places)
    first, last = max(first, 0), min(count if last is None else last, count)
    has_more = last - first > part.limit
    if has_more and part.is_last:
        first = last - part.limit
    elif has_more:
        last = first + part.limit
    places = shown.places[first:last]
    profiles = await read_profiles(reader, places)
    items, notes = await off_the_loop(lambda: _described(places, profiles))
    page = page_of(
        items,
        part=part,
        has_more=has_more,
        places=[["-".join(map(str, shown.ids)), first + number] for number in range(len(items))],
        scope=scope,
        total=count,
        last_modified=await _last_modified(reader, [shown]),
        next_change_at=shown.next_change_at,
    )
    return BoardPage(shown.head, page, notes)


async def read_shown(
    reader: Reader, asked: Asked, *, now: datetime, ids: Sequence[int] = ()
) -> ShownBoard:
    """Read a board at a time, or the boards with the ids of a cursor.

    One statement, two with a filter.

    Raises:
        BadRequest: the ids do not belong to this list.
    """
    parameters = boards.parameters_of(asked, now=now)
    which = {"by_source": asked.source is not None, "by_kind": asked.kind is not None}
    if ids:
        named = boards.select_boards_by_ids(**which)
        rows = await reader.rows(named, {**parameters, "ids": list(ids)})
        # A page shows one board per requested kind; any other set of ids was forged.
        if len({(row.source, row.kind) for row in rows}) != len(ids):
            raise invalid_cursor()
    else:
        rows = await reader.rows(boards.select_boards(**which), parameters)
    shown = await off_the_loop(lambda: _shown(rows, asked, now=now))
    (narrowed,) = await _narrowed(reader, [shown], asked.filter)
    return narrowed


async def read_boards(
    reader: Reader,
    window: Window,
    *,
    now: datetime,
    limit: int,
    date: Date | None = None,
    copies: Copies = "shown",
) -> tuple[list[dict[str, Any]], datetime | None, datetime | None]:
    """Read the first entries of every board of a window, the last change and the next change.

    Three statements, and one more if re-packed copies are folded.
    """
    asked = Asked("trending", window, date=date, filter=BoardFilter(copies=copies))
    statement = boards.select_boards(by_source=False, by_kind=False)
    rows = await reader.rows(statement, boards.parameters_of(asked, now=now))
    each = await off_the_loop(lambda: [boards.show(row, asked, now=now) for row in rows])
    shown = await _narrowed(reader, each, asked.filter)
    profiles = await read_profiles(reader, [p for board in shown for p in board.places[:limit]])

    def documents_of() -> list[dict[str, Any]]:
        documents = []
        for board in shown:
            entries, notes = _described(board.places[:limit], profiles)
            documents.append({"board": board.head, "entries": entries, "notes": notes})
        return documents

    documents = await off_the_loop(documents_of)
    changes = [boards.begins_at(date, now=now), *(board.next_change_at for board in shown)]
    return documents, await _last_modified(reader, shown), earliest(changes)


def _span(part: Part, scope: Mapping[str, object]) -> tuple[tuple[int, ...], int, int | None]:
    """Return the board ids of the cursors, and the places between them. Raises `BadRequest`."""
    ids: tuple[int, ...] = ()
    first, last = 0, None
    if part.after is not None:
        ids, place = decode_cursor(part.after, filters=scope, shape=_PLACE)
        first = place + 1
    if part.before is not None:
        named, last = decode_cursor(part.before, filters=scope, shape=_PLACE)
        if part.after is not None and named != ids:
            raise invalid_cursor()
        ids = named
    return ids, first, last


def _shown(rows: Sequence[Row[Any]], asked: Asked, *, now: datetime) -> ShownBoard:
    is_of_one = asked.source is not None and asked.kind is not None
    if not rows:
        method = TRENDING_METHOD if asked.list == "trending" else MOVERS_METHOD
        method = method if is_of_one else ACROSS_KINDS_METHOD
        return boards.show_nothing(asked, method=method, now=now)
    each = [boards.show(row, asked, now=now) for row in rows]
    return each[0] if is_of_one else boards.show_together(each, asked)


async def _narrowed(
    reader: Reader, shown: Sequence[ShownBoard], wanted: BoardFilter
) -> list[ShownBoard]:
    """Apply a filter to boards. One statement if the filter needs facts of the subjects."""
    if not wanted.reads_facts:
        return [replace(board, places=board.places[:MAX_ENTRIES]) for board in shown]
    ids = [place.entry.profile_id for board in shown for place in board.places]
    rows = await reader.rows(select_facts(), {"ids": ids}) if ids else ()
    facts = {row.id: row for row in rows}
    return await off_the_loop(lambda: [boards.narrowed(board, wanted, facts) for board in shown])


def _described(
    places: Sequence[Place], profiles: Mapping[int, Row[Any]]
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the entries at some places, and their notes."""
    pairs = [(place, profiles[place.entry.profile_id]) for place in places]
    return [boards.entry_of(*pair) for pair in pairs], [boards.note_of(*pair) for pair in pairs]


async def read_profiles(reader: Reader, places: Sequence[Place]) -> dict[int, Row[Any]]:
    """Read the profiles of the entries at some places, by profile id. One statement."""
    if not places:
        return {}
    rows = await reader.rows(boards.select_profiles(), {"ids": boards.profile_ids(places)})
    return {row.id: row for row in rows}


async def _last_modified(reader: Reader, shown: Sequence[ShownBoard]) -> datetime | None:
    """Return the last change by a sync, or because a board became stale."""
    return latest([await read_trending_change(reader), *(board.stale_since for board in shown)])
