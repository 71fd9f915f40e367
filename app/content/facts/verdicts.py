"""Verdicts: claims compared with what was observed of their subjects. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from app.content.facts.claims import Claim
from app.content.facts.counters import column_of
from app.content.trends.ranking import nearest
from app.models.values import Window

Verdict = Literal["supported", "contradicted", "stale", "unknown"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

FRESH = timedelta(hours=48)
"""Age up to which an observation supports a number."""


@dataclass(frozen=True, slots=True)
class Observed:
    """The counters of a subject in one snapshot."""

    observed_at: datetime
    snapshot_id: int
    is_complete: bool
    counters: Mapping[str, int | None]


History = Sequence[Observed]
"""Observations of one subject, newest first."""


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
    evidence = _evidence(claim, [each for each in history if each.observed_at <= printed_at])
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
    """Whether older observations can change a verdict."""
    is_wrong = judged.verdict == "contradicted"
    return is_wrong or (judged.verdict == "unknown" and judged.claim.range is not None)


def count_of(judged: Iterable[Judged]) -> dict[Verdict, int]:
    """Count claims by verdict."""
    counts = dict.fromkeys(VERDICTS, 0)
    for each in judged:
        counts[each.verdict] += 1
    return counts


def _evidence(claim: Claim, history: History) -> Iterator[Evidence | None]:
    """Yield what each observation shows of a claim, newest first; `None` for no baseline."""
    column = column_of(claim.counter)
    for each in history:
        value = each.counters.get(column)
        if value is None:
            continue
        if not claim.is_change:
            yield Evidence(value, each.observed_at, each.snapshot_id)
            continue
        before = _baseline(history, column, each.observed_at, claim.window)
        if before is None:
            yield None
        else:
            yield Evidence(value - before, each.observed_at, each.snapshot_id)


def _baseline(history: History, column: str, now: datetime, window: Window | None) -> int | None:
    """Return the counter at the beginning of a window, by the rules of boards."""
    if window is None:
        return None
    having = [each for each in history if each.counters.get(column) is not None]
    for is_complete in (True, False):
        found = nearest(
            [each for each in having if each.is_complete == is_complete],
            instant=lambda each: each.observed_at,
            now=now,
            window=window,
        )
        if found is not None:
            return found.counters[column]
    return None
