"""`record`: the largest gain in a day of a subject's own history."""

from collections.abc import Iterator
from itertools import pairwise

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Fact, evidence_at, score_of
from app.content.facts.brief.grammar import count
from app.content.facts.brief.milestone import last_two

LEAST_DAYS = 14
"""A shorter history holds no record."""
LEAST_GAIN = 20


def find(day: BoardDay) -> Iterator[Fact]:
    """Find gains that are larger than every change between two observations before.

    Strength: how many times the record before, 0 at once and 1 at five times.
    """
    for subject_id, history in day.histories.items():
        pair, subject = last_two(day, history), day.subjects.get(subject_id)
        if pair is None or subject is None:
            continue
        before, now = pair
        gain = now.value - before.value
        days = (day.date - history[0].observed_at.date()).days
        if gain < LEAST_GAIN or days < LEAST_DAYS:
            continue
        # Between two observations that are further apart there may have been a larger day, but
        # not one larger than all of the change.
        steps = [after.value - first.value for first, after in pairwise(history[:-1])]
        highest = max(steps, default=0)
        if highest >= gain:
            continue
        yield Fact(
            "record",
            day.source,
            day.kind,
            f"{subject.shown} gained {count(gain, day.word)} in a day and has "
            f"{count(now.value, day.word)}, its largest gain in the {days} days that we have "
            "observed it.",
            score_of("record", size=now.value, strength=(gain / max(highest, 5) - 1) / 4),
            (evidence_at(day, subject, now), evidence_at(day, subject, before)),
            subject,
            value=gain,
            previous=max(highest, 0),
            window="day",
        )
