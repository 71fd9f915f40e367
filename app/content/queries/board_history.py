"""The rank history of a board: its current leaders on each day that has a board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date as Date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import col

from app.content.queries.freshness import latest, read_trending_change
from app.content.queries.trending import read_shown
from app.content.trends import boards
from app.content.trends.board_entries import BoardEntry, unpack
from app.content.trends.boards import Asked
from app.db import Reader
from app.models.base import UtcInstant, columns
from app.models.board import Board
from app.off_the_loop import off_the_loop

DEFAULT_DAYS, MAX_DAYS = 30, 90
"""Days per answer; a chart of more than 90 days is not readable."""
DEFAULT_SUBJECTS, MAX_SUBJECTS = 10, 50


@dataclass(frozen=True, slots=True)
class BoardHistory:
    """The rank history of a board, with its freshness."""

    document: Mapping[str, Any]
    last_modified: datetime | None
    next_change_at: datetime | None


async def read_board_history(
    reader: Reader, asked: Asked, *, now: datetime, days: int, limit: int
) -> BoardHistory:
    """Read the ranks of the first `limit` entries of a board over the last `days` days.

    The days end with the date of the requested board, so an answer changes only after a sync. Days
    without a board and withheld boards are left out; a rank is null where the subject was not on
    that day's board. The last board of a day counts. Five statements.
    """
    shown = await read_shown(reader, asked, now=now)
    document: dict[str, Any] = {"board": shown.head, "dates": [], "subjects": []}
    leaders = [place.entry for place in shown.places[:limit]]
    if leaders:
        last_day = shown.places[0].observed_at
        boards_of_days = await _boards_by_day(reader, asked, until=last_day, days=days)
        ranks = await _ranks(reader, list(boards_of_days.values()), leaders)
        profiles = await reader.rows(
            boards.select_profiles(), {"ids": [entry.profile_id for entry in leaders]}
        )
        named = {row.id: row for row in profiles}
        document["dates"] = [day.isoformat() for day in boards_of_days]
        document["subjects"] = [
            _subject(entry, named[entry.profile_id], ranks[entry.subject_id]) for entry in leaders
        ]
    return BoardHistory(
        document,
        latest([await read_trending_change(reader), shown.stale_since]),
        shown.next_change_at,
    )


def _subject(
    entry: BoardEntry, profile: Row[Any], ranks: Sequence[int | None]
) -> dict[str, object]:
    shown = ("external_id", "name", "url")
    return {**{name: getattr(profile, name) for name in shown}, "ranks": list(ranks)}


async def _boards_by_day(
    reader: Reader, asked: Asked, *, until: datetime, days: int
) -> dict[Date, int]:
    """The id of the last board of each day, oldest first."""
    first_day = until.astimezone(UTC).date() - timedelta(days=days - 1)
    rows = await reader.rows(
        _select_days(),
        {
            "source": asked.source,
            "kind": asked.kind,
            "list": asked.list,
            "window": asked.window,
            "since": datetime.combine(first_day, time.min, tzinfo=UTC),
            "until": until,
        },
    )
    return {row.observed_at.date(): row.id for row in rows}


async def _ranks(
    reader: Reader, board_ids: Sequence[int], leaders: Sequence[BoardEntry]
) -> dict[int, list[int | None]]:
    rows = await reader.rows(_select_entries(), {"ids": list(board_ids)})
    entries = {row.id: row.entries for row in rows}
    days = [entries[board_id] for board_id in board_ids]
    return await off_the_loop(lambda: _ranks_of(days, leaders))


def _ranks_of(days: Sequence[bytes], leaders: Sequence[BoardEntry]) -> dict[int, list[int | None]]:
    """Return the ranks of the leaders on each of the packed boards."""
    ranks: dict[int, list[int | None]] = {entry.subject_id: [] for entry in leaders}
    for packed in days:
        stood = {entry.subject_id: entry.rank for entry in unpack(packed)}
        for subject_id, found in ranks.items():
            found.append(stood.get(subject_id))
    return ranks


@cache
def _select_days() -> Select[Any]:
    return (
        select(*columns(Board, "id", "observed_at"))
        .where(
            *(
                col(getattr(Board, name)) == bindparam(name)
                for name in ("source", "kind", "list", "window")
            ),
            col(Board.observed_at) >= bindparam("since", type_=UtcInstant),
            col(Board.observed_at) <= bindparam("until", type_=UtcInstant),
            col(Board.status) != "withheld",
        )
        .order_by(col(Board.observed_at))
    )


@cache
def _select_entries() -> Select[Any]:
    return select(*columns(Board, "id", "entries")).where(
        col(Board.id).in_(bindparam("ids", expanding=True))
    )
