"""Judging claims by the observations of their subjects, step by step.

Each step names a statement and takes its rows, so that queries and commands run the same steps.
"""

from collections import ChainMap, defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Row, Select, bindparam, select
from sqlmodel import col

from app.content.checked_heads import CheckedHeads, holds_until
from app.content.facts.claims import Claim
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import History, Judged, Observed, judge, needs_more
from app.content.known_trends import Board, KnownTrends, Snapshots, Trends
from app.models.base import columns
from app.models.snapshot import COUNTERS, Observation
from app.models.values import Window

MAX_HISTORY = 20_000
"""Observations of all subjects of an issue that are read to tell stale from contradicted."""

T = TypeVar("T")
Statement = tuple[Select[Any], Mapping[str, object]]
Steps = Generator[Statement, Sequence[Row[Any]], T]
"""Yields statements, is sent their rows, and returns a result."""
Histories = Mapping[int, History]
NEVER = History()
"""The history of what was never observed."""


class Observations:
    """Observations that were read, by subject, at one version of the trends."""

    def __init__(self, trends: Trends) -> None:
        self.trends = trends
        self._deciding: frozenset[int] = frozenset()
        """The snapshots whose observations were read first."""
        self._recent: dict[int, History] = {}
        self._whole: dict[int, History] = {}
        self._judged: tuple[Sequence[Claim], list[Judged], datetime, datetime] | None = None

    def judged(self, claims: Sequence[Claim], *, printed_at: datetime) -> list[Judged] | None:
        """Return the verdicts on claims if the same ones were judged last, and they hold."""
        if self._judged is None:
            return None
        known, judged, since, until = self._judged
        return judged if since <= printed_at < until and known == claims else None

    def keep(
        self, claims: Sequence[Claim], judged: list[Judged], *, printed_at: datetime
    ) -> list[Judged]:
        """Keep verdicts."""
        until = holds_until(judged, self.trends, printed_at=printed_at)
        self._judged = claims, judged, printed_at, until
        return judged

    @property
    def known_whole(self) -> AbstractSet[int]:
        """The subjects whose whole history was read."""
        return self._whole.keys()

    def recent(self, subjects: AbstractSet[int], deciding: frozenset[int]) -> Steps[Histories]:
        """Read what was observed of subjects in some snapshots. One statement, or none."""
        self._whole |= self.trends.histories.find(subjects - self._whole.keys())
        if not deciding <= self._deciding:
            self._deciding, self._recent = deciding, {}
        missing = subjects - self._recent.keys() - self._whole.keys()
        if missing and deciding:
            given = {"ids": sorted(missing), "snapshots": sorted(self._deciding)}
            rows = yield _select_recent(), given
            found = _histories_of(rows, self.trends.snapshots)
            self._recent |= {each: found.get(each, NEVER) for each in missing}
        return ChainMap(self._whole, self._recent)

    def whole(self, subjects: AbstractSet[int]) -> Steps[Histories]:
        """Read all that was observed of subjects. One statement, or none."""
        missing = subjects - self._whole.keys()
        if missing:
            rows = yield _select_histories(), {"ids": sorted(missing), "limit": MAX_HISTORY}
            found = _histories_of(rows, self.trends.snapshots)
            found |= {each: NEVER for each in missing if each not in found}
            self._whole |= found
            if len(rows) < MAX_HISTORY:
                self.trends.histories.keep(found)
        return self._whole


@dataclass(frozen=True, slots=True)
class FiguresAhead:
    """What a write has read before it takes the write lock, to check the figures that it prints."""

    known: KnownTrends = field(default_factory=KnownTrends)
    texts: TextClaims | None = None
    """Figures of texts; `None` if none were read."""
    observations: Observations | None = None
    """What was observed of their subjects."""
    heads: CheckedHeads = field(default_factory=CheckedHeads)


def judging(
    claims: Sequence[Claim], observations: Observations, *, printed_at: datetime
) -> Steps[list[Judged]]:
    """Judge claims. Two statements at most, and none for what was read before.

    First by the observations that decide most claims; where older ones can change a verdict, by the
    whole history of the subject.
    """
    known = observations.judged(claims, printed_at=printed_at)
    if known is not None:
        return known
    boards = _boards_of(claims)
    deciding = observations.trends.snapshots.deciding(boards, printed_at=printed_at)
    subjects = {each.subject.row_id for each in claims if each.subject is not None}
    recent = yield from observations.recent(subjects, deciding)
    judged = [_judged(each, recent, printed_at=printed_at) for each in claims]
    doubtful = {
        each.claim.subject.row_id
        for each in judged
        if each.claim.subject is not None and needs_more(each)
    } - observations.known_whole
    if doubtful:
        whole = yield from observations.whole(doubtful)
        judged = [
            _judged(each.claim, whole, printed_at=printed_at) if needs_more(each) else each
            for each in judged
        ]
    return observations.keep(claims, judged, printed_at=printed_at)


def _boards_of(claims: Iterable[Claim]) -> dict[Board, frozenset[Window]]:
    """Return the boards of the subjects of claims, with the windows of changes."""
    boards: dict[Board, frozenset[Window]] = {}
    for each in claims:
        if each.subject is not None:
            board = (each.subject.source, each.subject.kind)
            windows = frozenset() if each.window is None else frozenset({each.window})
            boards[board] = boards.get(board, frozenset()) | windows
    return boards


def _judged(claim: Claim, histories: Histories, *, printed_at: datetime) -> Judged:
    history = NEVER if claim.subject is None else histories.get(claim.subject.row_id, NEVER)
    return judge(claim, history, printed_at=printed_at)


@cache
def _select_recent() -> Select[Any]:
    snapshots: BindParameter[int] = bindparam("snapshots", expanding=True)
    return _select_observations().where(col(Observation.snapshot_id).in_(snapshots))


@cache
def _select_histories() -> Select[Any]:
    newest_first = col(Observation.snapshot_id).desc()
    return _select_observations().order_by(newest_first).limit(bindparam("limit"))


def _select_observations() -> Select[Any]:
    ids: BindParameter[int] = bindparam("ids", expanding=True)
    return select(*columns(Observation, "subject_id", "snapshot_id", *COUNTERS)).where(
        col(Observation.subject_id).in_(ids)
    )


def _histories_of(rows: Iterable[Sequence[Any]], snapshots: Snapshots) -> dict[int, History]:
    """Group rows of observations by subject; what was recorded since is left out."""
    found: defaultdict[int, list[Observed]] = defaultdict(list)
    for subject_id, snapshot_id, *counters in rows:
        taken = snapshots.by_id.get(snapshot_id)
        if taken is not None:
            found[subject_id].append(Observed(*taken, counters))
    for observed in found.values():
        observed.sort(key=_in_time, reverse=True)
    return {subject_id: History(observed) for subject_id, observed in found.items()}


_in_time = itemgetter(0, 1)
"""By instant, then by snapshot."""
