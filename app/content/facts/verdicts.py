"""Verdicts: claims compared with what was observed of their subjects. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple, get_args

from app.content.facts.claims import Claim
from app.content.facts.counters import column_of
from app.content.facts.numbers import Range
from app.content.trends.ranking import microseconds, nearest_index
from app.models.snapshot import COUNTERS
from app.models.values import Window

Verdict = Literal["supported", "contradicted", "stale", "unknown"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

FRESH = timedelta(hours=48)
"""Age up to which an observation supports a number."""


WEEK = timedelta(days=7)
"""Age of the oldest day that a text calls only "Monday"."""


class Observed(NamedTuple):
    """The counters of a subject in one snapshot."""

    observed_at: datetime
    snapshot_id: int
    is_complete: bool
    counters: Sequence[int | None]
    """In the order of `COUNTERS`."""


class History:
    """The observations of one subject."""

    def __init__(self, observed: Sequence[Observed] = ()) -> None:
        """`observed`: newest first."""
        self._observed = observed
        self._series: dict[str, Series] = {}

    def __len__(self) -> int:
        return len(self._observed)

    def series(self, column: str) -> "Series":
        """Return the observations that have a counter."""
        found = self._series.get(column)
        if found is None:
            place = COUNTERS.index(column)
            having = [each for each in reversed(self._observed) if each.counters[place] is not None]
            found = self._series[column] = Series(having, place)
        return found


class Series:
    """The counts of one counter, earliest first."""

    def __init__(self, observed: Sequence[Observed], place: int) -> None:
        self._observed = observed
        self._counts = [each.counters[place] for each in observed]
        self._changes: dict[Window, Sequence[int | None]] = {}

    def last_before(self, instant: datetime) -> int:
        """Return the index of the newest observation at an instant; -1 for none."""
        return bisect_right(self._observed, instant, key=_instant) - 1

    def values(self, window: Window | None) -> Sequence[int | None]:
        """Return the counts, or their changes over a window; `None` for no baseline."""
        if window is None:
            return self._counts
        found = self._changes.get(window)
        if found is None:
            found = self._changes[window] = self._changes_over(window)
        return found

    def _changes_over(self, window: Window) -> Sequence[int | None]:
        before = _baselines(
            tuple(_microseconds(each.observed_at) for each in self._observed),
            tuple(each.is_complete for each in self._observed),
            window,
        )
        return [
            None if base is None or count is None else count - (self._counts[base] or 0)
            for count, base in zip(self._counts, before, strict=True)
        ]

    def evidence(self, index: int, value: int) -> "Evidence":
        """Return what an observation shows."""
        seen = self._observed[index]
        return Evidence(value, seen.observed_at, seen.snapshot_id)


_microseconds = lru_cache(maxsize=4096)(microseconds)
_instant = attrgetter("observed_at")


@lru_cache(maxsize=256)
def _baselines(
    instants: tuple[int, ...], are_complete: tuple[bool, ...], window: Window
) -> Sequence[int | None]:
    """Return the index of the baseline of each instant, by the rules of boards.

    Subjects of one board are mostly observed at the same instants, so one result serves many.
    """
    places: dict[bool, list[int]] = {True: [], False: []}
    for place, is_complete in enumerate(are_complete):
        places[is_complete].append(place)
    found: list[int | None] = [None] * len(instants)
    for is_complete in (False, True):  # a complete observation is preferred
        among = places[is_complete]
        sorted_instants = [instants[place] for place in among]
        for place, now in enumerate(instants):
            nearest = nearest_index(sorted_instants, now=now, window=window)
            if nearest is not None:
                found[place] = among[nearest]
    return found


class Evidence(NamedTuple):
    """What was observed: a counter, or its change over a window that ends there."""

    value: int
    observed_at: datetime
    snapshot_id: int


class Judged(NamedTuple):
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
    series = history.series(column_of(claim.counter))
    newest = series.last_before(printed_at)
    if newest >= 0 and _is_of_a_month(claim, series, newest):
        claim = claim._replace(is_change=False, window=None, is_of_span=False)
    if newest < 0 or (claim.is_change and claim.window is None):
        return Judged(claim, "unknown", None)
    values = series.values(claim.window if claim.is_change else None)
    value = values[newest]
    if value is None:
        return Judged(claim, "unknown", None)
    evidence = series.evidence(newest, value)
    if claim.range is None:
        return Judged(claim, "unknown", evidence)
    if claim.range.agrees(value):
        is_fresh = printed_at - evidence.observed_at <= FRESH
        return Judged(claim, "supported" if is_fresh else "stale", evidence)
    if claim.is_recent and not _contradicts_week(claim.range, series, newest, printed_at):
        return Judged(claim, "unknown", evidence)
    if not claim.range.contradicts(value) or _has_another_meaning(claim, series, newest):
        return Judged(claim, "unknown", evidence)
    least, most = claim.range.least, claim.range.most
    for index in range(newest - 1, -1, -1):
        older = values[index]
        if older is not None and least <= older <= most:
            return Judged(claim, "stale", series.evidence(index, older))
    return Judged(claim, "contradicted", evidence)


def _is_of_a_month(claim: Claim, series: Series, newest: int) -> bool:
    """Whether downloads over a month are those that the Hub counts, and not the change of them."""
    if not claim.is_of_span or claim.window != "month" or claim.range is None:
        return False
    total = series.values(None)[newest]
    is_all = total is not None and claim.range.agrees(total)
    return is_all or series.values("month")[newest] is None


def _has_another_meaning(claim: Claim, series: Series, newest: int) -> bool:
    """Whether a figure agrees with the other count that its words may mean.

    "Has collected 66,912 stars today" may mean the total. "Was downloaded 66,912 times this week"
    may mean the downloads of the week: at least the change of the count, which is of 30 days, and
    at most the count. Those of a month are the count, or its change.
    """
    total = series.values(None)[newest]
    if claim.range is None or total is None:
        return False
    if not claim.is_of_span:
        return claim.is_change and total > 0 and claim.range.agrees(total)
    change = series.values(claim.window)[newest]
    if change is None:
        return True
    if claim.window == "month":
        return not claim.range.contradicts(total)
    return claim.range.possible_most >= change and claim.range.possible_least <= total


def _contradicts_week(range_: Range, series: Series, newest: int, printed_at: datetime) -> bool:
    """Whether no count of the last week agrees with a figure of one of its days."""
    oldest = series.last_before(printed_at - WEEK)
    counts = [count for count in series.values(None)[max(0, oldest) : newest + 1] if count]
    return oldest >= 0 and (
        range_.possible_most < min(counts) or range_.possible_least > max(counts)
    )


def needs_more(judged: Judged) -> bool:
    """Whether observations that were left out can change a verdict or its evidence."""
    return judged.verdict != "supported" and judged.claim.range is not None


def count_of(judged: Iterable[Judged]) -> dict[Verdict, int]:
    """Count claims by verdict."""
    counts = dict.fromkeys(VERDICTS, 0)
    for each in judged:
        counts[each.verdict] += 1
    return counts
