"""`return`: a subject that is back on a trending board."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Fact, score_of
from app.content.facts.brief.grammar import count
from app.content.facts.brief.standing import proof, standing

MOST = 20


def find(day: BoardDay) -> Iterator[Fact]:
    """Find returns among the first 20. Strength: 1 at rank 1, 0 at rank 21."""
    for entry, subject, value in standing(day, MOST):
        if entry.has_returned:
            yield Fact(
                "return",
                day.source,
                day.kind,
                f"{subject.shown} has {count(value, day.word)} and is back on the board of "
                f"trending {day.label}, at number {entry.rank}.",
                score_of("return", size=value, strength=1 - (entry.rank - 1) / MOST),
                proof(day, subject, value),
                subject,
                value=entry.rank,
                window="week",
            )
