"""`gone`: a subject was asked for on two days and is not there."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Fact, evidence_at, score_of
from app.content.facts.brief.grammar import count
from app.models.source import source_named

LEAST = 50
"""Smaller things come and go every day."""


def find(day: BoardDay) -> Iterator[Fact]:
    """Find what was found to be gone on the day. Strength: 0.5; the size tells."""
    for departed in day.departed:
        subject = day.subjects.get(departed.subject_id)
        history = day.histories.get(departed.subject_id, ())
        if subject is None or not history or history[-1].value < LEAST:
            continue
        last = history[-1]
        yield Fact(
            "gone",
            day.source,
            day.kind,
            f"The {source_named(day.source).label} {day.kind} {subject.shown} is gone; on "
            f"{last.observed_at:%-d %B %Y} it had {count(last.value, day.word)}.",
            score_of("gone", size=last.value, strength=0.5),
            (evidence_at(day, subject, last),),
            subject,
            previous=last.value,
        )
