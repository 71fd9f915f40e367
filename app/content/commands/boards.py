"""Ranking: compute the boards and mover lists of a snapshot, and store them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import Connection, Row, bindparam, func, select, update
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

# Built once: a snapshot needs some of these nine times, and to build one costs more than to run it.
_OF_LIST = (
    col(Board.source) == bindparam("source"),
    col(Board.kind) == bindparam("kind"),
    col(Board.list) == bindparam("list"),
    col(Board.window) == bindparam("window"),
    col(Board.observed_at) < bindparam("before"),
)
_BOARD_BEFORE = (
    select(col(Board.observed_at), col(Board.entries))
    .where(*_OF_LIST, col(Board.status) != "withheld")
    .order_by(col(Board.observed_at).desc())
    .limit(1)
)
_BOARDS_SINCE = (
    select(col(Board.observed_at), col(Board.entries))
    .where(
        *_OF_LIST, col(Board.observed_at) >= bindparam("known_since"), col(Board.entry_count) > 0
    )
    .order_by(col(Board.observed_at).desc())
    .limit(BOARDS_AT_ONCE)
)
_BOARDS_OF_SNAPSHOT = select(col(Board.list), col(Board.entries)).where(
    col(Board.snapshot_id) == bindparam("snapshot_id"), col(Board.window) == bindparam("window")
)
_KNOWN_SINCE = select(func.min(col(Subject.first_seen_at))).where(
    col(Subject.id).in_(bindparam("subject_ids", expanding=True))
)


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
        on_lists = {each.subject_id for ranked in lists.values() for each in ranked}
        within = _within(window, looked, comparisons.earlier)
        place = _Place(
            session,
            looked,
            window,
            comparison,
            compared=_boards_of(session, comparison.snapshot_id, window),
            bursts=_bursts(session, looked, within, on_lists),
        )
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
    compared: Mapping[str, bytes]
    """The entries of each list of the baseline snapshot, packed."""
    bursts: Set[int]
    """The subjects that gained nearly everything between two snapshots."""


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
    of_list = {
        "source": looked.source,
        "kind": looked.kind,
        "list": name,
        "window": window,
        "before": looked.observed_at,
    }
    before = session.execute(_BOARD_BEFORE, of_list).first()
    days = 0 if before is None else (looked.observed_at.date() - before.observed_at.date()).days
    stood = {} if before is None else {e.subject_id: e for e in unpack(before.entries)}
    packed = place.compared.get(name)
    compared = {} if packed is None else {e.subject_id: e.rank for e in unpack(packed)}
    new = [each.subject_id for each in ranked if each.subject_id not in stood]
    once = _stood_before(session, of_list, new)
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
                is_burst=subject_id in place.bursts,
                basis="star_history" if place.comparison.is_of_star_days else each.basis,
                base=each.base,
            )
        )
    return entries


def _boards_of(session: Session, snapshot_id: int | None, window: Window) -> Mapping[str, bytes]:
    """Return the packed entries of the lists of a baseline snapshot, by name."""
    if snapshot_id is None:
        return {}
    found = session.execute(_BOARDS_OF_SNAPSHOT, {"snapshot_id": snapshot_id, "window": window})
    return {row.list: row.entries for row in found}


def _stood_before(
    session: Session, of_list: Mapping[str, object], subject_ids: Sequence[int]
) -> set[int]:
    """Return which of the subjects were on an earlier board of the same list and window.

    Boards are read newest first, back to when the oldest of the subjects was first seen.
    """
    if not subject_ids:
        return set()
    known_since = session.execute(_KNOWN_SINCE, {"subject_ids": subject_ids}).scalar_one()
    sought, found = set(subject_ids), set[int]()
    page = {**of_list, "known_since": known_since}
    while len(found) < len(sought):
        # Pages instead of a cursor: on PostgreSQL there is no transaction here.
        boards = session.execute(_BOARDS_SINCE, page).all()
        for board in boards:
            found |= sought.intersection(subjects_of(board.entries))
        if len(boards) < BOARDS_AT_ONCE:
            break
        page["before"] = boards[-1].observed_at
    return found


def _within(window: Window, looked: Looked, earlier: Sequence[Row[Any]]) -> list[int]:
    """Return the earlier snapshots in which a burst would show; none for a day."""
    if window == "day":
        return []
    length = ranking.WINDOW_LENGTHS[window] + ranking.TOLERANCES[window]
    return [row.id for row in earlier if looked.observed_at - row.observed_at <= length]


def _bursts(
    session: Session, looked: Looked, within: Sequence[int], subject_ids: Set[int]
) -> set[int]:
    """Return the subjects that gained nearly everything between two snapshots."""
    if len(within) < 2 or not subject_ids:
        return set()
    counter = col(getattr(Observation, looked.counter))
    rows = session.execute(
        select(col(Observation.subject_id), counter)
        .where(
            col(Observation.subject_id).in_(sorted(subject_ids)),
            col(Observation.snapshot_id).in_(within),
            counter.is_not(None),
        )
        .order_by(col(Observation.subject_id), col(Observation.snapshot_id))
    )
    steps: dict[int, list[int]] = {subject_id: [] for subject_id in subject_ids}
    for subject_id, count in rows:
        steps[subject_id].append(count)
    return {
        subject_id
        for subject_id, counts in steps.items()
        if ranking.is_burst([*counts, getattr(looked.sightings[subject_id], looked.counter)])
    }
