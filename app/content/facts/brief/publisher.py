"""`publisher`: several entries of one owner on a board."""

from collections import Counter
from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Fact, evidence_of, score_of
from app.content.facts.brief.grammar import listed, spelled

MOST = 30
"""Entries that count, from the top of the board."""
LEAST = 3
MOST_NAMES = 4


def find(day: BoardDay) -> Iterator[Fact]:
    """Find owners with three entries or more among the first 30, more than the day before.

    Strength: 1 at eight entries.
    """
    if day.trending is None or day.before is None:
        return
    top = [entry for entry in day.trending.entries if entry.rank <= MOST]
    owners = Counter(day.subjects[entry.subject_id].owner for entry in top)
    before = Counter(
        day.subjects[entry.subject_id].owner
        for entry in day.before.entries
        if entry.rank <= MOST and entry.subject_id in day.subjects
    )
    for owner, found in sorted(owners.items()):
        if not owner or found < LEAST or found <= before[owner]:
            continue
        entries = [e for e in top if day.subjects[e.subject_id].owner == owner]
        names = [day.subjects[e.subject_id].shown for e in entries[:MOST_NAMES]]
        further = found - len(names)
        said = listed(names) if further <= 0 else f"{', '.join(names)} and {spelled(further)} more"
        yield Fact(
            "publisher",
            day.source,
            day.kind,
            f"{owner} has {spelled(found)} of the first {min(MOST, len(top))} trending "
            f"{day.label}: {said}.",
            score_of("publisher", size=None, strength=found / 8),
            tuple(
                evidence_of(day, day.subjects[e.subject_id], value)
                for e in entries
                if (value := day.value_of(e)) is not None
            ),
            topic=owner,
            value=found,
            previous=before[owner],
        )
