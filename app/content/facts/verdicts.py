"""Verdicts: claims compared with what was observed of their subjects. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, get_args

from app.content.facts.claims import Claim
from app.content.facts.counters import column_of
from app.content.trends.ranking import microseconds, nearest_index
from app.models.values import Window

Verdict = Literal["supported", "contradicted", "stale", "unknown"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

FRESH = timedelta(hours=48)
"""Age up to which an observation supports a number."""


class Observed(NamedTuple):
    """The counters of a subject in one snapshot."""

    observed_at: datetime
    snapshot_id: int
    is_complete: bool
    counters: Mapping[str, int | None]


class History:
    """The observations of one subject."""

    def __init__(self, observed: Sequence[Observed] = ()) -> None:
        """`observed`: newest first."""
        self._observed = observed
        self._having: dict[str, Sequence[Observed]] = {}
        self._by_time: dict[tuple[str, bool], tuple[Sequence[int], Sequence[int | None]]] = {}

    def having(self, column: str) -> Sequence[Observed]:
        """Return the observations that have a counter, newest first."""
        found = self._having.get(column)
        if found is None:
            found = [each for each in self._observed if each.counters.get(column) is not None]
            self._having[column] = found
        return found

    def baseline(self, column: str, now: datetime, window: Window) -> int | None:
        """Return the counter at the beginning of a window, by the rules of boards."""
        for is_complete in (True, False):
            instants, counts = self._in_order_of_time(column, is_complete=is_complete)
            found = nearest_index(instants, now=microseconds(now), window=window)
            if found is not None:
                return counts[found]
        return None

    def _in_order_of_time(
        self, column: str, *, is_complete: bool
    ) -> tuple[Sequence[int], Sequence[int | None]]:
        """Return the instants of observations, earliest first, and their counts."""
        found = self._by_time.get((column, is_complete))
        if found is None:
            having = [each for each in self.having(column) if each.is_complete == is_complete]
            having.reverse()
            found = self._by_time[column, is_complete] = (
                [microseconds(each.observed_at) for each in having],
                [each.counters[column] for each in having],
            )
        return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was observed: a counter, or its change over a window that ends there."""

    value: int
    observed_at: datetime
    snapshot_id: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its verdict."""

    claim: Claim
    verdict: Verdict
    evidence: Evidence | None
    """The observation that supports, contradicts or once supported it; the newest for an unknown
    claim of a known subject."""


def judge(claim: Claim, history: History, *, printed_at: datetime) -> Judged:
    """Compare a claim with the observations before it was printed.

    The newest observation decides if it is fresh. A number that only an older one agrees with is
    stale.
    """
    # One at a time: mostly the newest observation decides.
    evidence = _evidence(claim, history, printed_at=printed_at)
    newest = next(evidence, None)
    if newest is None:
        return Judged(claim, "unknown", None)
    if claim.range is None:
        return Judged(claim, "unknown", newest)
    if claim.range.agrees(newest.value):
        is_fresh = printed_at - newest.observed_at <= FRESH
        return Judged(claim, "supported" if is_fresh else "stale", newest)
    if not claim.range.contradicts(newest.value):
        return Judged(claim, "unknown", newest)
    for older in evidence:
        if older is not None and claim.range.agrees(older.value):
            return Judged(claim, "stale", older)
    return Judged(claim, "contradicted", newest)


def needs_more(judged: Judged) -> bool:
    """Whether observations that were left out can change a verdict or its evidence."""
    return judged.verdict != "supported" and judged.claim.range is not None


def count_of(judged: Iterable[Judged]) -> dict[Verdict, int]:
    """Count claims by verdict."""
    counts = dict.fromkeys(VERDICTS, 0)
    for each in judged:
        counts[each.verdict] += 1
    return counts


def _evidence(claim: Claim, history: History, *, printed_at: datetime) -> Iterator[Evidence | None]:
    """Yield what each observation shows of a claim, newest first; `None` for no baseline."""
    column = column_of(claim.counter)
    for each in history.having(column):
        if each.observed_at > printed_at:
            continue
        value = each.counters[column]
        assert value is not None, "an observation that has the counter"
        if not claim.is_change:
            yield Evidence(value, each.observed_at, each.snapshot_id)
            continue
        window = claim.window
        before = None if window is None else history.baseline(column, each.observed_at, window)
        if before is None:
            yield None
        else:
            yield Evidence(value - before, each.observed_at, each.snapshot_id)
