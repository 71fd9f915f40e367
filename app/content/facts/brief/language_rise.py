"""`language_rise`: a language has a larger share of a board than four weeks before."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Fact, score_of
from app.content.facts.brief.grammar import percent
from app.content.facts.brief.shares import risen


def find(day: BoardDay) -> Iterator[Fact]:
    """Find languages that rose by five percentage points or more. Strength: 1 at 25 points."""
    if day.month_ago is None:
        return
    now = {subject.id: subject.language for subject in day.subjects.values()}
    for rise in risen(day, now, day.month_ago.languages, "entries"):
        yield Fact(
            "language_rise",
            day.source,
            day.kind,
            f"{percent(rise.share)} of the trending {day.label} are written in {rise.name}, up "
            f"from {percent(rise.share_before)} four weeks before.",
            score_of("language_rise", size=None, strength=rise.strength),
            rise.evidence,
            topic=rise.name,
            value=round(rise.share * 100, 1),
            previous=round(rise.share_before * 100, 1),
        )
