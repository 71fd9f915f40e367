"""Which entries entered and left the boards since the previous day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime
from typing import Any

from sqlalchemy import Row

from app.content.queries.freshness import earliest, latest, read_trending_change
from app.content.queries.trending import read_profiles
from app.content.trends import boards
from app.content.trends.boards import Asked, ShownBoard
from app.content.trends.places import Place
from app.db import Reader
from app.models.days import add_days
from app.off_the_loop import off_the_loop


@dataclass(frozen=True, slots=True)
class BoardChanges:
    """Changes on some boards, with their freshness."""

    documents: Sequence[Mapping[str, Any]]
    last_modified: datetime | None
    next_change_at: datetime | None


async def read_board_changes(
    reader: Reader, asked: Asked, *, now: datetime, limit: int
) -> BoardChanges:
    """Compare each board with its last board of an earlier UTC day.

    Returns at most `limit` entries that entered and `limit` that left, by rank. Both are empty
    where there is no earlier board or one of the two was withheld. Three statements, plus one per
    further day where the boards are not of the same day.
    """
    statement = boards.select_boards(
        by_source=asked.source is not None, by_kind=asked.kind is not None
    )
    rows = await reader.rows(statement, boards.parameters_of(asked, now=now))
    before: dict[tuple[str, str], Row[Any]] = {}
    for day in sorted({row.observed_at.date() for row in rows}):
        earlier = Asked(asked.list, asked.window, asked.source, asked.kind, add_days(day, -1))
        found = await reader.rows(statement, boards.parameters_of(earlier, now=now))
        of_day = {(r.source, r.kind) for r in rows if r.observed_at.date() == day}
        before |= {(r.source, r.kind): r for r in found if (r.source, r.kind) in of_day}
    pairs = await off_the_loop(
        lambda: [
            (boards.show(row, asked, now=now), _previous(row, before, asked, now)) for row in rows
        ]
    )
    changes = [_moved(board, previous, limit) for board, previous in pairs]
    profiles = await read_profiles(
        reader, [place for each in changes for side in each for place in side]
    )
    documents = await off_the_loop(
        lambda: [
            _document(board, previous, moved, profiles)
            for (board, previous), moved in zip(pairs, changes, strict=True)
        ]
    )
    moments = [await read_trending_change(reader), *(board.stale_since for board, _ in pairs)]
    changes_at = [
        boards.begins_at(asked.date, now=now),
        *(board.next_change_at for board, _ in pairs),
    ]
    return BoardChanges(documents, latest(moments), earliest(changes_at))


def _previous(
    row: Row[Any], before: Mapping[tuple[str, str], Row[Any]], asked: Asked, now: datetime
) -> ShownBoard | None:
    found = before.get((row.source, row.kind))
    if found is None or "withheld" in (row.status, found.status):
        return None
    return boards.show(found, Asked(asked.list, asked.window, date=_day_of(found)), now=now)


def _document(
    board: ShownBoard,
    previous: ShownBoard | None,
    moved: tuple[Sequence[Place], Sequence[Place]],
    profiles: Mapping[int, Row[Any]],
) -> dict[str, Any]:
    entered, left = moved
    return {
        "board": board.head,
        "previous": None if previous is None else previous.head,
        "entered": [boards.entry_of(p, profiles[p.entry.profile_id]) for p in entered],
        "entered_notes": [boards.note_of(p, profiles[p.entry.profile_id]) for p in entered],
        "left": [boards.entry_of(p, profiles[p.entry.profile_id]) for p in left],
    }


def _day_of(row: Row[Any]) -> Date:
    day: Date = row.observed_at.date()
    return day


def _moved(
    board: ShownBoard, previous: ShownBoard | None, limit: int
) -> tuple[list[Place], list[Place]]:
    if previous is None:
        return [], []
    now = {place.entry.subject_id for place in board.places}
    then = {place.entry.subject_id for place in previous.places}
    entered = [place for place in board.places if place.entry.subject_id not in then]
    left = [place for place in previous.places if place.entry.subject_id not in now]
    return entered[:limit], left[:limit]
