"""Ranking: compute the boards and mover lists of a snapshot, and store them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import Connection, Row, func, select, update
from sqlmodel import Session, col

from app.content.commands.comparisons import (
    NO_BASELINE,
    Comparison,
    Comparisons,
    Looked,
    comparable,
)
from app.content.commands.transaction import Transaction
from app.content.trends import ranking
from app.content.trends.board_entries import BoardEntry, pack, subjects_of, unpack
from app.content.trends.ranking import Ranked, Seen
from app.models.board import Board, BoardList
from app.models.snapshot import Observation
from app.models.subject import Subject
from app.models.values import Window

WINDOWS: tuple[Window, ...] = get_args(Window)
LISTS: tuple[BoardList, ...] = get_args(BoardList)
BOARDS_AT_ONCE = 30
"""Earlier boards per statement: about 5 kB each."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The lists of a snapshot before they are stored."""

    boards: Sequence[Board]
    week: Sequence[Ranked]
    """The trending board of the week; its scores and ranks are also stored per observation."""


def rank(session: Session, looked: Looked) -> Ranking:
    """Compute all lists of a snapshot. Read-only; takes long if there are many subjects."""
    seen = looked.seen()
    comparisons = Comparisons(session, looked)
    boards: list[Board] = []
    week: Sequence[Ranked] = ()
    for window in WINDOWS:
        comparison = comparisons.of(window)
        compared = comparable(seen, comparison)
        lists = _rank(looked, comparison, compared)
        place = _Place(session, looked, window, comparison, comparisons.earlier)
        boards += (_board(place, name, ranked, compared) for name, ranked in lists.items())
        if window == "week":
            week = lists["trending"]
    return Ranking(boards, week)


def rank_on(connection: Connection, looked: Looked) -> Ranking:
    """Compute all lists of a snapshot on a separate connection, while others write."""
    with Session(connection) as session:
        return rank(session, looked)


def store(tx: Transaction, lists: Ranking, *, snapshot_id: int) -> None:
    """Store the lists of a snapshot, and the scores and ranks of the week per observation."""
    tx.session.add_all(lists.boards)
    if lists.week:
        tx.session.execute(
            update(Observation),
            [
                {
                    "subject_id": place.subject_id,
                    "snapshot_id": snapshot_id,
                    "score": place.score,
                    "rank": place.rank,
                }
                for place in lists.week
            ],
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """What the lists of one window are made from."""

    session: Session
    looked: Looked
    window: Window
    comparison: Comparison
    earlier: Sequence[Row[Any]]


def _rank(
    looked: Looked, comparison: Comparison, seen: Sequence[Seen]
) -> dict[BoardList, list[Ranked]]:
    baseline = comparison.baseline
    if baseline is None:
        return {name: [] for name in LISTS}
    board = ranking.trending(seen, baseline, kind=looked.kind)
    if comparison.is_of_star_days:
        # Movers need our own observations at both ends of the window.
        return {"trending": board, "up": [], "down": []}
    return {
        "trending": board,
        "up": ranking.movers(seen, baseline, is_up=True),
        "down": ranking.movers(seen, baseline, is_up=False),
    }


def _board(
    place: _Place, name: BoardList, ranked: Sequence[Ranked], compared: Sequence[Seen]
) -> Board:
    looked, comparison = place.looked, place.comparison
    is_withheld = comparison.status == "withheld" or (
        comparison.is_of_star_days and name != "trending"
    )
    if name != "trending":
        method = ranking.MOVERS_METHOD
    elif comparison.is_of_star_days:
        method = ranking.STAR_DAYS_METHOD
    else:
        method = ranking.method_of(ranked)
    tracked = 0
    if comparison.baseline is not None and not is_withheld:
        tracked = ranking.tracked(compared, comparison.baseline)
    return Board(
        snapshot_id=looked.snapshot_id,
        source=looked.source,
        kind=looked.kind,
        list=name,
        window=place.window,
        observed_at=looked.observed_at,
        baseline_snapshot_id=None if is_withheld else comparison.snapshot_id,
        span_days=None if is_withheld else comparison.span_days,
        tracked=tracked,
        method=method,
        status="withheld" if is_withheld else comparison.status,
        reason=NO_BASELINE if is_withheld else comparison.reason,
        entry_count=len(ranked),
        entries=pack(_entries(place, name, ranked)),
    )


def _entries(place: _Place, name: BoardList, ranked: Sequence[Ranked]) -> list[BoardEntry]:
    if not ranked:
        return []
    session, looked, window = place.session, place.looked, place.window
    before = _board_before(session, looked, name, window)
    days = 0 if before is None else (looked.observed_at.date() - before.observed_at.date()).days
    stood = {} if before is None else {e.subject_id: e for e in unpack(before.entries)}
    compared = _ranks_of(session, place.comparison.snapshot_id, name, window)
    new = [each.subject_id for each in ranked if each.subject_id not in stood]
    once = _stood_before(place, name, new)
    bursts = _bursts(place, ranked)
    entries = []
    for each in ranked:
        subject_id, sighting = each.subject_id, looked.sightings[each.subject_id]
        last = stood.get(subject_id)
        entries.append(
            BoardEntry(
                looked.profile_ids[subject_id],
                subject_id,
                each.rank,
                each.score,
                compared.get(subject_id),
                each.change,
                sighting.stars,
                sighting.likes,
                sighting.downloads,
                sighting.forks,
                streak=1 if last is None or days > 1 else last.streak + days,
                is_newcomer=last is None and subject_id not in once,
                has_returned=last is None and subject_id in once,
                is_burst=subject_id in bursts,
                basis="star_history" if place.comparison.is_of_star_days else each.basis,
                base=each.base,
            )
        )
    return entries


def _board_before(
    session: Session, looked: Looked, name: BoardList, window: Window
) -> Row[Any] | None:
    return session.execute(
        select(col(Board.observed_at), col(Board.entries))
        .where(
            col(Board.source) == looked.source,
            col(Board.kind) == looked.kind,
            col(Board.list) == name,
            col(Board.window) == window,
            col(Board.observed_at) < looked.observed_at,
            col(Board.status) != "withheld",
        )
        .order_by(col(Board.observed_at).desc())
        .limit(1)
    ).first()


def _ranks_of(
    session: Session, snapshot_id: int | None, name: BoardList, window: Window
) -> dict[int, int]:
    """Return the ranks on the same list of the baseline snapshot."""
    if snapshot_id is None:
        return {}
    entries = session.execute(
        select(col(Board.entries)).where(
            col(Board.snapshot_id) == snapshot_id,
            col(Board.list) == name,
            col(Board.window) == window,
        )
    ).scalar_one_or_none()
    return {} if entries is None else {entry.subject_id: entry.rank for entry in unpack(entries)}


def _stood_before(place: _Place, name: BoardList, subject_ids: Sequence[int]) -> set[int]:
    """Return which of the subjects were on an earlier board of the same list and window.

    Boards are read newest first, back to when the oldest of the subjects was first seen.
    """
    if not subject_ids:
        return set()
    session, looked = place.session, place.looked
    known_since = session.execute(
        select(func.min(col(Subject.first_seen_at))).where(col(Subject.id).in_(subject_ids))
    ).scalar_one()
    earlier = (
        select(col(Board.observed_at), col(Board.entries))
        .where(
            col(Board.source) == looked.source,
            col(Board.kind) == looked.kind,
            col(Board.list) == name,
            col(Board.window) == place.window,
            col(Board.observed_at) >= known_since,
            col(Board.entry_count) > 0,
        )
        .order_by(col(Board.observed_at).desc())
        .limit(BOARDS_AT_ONCE)
    )
    sought, found, before = set(subject_ids), set[int](), looked.observed_at
    while len(found) < len(sought):
        # Pages instead of a cursor: on PostgreSQL there is no transaction here.
        boards = session.execute(earlier.where(col(Board.observed_at) < before)).all()
        for board in boards:
            found |= sought.intersection(subjects_of(board.entries))
        if len(boards) < BOARDS_AT_ONCE:
            break
        before = boards[-1].observed_at
    return found


def _bursts(place: _Place, ranked: Sequence[Ranked]) -> set[int]:
    """Return the subjects that gained nearly everything between two snapshots."""
    session, looked, window, earlier = place.session, place.looked, place.window, place.earlier
    length = ranking.WINDOW_LENGTHS[window] + ranking.TOLERANCES[window]
    within = [row.id for row in earlier if looked.observed_at - row.observed_at <= length]
    if window == "day" or len(within) < 2:
        return set()
    counter = col(getattr(Observation, looked.counter))
    rows = session.execute(
        select(col(Observation.subject_id), counter)
        .where(
            col(Observation.subject_id).in_([each.subject_id for each in ranked]),
            col(Observation.snapshot_id).in_(within),
            counter.is_not(None),
        )
        .order_by(col(Observation.subject_id), col(Observation.snapshot_id))
    )
    steps: dict[int, list[int]] = {each.subject_id: [] for each in ranked}
    for subject_id, count in rows:
        steps[subject_id].append(count)
    return {
        subject_id
        for subject_id, counts in steps.items()
        if ranking.is_burst([*counts, getattr(looked.sightings[subject_id], looked.counter)])
    }
