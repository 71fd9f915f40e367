"""`streak`: a subject that has stood on a trending board for days in a row."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Fact, score_of
from app.content.facts.brief.grammar import count, ordinal
from app.content.facts.brief.standing import proof, standing

MOST = 5
LEAST_DAYS = 3
LONG_DAYS = 30


def find(day: BoardDay) -> Iterator[Fact]:
    """Find streaks of three days and more among the first five. Strength: 1 at 30 days."""
    for entry, subject, value in standing(day, MOST):
        if entry.streak >= LEAST_DAYS:
            yield Fact(
                "streak",
                day.source,
                day.kind,
                f"{subject.shown} has {count(value, day.word)} and is on the board of trending "
                f"{day.label} for the {ordinal(entry.streak)} day in a row, at number "
                f"{entry.rank}.",
                score_of("streak", size=value, strength=entry.streak / LONG_DAYS),
                proof(day, subject, value),
                subject,
                value=entry.streak,
                previous=entry.streak - 1,
                window="day",
            )
