"""The brief of a day: its boards and histories, handed to the pure functions of `facts/brief`.

About thirty statements, whatever the day; `BriefStore` keeps the newest results.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date as Date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from app.content.facts.brief.day import (
    BoardDay,
    BoardList,
    Counted,
    Departed,
    EarlierBoard,
    Renamed,
)
from app.content.facts.brief.fact import Fact
from app.content.facts.brief.finding import facts_of
from app.content.facts.brief.milestone import passed
from app.content.facts.brief.overtakes import MOST as RIVALS
from app.content.facts.brief.shapes import Coverage
from app.content.queries import brief_rows
from app.content.queries.brief_rows import Board
from app.content.queries.freshness import latest, read_trending_change
from app.content.queries.trending import read_profiles
from app.content.trends import boards
from app.content.trends.boards import NO_LATER_RUN, Asked, ShownBoard
from app.db import Reader
from app.models.board import BoardList as ListName
from app.models.content_version import TRENDING, ContentVersion
from app.models.source import SOURCES
from app.models.values import EntryKind, Window
from app.off_the_loop import off_the_loop

MOVERS_WITH_HISTORY = 50
"""Movers of each board whose histories are read, for records."""
MOST_PASSED = 100
"""Milestones of each board that are looked into."""
FOUR_WEEKS_TOLERANCE = timedelta(days=3)
"""How much older than four weeks the board may be that shares are compared with."""

_LISTS: tuple[tuple[ListName, Window], ...] = (
    ("trending", "week"),
    ("up", "day"),
    ("up", "week"),
    ("down", "week"),
)


@dataclass(frozen=True, slots=True)
class Brief:
    """The facts of a day, best first, and the coverage of each source."""

    date: Date
    facts: Sequence[Fact]
    coverage: Mapping[str, Coverage]


class BriefStore:
    """The newest briefs of this process, by day and trends version."""

    MOST = 32

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Date, int, Date], Brief] = OrderedDict()

    async def read(self, reader: Reader, date: Date, *, now: datetime) -> Brief:
        """Read the brief of a day, computed once for each version of the trends."""
        rows = await reader.rows(_SELECT_VERSION)
        key = (date, rows[0].number if rows else 0, now.date())
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = await read_brief(reader, date, now=now)
            if len(self._kept) > self.MOST:
                self._kept.popitem(last=False)
        return kept


_SELECT_VERSION = select(col(ContentVersion.number)).where(col(ContentVersion.name) == TRENDING)


def last_complete_day(now: datetime) -> Date:
    """Return the last UTC day that is over."""
    return now.date() - timedelta(days=1)


def brief_changes_at(date: Date | None, *, now: datetime) -> datetime | None:
    """Return when a brief changes without a sync: at midnight, if its day is not over or unnamed.

    A day that has not begun changes when it begins. `None` for a past day, which stays as it is.
    """
    if date is not None and date < now.date():
        return None
    tomorrow = now.date() + timedelta(days=1)
    return datetime.combine(max(date or tomorrow, tomorrow), time.min, tzinfo=UTC)


async def read_brief_change(reader: Reader, date: Date | None, *, now: datetime) -> datetime | None:
    """Read when a brief last changed: by a sync, or because its day began; without one today."""
    begun_at = datetime.combine(date or now.date(), time.min, tzinfo=UTC)
    return latest([await read_trending_change(reader), begun_at if begun_at <= now else None])


async def facts_for_issue(reader: Reader, date: Date, *, now: datetime) -> Sequence[Fact]:
    """Read the facts for the issue of a day: those of the day, or else of the day before."""
    found = await read_brief(reader, date, now=now)
    if not found.facts and date.toordinal() > 1:
        found = await read_brief(reader, date - timedelta(days=1), now=now)
    return found.facts


async def read_brief(reader: Reader, date: Date, *, now: datetime) -> Brief:
    """Find the facts of a UTC day. About thirty statements."""
    lists = {which: await _read_boards(reader, *which, date, now=now) for which in _LISTS}
    before = await _read_boards(reader, "trending", "week", _earlier(date, 1), now=now)
    month_ago = await _read_boards(reader, "trending", "week", _earlier(date, 28), now=now)
    snapshots = await brief_rows.read_snapshots(reader, date, now=now)
    renamed = await brief_rows.read_renamed(reader, date, now=now)
    departed = await brief_rows.read_departed(reader, date, now=now)
    days = []
    for source in SOURCES:
        for kind in source.kinds:
            board: Board = (source.name, kind)
            shown = {which: found.get(board) for which, found in lists.items()}
            newest = snapshots.by_board.get(board, ())
            good = {
                which: each
                for which, each in shown.items()
                if each is not None and _is_of(each, date)
            }
            if not good or not newest or newest[-1].observed_at.date() != date:
                continue
            days.append(
                await _board_day(
                    reader,
                    _Parts(
                        date,
                        board,
                        good,
                        newest,
                        snapshots.instants,
                        _within(before.get(board), _earlier(date, 1), timedelta()),
                        _within(month_ago.get(board), _earlier(date, 28), FOUR_WEEKS_TOLERANCE),
                        renamed.get(board, ()),
                        departed.get(board, ()),
                    ),
                    now=now,
                )
            )
    facts = await off_the_loop(lambda: facts_of(days))
    return Brief(date, facts, _coverage(lists["trending", "week"].values()))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What was read about one board of the day."""

    date: Date
    board: Board
    shown: Mapping[tuple[ListName, Window], ShownBoard]
    snapshots: Sequence[Row[Any]]
    instants: Mapping[int, datetime]
    before: ShownBoard | None
    month_ago: ShownBoard | None
    renamed: Sequence[Renamed]
    departed: Sequence[Departed]


async def _board_day(reader: Reader, parts: _Parts, *, now: datetime) -> BoardDay:
    snapshot, (source, kind) = parts.snapshots[-1], parts.board
    lists = {which: _list_of(which[1], shown, parts) for which, shown in parts.shown.items()}
    histories = await _histories(reader, parts, lists)
    before = None if parts.before is None else _earlier_board(parts.before)
    entries = [entry for each in lists.values() for entry in each.entries]
    entries += before.entries if before is not None else ()
    subjects = await brief_rows.read_subjects(
        reader,
        [*(entry.subject_id for entry in entries), *histories],
        then=boards.end_of(parts.date, now=now),
    )
    return BoardDay(
        date=parts.date,
        source=source,
        kind=kind,
        snapshot_id=snapshot.id,
        observed_at=snapshot.observed_at,
        subjects=subjects,
        trending=lists.get(("trending", "week")),
        gains=[each for (name, _), each in lists.items() if name == "up"],
        losses=[each for (name, _), each in lists.items() if name == "down"],
        before=before,
        month_ago=await _described(reader, parts.month_ago),
        histories=histories,
        renamed=parts.renamed,
        departed=parts.departed,
    )


async def _histories(
    reader: Reader, parts: _Parts, lists: Mapping[tuple[ListName, Window], BoardList]
) -> Mapping[int, Sequence[Counted]]:
    """Read the histories of the subjects that facts may need."""
    wanted = {each.subject_id for each in parts.renamed}
    wanted |= {each.subject_id for each in parts.departed}
    for (name, _), found in lists.items():
        most = RIVALS if name == "trending" else MOVERS_WITH_HISTORY
        wanted |= {entry.subject_id for entry in found.entries[:most]}
    wanted |= await _passed(reader, parts)
    return await brief_rows.read_histories(reader, parts.snapshots, wanted, parts.board[1])


async def _passed(reader: Reader, parts: _Parts) -> set[int]:
    """Find the subjects that passed a milestone since the day before, the largest 100."""
    if len(parts.snapshots) < 2:
        return set()
    kind = parts.board[1]
    now = await brief_rows.read_counters(reader, parts.snapshots[-1], kind)
    before = await brief_rows.read_counters(reader, parts.snapshots[-2], kind)

    def find() -> set[int]:
        found = [
            (-value, subject_id)
            for subject_id, value in now.items()
            if (was := before.get(subject_id)) is not None and passed(was, value) is not None
        ]
        return {subject_id for _, subject_id in sorted(found)[:MOST_PASSED]}

    return await off_the_loop(find)


async def _read_boards(
    reader: Reader, name: ListName, window: Window, date: Date | None, *, now: datetime
) -> dict[Board, ShownBoard]:
    """Read the newest boards of a list at the end of a UTC day. One statement."""
    if date is None:
        return {}
    asked = Asked(name, window, date=date)
    statement = boards.select_boards(by_source=False, by_kind=False)
    rows = await reader.rows(statement, boards.parameters_of(asked, now=now))
    shown = await off_the_loop(lambda: [boards.show(row, asked, now=now) for row in rows])
    return {(str(each.head["source"]), _kind(each)): each for each in shown}


def _kind(shown: ShownBoard) -> EntryKind:
    kind: EntryKind = shown.head["kind"]  # type: ignore[assignment]
    return kind


def _earlier(date: Date, days: int) -> Date | None:
    """Return a day before another; `None` before the calendar begins."""
    return date - timedelta(days=days) if date.toordinal() > days else None


def _is_of(shown: ShownBoard, date: Date) -> bool:
    """Whether a board is whole and of this very day."""
    return shown.head["status"] == "ok" and shown.head["date"] == date.isoformat()


def _within(shown: ShownBoard | None, date: Date | None, tolerance: timedelta) -> ShownBoard | None:
    """Return an earlier board if it is near enough to the day and was whole then."""
    if shown is None or date is None or not shown.places:
        return None
    seen_on = shown.places[0].observed_at.date()
    # An earlier board of the days before is marked stale for the day that was asked for.
    is_whole = shown.head["status"] == "ok" or (
        shown.head["status"] == "stale" and shown.head["reason"] == NO_LATER_RUN and tolerance
    )
    return shown if is_whole and date - seen_on <= tolerance else None


def _list_of(window: Window, shown: ShownBoard, parts: _Parts) -> BoardList:
    base: int | None = shown.head["baseline_snapshot_id"]  # type: ignore[assignment]
    tracked: int = shown.head["tracked"]  # type: ignore[assignment]
    # What is compared with a partial snapshot is no fact: only complete ones have an instant here.
    instant = None if base is None else parts.instants.get(base)
    return BoardList(
        window,
        [place.entry for place in shown.places],
        tracked,
        None if instant is None else base,
        instant,
    )


def _earlier_board(shown: ShownBoard) -> EarlierBoard:
    place = shown.places[0]
    entries = [each.entry for each in shown.places]
    return EarlierBoard(place.snapshot_id, place.observed_at, entries)


async def _described(reader: Reader, shown: ShownBoard | None) -> EarlierBoard | None:
    """Add the tasks and languages that the subjects of a board had then. One statement."""
    if shown is None:
        return None
    profiles = await read_profiles(reader, shown.places)
    described = {p.entry.subject_id: profiles[p.entry.profile_id] for p in shown.places}
    return replace(
        _earlier_board(shown),
        tasks={subject_id: row.task for subject_id, row in described.items()},
        languages={subject_id: row.language for subject_id, row in described.items()},
    )


def _coverage(found: Iterable[ShownBoard]) -> dict[str, Coverage]:
    heads = [shown.head for shown in found]
    coverage = {}
    for source in SOURCES:
        own = [head for head in heads if head["source"] == source.name]
        seen = [datetime.fromisoformat(str(head["observed_at"])) for head in own]
        counts = [head["tracked"] for head in own if isinstance(head["tracked"], int)]
        coverage[source.name] = Coverage(
            _together([str(head["status"]) for head in own]), max(seen, default=None), sum(counts)
        )
    return coverage


def _together(statuses: Sequence[str]) -> str:
    if not statuses:
        return "withheld"
    return statuses[0] if len(set(statuses)) == 1 else "partial"
