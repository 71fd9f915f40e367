"""`overtakes`: a subject passes a rival on the same board."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay, BriefSubject, Counted
from app.content.facts.brief.fact import Fact, evidence_at, score_of
from app.content.facts.brief.grammar import count
from app.content.facts.brief.milestone import last_two

MOST = 50
"""Rivals are looked for among the first 50 of a board."""
LEAST = 100


def find(day: BoardDay) -> Iterator[Fact]:
    """Find who had fewer than a rival the day before and has more now: the largest such rival.

    Strength: the rival's counter, 1 at 100,000.
    """
    if day.trending is None:
        return
    pairs: list[tuple[BriefSubject, Counted, Counted]] = []
    for entry in day.trending.entries[:MOST]:
        pair = last_two(day, day.histories.get(entry.subject_id, ()))
        if pair is not None:
            pairs.append((day.subjects[entry.subject_id], *pair))
    for subject, before, now in pairs:
        overtaken = [
            (rival, rival_before, rival_now)
            for rival, rival_before, rival_now in pairs
            if before.value < rival_before.value and now.value > rival_now.value >= LEAST
        ]
        if not overtaken:
            continue
        rival, rival_before, rival_now = max(
            overtaken, key=lambda each: (each[2].value, each[0].external_id)
        )
        yield Fact(
            "overtakes",
            day.source,
            day.kind,
            f"{subject.shown} has {count(now.value, day.word)} and has overtaken {rival.shown} on "
            f"the board of trending {day.label}.",
            score_of("overtakes", size=now.value, strength=rival_now.value / 100_000),
            (
                evidence_at(day, subject, now),
                evidence_at(day, subject, before),
                evidence_at(day, rival, rival_now),
                evidence_at(day, rival, rival_before),
            ),
            subject,
            value=now.value,
            previous=before.value,
            window="day",
        )
