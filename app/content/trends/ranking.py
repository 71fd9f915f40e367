"""Ranking: pure functions from counters to boards. docs/trending.md explains the formula.

A change of results for the same numbers requires a new version in the method's name.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date as Date, datetime, time, timedelta
from itertools import pairwise
from math import sqrt
from typing import NamedTuple, TypeVar

from app.models.board import GainBasis as Basis
from app.models.values import WINDOW_LENGTHS as WINDOW_LENGTHS, EntryKind, Window

TRENDING_METHOD = "rise/2"
MOVERS_METHOD = "net-change/1"
ACROSS_KINDS_METHOD = "net-change/1 of raw counts across kinds"
STAR_DAYS_METHOD = "rise/2 of star history"

METHODS_OF_NEWCOMERS: Mapping[Basis, str] = {
    "trending_score": "rise/2, newcomers by trending score",
    "star_history": "rise/2, newcomers by star history",
}

MAX_ENTRIES = 200
"""Entries per list."""

TOLERANCES: Mapping[Window, timedelta] = {
    "day": timedelta(hours=6),
    "week": timedelta(days=7) / 7,
    "month": timedelta(days=30) / 7,
}
"""How far the age of a baseline may differ from the length of the window."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The ranking parameters of a kind."""

    counter: str
    """The counter whose change is ranked."""
    least: int
    """Subjects below this count are not ranked: too few people use them."""
    smoothing: int
    """Added to the size that a gain is compared with, so that small numbers do not dominate."""


RULES: Mapping[EntryKind, Rule] = {
    "repository": Rule("stars", least=10, smoothing=100),
    "model": Rule("likes", least=5, smoothing=30),
    "dataset": Rule("likes", least=5, smoothing=30),
    "space": Rule("likes", least=5, smoothing=30),
    "paper": Rule("likes", least=3, smoothing=10),
}

USED_WITHOUT_DOWNLOADS = 1_000
"""Subjects with this many likes count as used even without downloads, because the Hub counts only
requests for some files, such as `config.json`. With fewer likes, no downloads means unused."""

RECENT_SHARE = 0.5
"""Share of its likes that a newcomer must have gained recently. Below it the subject is old and
only new to us."""

MOST_BOOST, LEAST_BOOST = 2.0, 0.5
"""Limits of the factor by which the pace of the previous window changes a score."""
PACE_SMOOTHING = 10

BURST_SHARE = 0.8
"""Share of a window's gain between two neighbouring snapshots that makes it a burst."""
BURST_LEAST = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A subject in the snapshot to rank."""

    subject_id: int
    external_id: str
    counter: int
    downloads: int | None
    """`None` if the kind has no downloads."""
    created_at: datetime | None
    upstream_score: float | None = None
    """The source's own trending score. On the Hub it is close to the likes of the last days."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry of a list."""

    subject_id: int
    rank: int
    score: float | None
    """The order of a board; `None` on mover lists."""
    change: int | None
    """Net change of the counter; `None` without a baseline."""
    basis: Basis = "observed"
    base: int | None = None
    """The counter at the baseline, if it does not come from our own observation."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The earlier state that a snapshot is compared with."""

    observed_at: datetime
    counters: Mapping[int, int]
    """By subject id."""
    before: Mapping[int, int]
    """Counters one window earlier, as far as known."""
    listing_floor: float | None = None
    """The lowest score that the source listed then; `None` if it has no scores."""
    star_histories: Mapping[int, "StarDays"] = field(default_factory=dict)
    """Star histories of subjects that were not observed then."""


@dataclass(frozen=True, slots=True)
class StarDays:
    """Stars by UTC day, as the source reported them once."""

    read_at: datetime
    stars: int
    """The total at `read_at`."""
    days: Mapping[Date, int]
    """Stars given on each day and not withdrawn; days without stars may be missing."""


class _Scored(NamedTuple):
    seen: Seen
    score: float
    change: int | None
    basis: Basis
    base: int


T = TypeVar("T")


def nearest(
    candidates: Iterable[T], *, instant: Callable[[T], datetime], now: datetime, window: Window
) -> T | None:
    """Return the candidate whose age is closest to the window's length, if within tolerance.

    Of two equally close ones, the later.
    """
    ideal = now - WINDOW_LENGTHS[window]
    near = [each for each in candidates if abs(instant(each) - ideal) <= TOLERANCES[window]]
    return min(
        near,
        key=lambda each: (abs(instant(each) - ideal), -instant(each).timestamp()),
        default=None,
    )


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LENGTHS: Mapping[Window, int] = {
    window: length // _MICROSECOND for window, length in WINDOW_LENGTHS.items()
}
_TOLERANCES: Mapping[Window, int] = {
    window: slack // _MICROSECOND for window, slack in TOLERANCES.items()
}


def microseconds(instant: datetime) -> int:
    """Return an instant as a number that is compared and subtracted exactly."""
    return (instant - EPOCH) // _MICROSECOND


def nearest_index(instants: Sequence[int], *, now: int, window: Window) -> int | None:
    """Return what `nearest` returns, as an index of sorted instants; all are `microseconds`.

    Of equal instants the last.
    """
    ideal = now - _LENGTHS[window]
    later = bisect_left(instants, ideal)
    earlier = later - 1
    until = instants[later] - ideal if later < len(instants) else None
    since = ideal - instants[earlier] if earlier >= 0 else None
    if until is not None and (since is None or until <= since):
        place, distance = bisect_right(instants, instants[later], later) - 1, until
    elif since is not None:
        place, distance = earlier, since
    else:
        return None
    return place if distance <= _TOLERANCES[window] else None


def tracked(seen: Iterable[Seen], baseline: Baseline) -> int:
    """Count the subjects that have a baseline."""
    return sum(1 for each in seen if each.subject_id in baseline.counters)


def trending(seen: Iterable[Seen], baseline: Baseline, *, kind: EntryKind) -> list[Ranked]:
    """Rank the subjects that rise, relative to their size and past; unused ones are left out.

    Subjects without a baseline are ranked by other knowledge and have no change: those created
    since by their whole count, those new to us by what the source shows.
    """
    rule = RULES[kind]
    scored: list[_Scored] = []
    for each in seen:
        is_unused = each.downloads == 0 and each.counter < USED_WITHOUT_DOWNLOADS
        if each.counter < rule.least or is_unused:
            continue
        known = baseline.counters.get(each.subject_id)
        base, basis = (known, "observed") if known is not None else _origin(each, baseline)
        gain = each.counter - base if base is not None else 0
        if base is None or gain <= 0:
            continue
        past = None if known is None else _past_gain(each.subject_id, base, baseline)
        score = rise(gain, size=base, past_gain=past, rule=rule)
        scored.append(_Scored(each, score, None if known is None else gain, basis, base))
    return _placed(scored)


def method_of(ranked: Iterable[Ranked]) -> str:
    """Return the method name of a trending board."""
    for place in ranked:
        if place.basis in METHODS_OF_NEWCOMERS:
            return METHODS_OF_NEWCOMERS[place.basis]
    return TRENDING_METHOD


def stars_at(history: StarDays, instant: datetime) -> int | None:
    """Return the stars at an instant before `read_at`; a split day counts in proportion.

    `None` if the history does not reach back that far.
    """
    if not history.days or instant > history.read_at:
        return None
    day = instant.date()
    if day < min(history.days) and sum(history.days.values()) < history.stars:
        return None
    later = sum(count for each, count in history.days.items() if each > day)
    start = datetime.combine(day, time.min, tzinfo=UTC)
    end = min(start + timedelta(days=1), history.read_at)
    share = (end - instant) / (end - start) if end > start else 0.0
    return max(history.stars - later - round(history.days.get(day, 0) * share), 0)


def nearest_midnight(now: datetime, window: Window) -> datetime | None:
    """Return the UTC midnight closest to one window ago, if within tolerance.

    Daily stars can be counted from there without splitting a day.
    """
    ideal = now - WINDOW_LENGTHS[window]
    start = datetime.combine(ideal.date(), time.min, tzinfo=UTC)
    candidates = (start, start + timedelta(days=1))
    return nearest(candidates, instant=lambda each: each, now=now, window=window)


def rise(gain: int, *, size: int, past_gain: int | None, rule: Rule) -> float:
    """Return the score: the gain relative to the initial size, times a factor for its pace."""
    boost = 1.0
    if past_gain is not None:
        pace = (gain + PACE_SMOOTHING) / (max(past_gain, 0) + PACE_SMOOTHING)
        boost = min(MOST_BOOST, max(LEAST_BOOST, sqrt(pace)))
    return round(gain / sqrt(size + rule.smoothing) * boost, 4)


def movers(seen: Iterable[Seen], baseline: Baseline, *, is_up: bool) -> list[Ranked]:
    """Rank the largest net gains, or losses, of subjects with a baseline."""
    moved: list[_Scored] = []
    for each in seen:
        base = baseline.counters.get(each.subject_id)
        if base is None or each.counter == base or (each.counter > base) != is_up:
            continue
        moved.append(_Scored(each, abs(each.counter - base), each.counter - base, "observed", base))
    return [Ranked(place.subject_id, place.rank, None, place.change) for place in _placed(moved)]


def is_burst(steps: Sequence[int]) -> bool:
    """Whether a gain came at once; `steps` are the counters within a window, in order."""
    if len(steps) < 3:
        return False
    gain = steps[-1] - steps[0]
    if gain < BURST_LEAST:
        return False
    most = max(after - before for before, after in pairwise(steps))
    return most >= BURST_SHARE * gain


def ranks(values: Sequence[float]) -> list[int]:
    """Return the ranks of sorted values; equal values share a rank, as in 1, 1, 3."""
    found: list[int] = []
    for place, value in enumerate(values):
        found.append(found[-1] if place and value == values[place - 1] else place + 1)
    return found


def _origin(seen: Seen, baseline: Baseline) -> tuple[int | None, Basis]:
    """Return the baseline counter of a subject without one, and how it is known."""
    if seen.created_at is not None and seen.created_at > baseline.observed_at:
        return 0, "created"
    history = baseline.star_histories.get(seen.subject_id)
    if history is not None:
        return stars_at(history, baseline.observed_at), "star_history"
    score, floor = seen.upstream_score, baseline.listing_floor
    if score is None or floor is None or score < seen.counter * RECENT_SHARE:
        return None, "observed"
    # It was not listed then, so its score was below the lowest listed one: since then it has
    # gained more than the difference.
    gained = min(seen.counter, int(min(score, seen.counter) - floor))
    return (seen.counter - gained if gained > 0 else None), "trending_score"


def _past_gain(subject_id: int, base: int, baseline: Baseline) -> int | None:
    before = baseline.before.get(subject_id)
    return None if before is None else base - before


def _placed(scored: Sequence[_Scored]) -> list[Ranked]:
    ordered = sorted(scored, key=lambda each: (-each.score, each.seen.external_id))
    places = ranks([each.score for each in ordered])
    return [
        Ranked(
            each.seen.subject_id,
            rank,
            each.score,
            each.change,
            each.basis,
            each.base if each.change is None else None,
        )
        for each, rank in zip(ordered, places, strict=True)
    ][:MAX_ENTRIES]
