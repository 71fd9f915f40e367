"""Rank a snapshot: its boards and mover lists, computed once and stored with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Row, func, select, update
from sqlmodel import col

from app.content import ranking
from app.content.board_entries import BoardEntry, pack, unpack
from app.content.commands.transaction import Transaction
from app.content.ranking import Baseline, Ranked, Seen
from app.models.board import Board, BoardList
from app.models.sighting import Sighting
from app.models.snapshot import DEMO, Observation, Snapshot
from app.models.values import EntryKind, SourceName, Window

WINDOWS: tuple[Window, ...] = get_args(Window)
LISTS: tuple[BoardList, ...] = get_args(BoardList)

NO_BASELINE = "no_baseline"
STAR_HISTORY = "star_history"

_LONGEST = 2 * (ranking.WINDOW_LENGTHS["month"] + ranking.TOLERANCES["month"])


@dataclass(frozen=True, slots=True)
class Looked:
    """A snapshot as it was written; everything by the ids of subjects."""

    snapshot_id: int
    source: SourceName
    kind: EntryKind
    observed_at: datetime
    is_partial: bool
    reason: str | None
    sightings: Mapping[int, Sighting]
    profile_ids: Mapping[int, int]
    star_days: Mapping[int, Sequence[tuple[Date, int]]]

    @property
    def counter(self) -> str:
        return ranking.RULES[self.kind].counter

    def seen(self) -> list[Seen]:
        """The subjects to rank: those whose counter was told."""
        found = []
        for subject_id, sighting in self.sightings.items():
            count = getattr(sighting, self.counter)
            if count is not None:
                found.append(
                    Seen(
                        subject_id,
                        sighting.external_id,
                        count,
                        sighting.downloads,
                        sighting.created_at,
                    )
                )
        return found


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What a window is compared with, and what is to be said about it."""

    baseline: Baseline | None
    snapshot_id: int | None
    span_days: float | None
    status: str
    reason: str | None
    is_of_star_days: bool = False


def rank_snapshot(tx: Transaction, looked: Looked) -> None:
    """Compute and store every list of a snapshot."""
    seen = looked.seen()
    earlier = _earlier(tx, looked)
    for window in WINDOWS:
        comparison = _comparison(tx, looked, window, earlier)
        lists = _rank(looked, comparison, _comparable(seen, comparison, looked))
        for name, ranked in lists.items():
            _store(tx, looked, name, window, comparison, ranked, seen, earlier)
        if window == "week":
            _note_ranks(tx, looked, lists["trending"])


def _earlier(tx: Transaction, looked: Looked) -> Sequence[Row[Any]]:
    """Snapshots of the same kind that can still be compared with, oldest first."""
    return tx.session.execute(
        select(col(Snapshot.id), col(Snapshot.observed_at), col(Snapshot.status))
        .where(
            col(Snapshot.source) == looked.source,
            col(Snapshot.kind) == looked.kind,
            col(Snapshot.observed_at) >= looked.observed_at - _LONGEST,
            col(Snapshot.observed_at) < looked.observed_at,
            col(Snapshot.status) != "failed",
            col(Snapshot.thinned_at).is_(None),
            (func.coalesce(col(Snapshot.reason), "") == DEMO) == (looked.reason == DEMO),
        )
        .order_by(col(Snapshot.observed_at))
    ).all()


def _nearest(earlier: Sequence[Row[Any]], now: datetime, window: Window) -> Row[Any] | None:
    # A partial snapshot lacks subjects: it is compared with where there is no whole one.
    for status in ("complete", "partial"):
        candidates = [row for row in earlier if row.status == status]
        found = ranking.nearest(
            candidates, instant=lambda row: row.observed_at, now=now, window=window
        )
        if found is not None:
            return found
    return None


def _comparison(
    tx: Transaction, looked: Looked, window: Window, earlier: Sequence[Row[Any]]
) -> _Comparison:
    found = _nearest(earlier, looked.observed_at, window)
    if found is None:
        if looked.star_days:
            return _by_star_days(looked, window)
        return _Comparison(None, None, None, "withheld", NO_BASELINE)
    past = _nearest(earlier, found.observed_at, window)
    baseline = Baseline(
        found.observed_at,
        _counters(tx, looked, found.id),
        _counters(tx, looked, past.id) if past is not None else {},
    )
    span = looked.observed_at - found.observed_at
    return _Comparison(
        baseline,
        found.id,
        round(span / timedelta(days=1), 3),
        "partial" if looked.is_partial else "ok",
        looked.reason if looked.is_partial else None,
    )


def _by_star_days(looked: Looked, window: Window) -> _Comparison:
    """Compare with what the source says of past days: nothing else can in the first week."""
    length = ranking.WINDOW_LENGTHS[window]
    since = (looked.observed_at - length).date()
    counters = {
        subject_id: max(
            (looked.sightings[subject_id].stars or 0)
            - sum(stars for day, stars in days if day >= since),
            0,
        )
        for subject_id, days in looked.star_days.items()
    }
    return _Comparison(
        Baseline(looked.observed_at - length, counters, {}),
        None,
        length / timedelta(days=1),
        "partial",
        STAR_HISTORY,
        is_of_star_days=True,
    )


def _comparable(seen: Sequence[Seen], comparison: _Comparison, looked: Looked) -> Sequence[Seen]:
    if not comparison.is_of_star_days:
        return seen
    return [each for each in seen if each.subject_id in looked.star_days]


def _counters(tx: Transaction, looked: Looked, snapshot_id: int) -> dict[int, int]:
    counter = col(getattr(Observation, looked.counter))
    rows = tx.session.execute(
        select(col(Observation.subject_id), counter).where(
            col(Observation.snapshot_id) == snapshot_id, counter.is_not(None)
        )
    )
    return {subject_id: count for subject_id, count in rows}  # noqa: C416 (rows are no pairs)


def _rank(
    looked: Looked, comparison: _Comparison, seen: Sequence[Seen]
) -> dict[BoardList, list[Ranked]]:
    baseline = comparison.baseline
    if baseline is None:
        return {name: [] for name in LISTS}
    board = ranking.trending(seen, baseline, kind=looked.kind)
    if comparison.is_of_star_days:
        # Movers are those that we saw at both ends ourselves.
        return {"trending": board, "up": [], "down": []}
    return {
        "trending": board,
        "up": ranking.movers(seen, baseline, is_up=True),
        "down": ranking.movers(seen, baseline, is_up=False),
    }


def _store(
    tx: Transaction,
    looked: Looked,
    name: BoardList,
    window: Window,
    comparison: _Comparison,
    ranked: Sequence[Ranked],
    seen: Sequence[Seen],
    earlier: Sequence[Row[Any]],
) -> None:
    is_withheld = comparison.status == "withheld" or (
        comparison.is_of_star_days and name != "trending"
    )
    if comparison.is_of_star_days:
        method = ranking.STAR_DAYS_METHOD
    else:
        method = ranking.TRENDING_METHOD if name == "trending" else ranking.MOVERS_METHOD
    compared = 0
    if comparison.baseline is not None and not is_withheld:
        compared = ranking.tracked(_comparable(seen, comparison, looked), comparison.baseline)
    tx.session.add(
        Board(
            snapshot_id=looked.snapshot_id,
            source=looked.source,
            kind=looked.kind,
            list=name,
            window=window,
            observed_at=looked.observed_at,
            baseline_snapshot_id=None if is_withheld else comparison.snapshot_id,
            span_days=None if is_withheld else comparison.span_days,
            tracked=compared,
            method=method if name == "trending" else ranking.MOVERS_METHOD,
            status="withheld" if is_withheld else comparison.status,
            reason=NO_BASELINE if is_withheld else comparison.reason,
            entry_count=len(ranked),
            entries=pack(_entries(tx, looked, name, window, comparison, ranked, earlier)),
        )
    )


def _entries(
    tx: Transaction,
    looked: Looked,
    name: BoardList,
    window: Window,
    comparison: _Comparison,
    ranked: Sequence[Ranked],
    earlier: Sequence[Row[Any]],
) -> list[BoardEntry]:
    if not ranked:
        return []
    before = _board_before(tx, looked, name, window)
    days = 0 if before is None else (looked.observed_at.date() - before.observed_at.date()).days
    stood = {} if before is None else {e.subject_id: e for e in unpack(before.entries)}
    compared = _ranks_of(tx, comparison.snapshot_id, name, window)
    new = [place.subject_id for place in ranked if place.subject_id not in stood]
    once = _ever_ranked(tx, new, looked.snapshot_id)
    bursts = _bursts(tx, looked, ranked, earlier, window)
    entries = []
    for place in ranked:
        subject_id, sighting = place.subject_id, looked.sightings[place.subject_id]
        last = stood.get(subject_id)
        entries.append(
            BoardEntry(
                looked.profile_ids[subject_id],
                subject_id,
                place.rank,
                place.score,
                compared.get(subject_id),
                place.change,
                sighting.stars,
                sighting.likes,
                sighting.downloads,
                sighting.forks,
                streak=1 if last is None or days > 1 else last.streak + days,
                is_newcomer=last is None and subject_id not in once,
                has_returned=last is None and subject_id in once,
                is_burst=subject_id in bursts,
            )
        )
    return entries


def _board_before(
    tx: Transaction, looked: Looked, name: BoardList, window: Window
) -> Row[Any] | None:
    return tx.session.execute(
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
    tx: Transaction, snapshot_id: int | None, name: BoardList, window: Window
) -> dict[int, int]:
    """The ranks on the list of the snapshot that is compared with."""
    if snapshot_id is None:
        return {}
    entries = tx.session.execute(
        select(col(Board.entries)).where(
            col(Board.snapshot_id) == snapshot_id,
            col(Board.list) == name,
            col(Board.window) == window,
        )
    ).scalar_one_or_none()
    return {} if entries is None else {entry.subject_id: entry.rank for entry in unpack(entries)}


def _ever_ranked(tx: Transaction, subject_ids: Sequence[int], snapshot_id: int) -> set[int]:
    """Which of some subjects stood on a week board before."""
    return set(
        tx.session.execute(
            select(col(Observation.subject_id))
            .where(
                col(Observation.subject_id).in_(subject_ids),
                col(Observation.snapshot_id) != snapshot_id,
                col(Observation.rank).is_not(None),
            )
            .distinct()
        ).scalars()
    )


def _bursts(
    tx: Transaction,
    looked: Looked,
    ranked: Sequence[Ranked],
    earlier: Sequence[Row[Any]],
    window: Window,
) -> set[int]:
    """Which of the ranked gained nearly everything between two looks."""
    length = ranking.WINDOW_LENGTHS[window] + ranking.TOLERANCES[window]
    within = [row.id for row in earlier if looked.observed_at - row.observed_at <= length]
    if window == "day" or len(within) < 2:
        return set()
    counter = col(getattr(Observation, looked.counter))
    rows = tx.session.execute(
        select(col(Observation.subject_id), counter)
        .where(
            col(Observation.subject_id).in_([place.subject_id for place in ranked]),
            col(Observation.snapshot_id).in_(within),
            counter.is_not(None),
        )
        .order_by(col(Observation.subject_id), col(Observation.snapshot_id))
    )
    steps: dict[int, list[int]] = {place.subject_id: [] for place in ranked}
    for subject_id, count in rows:
        steps[subject_id].append(count)
    return {
        subject_id
        for subject_id, counts in steps.items()
        if ranking.is_burst([*counts, getattr(looked.sightings[subject_id], looked.counter)])
    }


def _note_ranks(tx: Transaction, looked: Looked, board: Sequence[Ranked]) -> None:
    """Keep score and rank of the week board beside each observation, for histories."""
    if board:
        tx.session.execute(
            update(Observation),
            [
                {
                    "subject_id": place.subject_id,
                    "snapshot_id": looked.snapshot_id,
                    "score": place.score,
                    "rank": place.rank,
                }
                for place in board
            ],
        )
