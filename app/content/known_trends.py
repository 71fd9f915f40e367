"""What is kept of the trends of one database at one version: names of subjects, and snapshots.

Judging figures needs both again and again, and they change only with a sync.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import col

from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.verdicts import FRESH, History
from app.content.trends.ranking import TOLERANCES, WINDOW_LENGTHS
from app.models.base import columns
from app.models.content_version import TRENDING, ContentVersion
from app.models.shown_name import has_title
from app.models.snapshot import PENDING, Snapshot
from app.models.source import source_named
from app.models.subject import Subject, SubjectProfile
from app.models.values import Window

ROWS_AT_ONCE = 1_000
"""Rows of one statement: reading 20,000 at once would occupy the event loop of PostgreSQL."""
NEWEST = 3
"""Fresh snapshots of a kind that are read first: mostly the newest one decides."""

MAX_KEPT = 10_000
"""Observations of histories that are kept: about 4 MB."""

_NEVER = datetime.max.replace(tzinfo=UTC)

Board = tuple[str, str]
"""Source and kind."""


class Taken(NamedTuple):
    """A snapshot: in order of time, and of two at one instant the newer one is greater."""

    observed_at: datetime
    snapshot_id: int
    is_complete: bool


class Snapshots:
    """The snapshots that have observations."""

    def __init__(self, rows: Iterable[Row[Any]]) -> None:
        """`rows`: those of `select_snapshots`."""
        self.by_id: dict[int, Taken] = {}
        self._of_board: dict[Board, list[Taken]] = {}
        for row in rows:
            taken = Taken(row.observed_at, row.id, row.status == "complete")
            self.by_id[row.id] = taken
            self._of_board.setdefault((row.source, row.kind), []).append(taken)
        for each in self._of_board.values():
            each.sort()

    def first_after(self, instant: datetime) -> datetime:
        """Return when the first snapshot after an instant was taken: a clock may be ahead."""
        later = (each.observed_at for each in self.by_id.values() if each.observed_at > instant)
        return min(later, default=_NEVER)

    def deciding(
        self, boards: Mapping[Board, frozenset[Window]], *, printed_at: datetime
    ) -> frozenset[int]:
        """Return the snapshots that decide most figures of some boards.

        They are the newest ones that are fresh, and those that changes over a window can begin
        with.
        """
        found: set[int] = set()
        for board, windows in boards.items():
            taken = self._of_board.get(board, [])
            newest = _between(taken, printed_at - FRESH, printed_at)[-NEWEST:]
            found.update(each.snapshot_id for each in newest)
            for window in windows:
                length, slack = WINDOW_LENGTHS[window], TOLERANCES[window]
                for each in newest:
                    ideal = each.observed_at - length
                    near = _between(taken, ideal - slack, ideal + slack)
                    found.update(base.snapshot_id for base in near)
        return frozenset(found)


def _between(taken: Sequence[Taken], first: datetime, last: datetime) -> Sequence[Taken]:
    start = bisect_left(taken, first, key=_instant)
    return taken[start : bisect_right(taken, last, key=_instant)]


def _instant(taken: Taken) -> datetime:
    return taken.observed_at


class KeptHistories:
    """Whole histories of the subjects judged last, for the next save of the same draft."""

    def __init__(self) -> None:
        self._histories: dict[int, History] = {}
        self._observations = 0

    def find(self, subjects: Iterable[int]) -> dict[int, History]:
        """Return the histories that are kept of some subjects."""
        kept = self._histories
        return {each: kept[each] for each in subjects if each in kept}

    def keep(self, histories: Mapping[int, History]) -> None:
        """Keep histories; where there are too many, in place of all earlier ones."""
        added = sum(len(each) + 1 for each in histories.values())
        if added > MAX_KEPT:
            return
        if self._observations + added > MAX_KEPT:
            self._histories, self._observations = {}, 0
        self._histories = {**self._histories, **histories}
        self._observations += added


@dataclass(frozen=True, slots=True)
class Trends:
    """Names, snapshots and histories at one version."""

    version: int
    names: NameIndex
    snapshots: Snapshots
    histories: KeptHistories = field(default_factory=KeptHistories)


class KnownTrends:
    """The trends that a process read last."""

    def __init__(self) -> None:
        self.trends: Trends | None = None

    def at(self, version: int) -> Trends | None:
        """Return the trends if they are of this version."""
        known = self.trends
        return known if known is not None and known.version == version else None

    def keep(self, trends: Trends) -> Trends:
        """Replace the trends."""
        self.trends = trends
        return trends


@cache
def select_trends_version() -> Select[Any]:
    """Select the version of the trends."""
    return select(col(ContentVersion.number)).where(col(ContentVersion.name) == TRENDING)


@cache
def select_names() -> Select[Any]:
    """Select names with an id above `after`, by it; at most `ROWS_AT_ONCE`."""
    return (
        select(
            *columns(Subject, "source", "kind", "external_id", "profile_id"),
            col(Subject.id).label("subject_id"),
            col(SubjectProfile.id),
            col(SubjectProfile.external_id).label("bore"),
            *columns(SubjectProfile, "name", "url"),
        )
        .join(Subject, col(Subject.id) == col(SubjectProfile.subject_id))
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .where(col(SubjectProfile.id) > bindparam("after"), col(Snapshot.status) != PENDING)
        .order_by(col(SubjectProfile.id))
        .limit(ROWS_AT_ONCE)
    )


@cache
def select_snapshots() -> Select[Any]:
    """Select snapshots that have observations, with an id above `after`, by it."""
    return (
        select(*columns(Snapshot, "id", "source", "kind", "observed_at", "status"))
        .where(
            col(Snapshot.id) > bindparam("after"),
            col(Snapshot.status).in_(("complete", "partial")),
            col(Snapshot.thinned_at).is_(None),
        )
        .order_by(col(Snapshot.id))
        .limit(ROWS_AT_ONCE)
    )


def names_of(rows: Iterable[Row[Any]]) -> NameIndex:
    """Build the index of names of all rows of `select_names`."""
    profiles: dict[int, list[Row[Any]]] = {}
    for row in rows:
        profiles.setdefault(row.subject_id, []).append(row)
    return NameIndex(_subject(found) for found in profiles.values())


def _subject(profiles: Sequence[Row[Any]]) -> NamedSubject:
    newest = profiles[-1]
    source = source_named(newest.source)
    return NamedSubject(
        newest.subject_id,
        newest.source,
        newest.kind,
        newest.external_id,
        source.page_of(kind=newest.kind, external_id=newest.external_id),
        former_ids=tuple({row.bore for row in profiles} - {newest.external_id}),
        title=newest.name if has_title(newest.name, newest.external_id) else None,
    )
