"""`rename`: a subject has another name upstream."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Fact, evidence_at, score_of
from app.models.source import source_named

LEAST = 10
"""Counters below it are of things that few people know by name."""


def find(day: BoardDay) -> Iterator[Fact]:
    """Find renames. Strength: 1 where the owner has changed too, else 0.4."""
    for renamed in day.renamed:
        subject = day.subjects.get(renamed.subject_id)
        history = day.histories.get(renamed.subject_id, ())
        if subject is None or not history or history[-1].snapshot_id != day.snapshot_id:
            continue
        now = history[-1]
        if now.value < LEAST or subject.external_id == renamed.former:
            continue
        has_moved = renamed.former.rpartition("/")[0] != subject.owner
        yield Fact(
            "rename",
            day.source,
            day.kind,
            f"The {source_named(day.source).label} {day.kind} {renamed.former} is now called "
            f"{subject.external_id}.",
            score_of("rename", size=now.value, strength=1.0 if has_moved else 0.4),
            (evidence_at(day, subject, now),),
            subject,
            value=now.value,
        )
