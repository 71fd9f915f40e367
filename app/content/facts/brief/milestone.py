"""`milestone`: a counter passes 1, 2 or 5 times a power of ten."""

from collections.abc import Iterator, Sequence
from math import log10

from app.content.facts.brief.day import BoardDay, Counted
from app.content.facts.brief.fact import Fact, evidence_at, score_of
from app.content.facts.brief.grammar import count

LEAST = 100
"""Smaller numbers are passed by everything that grows."""
MILESTONES: Sequence[int] = [
    factor * 10**power
    for power in range(2, 16)
    for factor in (1, 2, 5)
    if factor * 10**power >= LEAST
]


def passed(before: int, now: int) -> int | None:
    """Return the highest milestone above `before` and not above `now`."""
    found = [each for each in MILESTONES if before < each <= now]
    return found[-1] if found else None


def find(day: BoardDay) -> Iterator[Fact]:
    """Find milestones passed since the day before, and never before that.

    Strength: 1 at a million, 0 at 100.
    """
    for subject_id, history in day.histories.items():
        pair = last_two(day, history)
        subject = day.subjects.get(subject_id)
        if pair is None or subject is None:
            continue
        before, now = pair
        reached = passed(before.value, now.value)
        if reached is None or any(each.value >= reached for each in history[:-1]):
            continue
        yield Fact(
            "milestone",
            day.source,
            day.kind,
            f"{subject.shown} passed {count(reached, day.word)} and has "
            f"{count(now.value, day.word)}.",
            score_of("milestone", size=now.value, strength=(log10(reached) - 2) / 4),
            (evidence_at(day, subject, now), evidence_at(day, subject, before)),
            subject,
            value=reached,
            previous=before.value,
            window="day",
        )


def last_two(day: BoardDay, history: Sequence[Counted]) -> tuple[Counted, Counted] | None:
    """Return the observations of the day before and of the day, if both exist."""
    if len(history) < 2 or history[-1].snapshot_id != day.snapshot_id:
        return None
    before, now = history[-2], history[-1]
    if (day.date - before.observed_at.date()).days != 1:
        return None
    return before, now
