"""From counters to boards: pure, versioned functions. The formula is explained in docs/trending.md.

A change of what a function gives for the same numbers is a new version of its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import TypeVar

from app.models.values import EntryKind, Window

TRENDING_METHOD = "rise/1"
MOVERS_METHOD = "net-change/1"
ACROSS_KINDS_METHOD = "net-change/1 of raw counts across kinds"
STAR_DAYS_METHOD = "rise/1 of star history"

MAX_ENTRIES = 200
"""Of one list."""

WINDOW_LENGTHS: Mapping[Window, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
TOLERANCES: Mapping[Window, timedelta] = {
    "day": timedelta(hours=6),
    "week": timedelta(days=7) / 7,
    "month": timedelta(days=30) / 7,
}
"""How far from a window's length a baseline may be."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind is judged by."""

    counter: str
    """The counter whose move counts."""
    least: int
    """What has fewer than this is used by nobody, and does not trend."""
    smoothing: int
    """Added to the size that a gain is held against: few of few are no rise."""


RULES: Mapping[EntryKind, Rule] = {
    "repository": Rule("stars", least=10, smoothing=100),
    "model": Rule("likes", least=5, smoothing=30),
    "dataset": Rule("likes", least=5, smoothing=30),
    "space": Rule("likes", least=5, smoothing=30),
    "paper": Rule("likes", least=3, smoothing=10),
}

MOST_BOOST, LEAST_BOOST = 2.0, 0.5
"""How much the pace of the window before can raise or lower a score."""
PACE_SMOOTHING = 10

BURST_SHARE = 0.8
"""So much of a window's gain between two looks that are neighbours, and it is a burst."""
BURST_LEAST = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A subject in the snapshot that is ranked."""

    subject_id: int
    external_id: str
    counter: int
    downloads: int | None
    """`None` where its kind has none."""
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place on a list."""

    subject_id: int
    rank: int
    score: float | None
    """What a board is ordered by; `None` on mover lists."""
    change: int | None
    """The net change of the counter; `None` for what has no baseline."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is compared with."""

    observed_at: datetime
    counters: Mapping[int, int]
    """By subject."""
    before: Mapping[int, int]
    """The counters of a window earlier still, as far as they are known."""


T = TypeVar("T")


def nearest(
    candidates: Iterable[T], *, instant: Callable[[T], datetime], now: datetime, window: Window
) -> T | None:
    """The candidate whose age is nearest to the window's length; `None` where none is near.

    Of two equally near ones the later.
    """
    ideal = now - WINDOW_LENGTHS[window]
    near = [each for each in candidates if abs(instant(each) - ideal) <= TOLERANCES[window]]
    return min(
        near,
        key=lambda each: (abs(instant(each) - ideal), -instant(each).timestamp()),
        default=None,
    )


def tracked(seen: Iterable[Seen], baseline: Baseline) -> int:
    """How many subjects can be compared."""
    return sum(1 for each in seen if each.subject_id in baseline.counters)


def trending(seen: Iterable[Seen], baseline: Baseline, *, kind: EntryKind) -> list[Ranked]:
    """What rises now, against its own size and past; nothing that falls or that nobody uses.

    What came into being after the baseline had nothing then: it is ranked by all that it has, and
    its change stays open, since nobody looked. What is merely new to us is not ranked.
    """
    rule = RULES[kind]
    scored = []
    for each in seen:
        if each.counter < rule.least or each.downloads == 0:
            continue
        base = baseline.counters.get(each.subject_id)
        change = None if base is None else each.counter - base
        if base is None:
            if each.created_at is None or each.created_at <= baseline.observed_at:
                continue
            base = 0
        gain = each.counter - base
        if gain <= 0:
            continue
        score = rise(
            gain, size=base, past_gain=_past_gain(each.subject_id, base, baseline), rule=rule
        )
        scored.append((each, score, change))
    return _placed(scored)


def rise(gain: int, *, size: int, past_gain: int | None, rule: Rule) -> float:
    """The score: a gain against the size it started from, raised where it quickens."""
    boost = 1.0
    if past_gain is not None:
        pace = (gain + PACE_SMOOTHING) / (max(past_gain, 0) + PACE_SMOOTHING)
        boost = min(MOST_BOOST, max(LEAST_BOOST, sqrt(pace)))
    return round(gain / sqrt(size + rule.smoothing) * boost, 4)


def movers(seen: Iterable[Seen], baseline: Baseline, *, is_up: bool) -> list[Ranked]:
    """The biggest net changes of those seen at both ends: gains, or losses."""
    moved = []
    for each in seen:
        base = baseline.counters.get(each.subject_id)
        if base is None or each.counter == base or (each.counter > base) != is_up:
            continue
        moved.append((each, abs(each.counter - base), each.counter - base))
    return [Ranked(place.subject_id, place.rank, None, place.change) for place in _placed(moved)]


def is_burst(steps: Sequence[int]) -> bool:
    """Whether a gain came all at once; `steps`: counters of a subject within a window, in order."""
    if len(steps) < 3:
        return False
    gain = steps[-1] - steps[0]
    if gain < BURST_LEAST:
        return False
    most = max(after - before for before, after in pairwise(steps))
    return most >= BURST_SHARE * gain


def ranks(values: Sequence[float]) -> list[int]:
    """The ranks of values that are in order: equal ones share theirs, as in 1, 1, 3."""
    found: list[int] = []
    for place, value in enumerate(values):
        found.append(found[-1] if place and value == values[place - 1] else place + 1)
    return found


def _past_gain(subject_id: int, base: int, baseline: Baseline) -> int | None:
    before = baseline.before.get(subject_id)
    return None if before is None else base - before


def _placed(scored: Sequence[tuple[Seen, float, int | None]]) -> list[Ranked]:
    ordered = sorted(scored, key=lambda each: (-each[1], each[0].external_id))
    places = ranks([score for _, score, _ in ordered])
    return [
        Ranked(seen.subject_id, rank, score, change)
        for (seen, score, change), rank in zip(ordered, places, strict=True)
    ][:MAX_ENTRIES]
