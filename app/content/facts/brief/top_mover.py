"""`top_mover`: the largest net gains of a window."""

from collections.abc import Iterator
from math import sqrt

from app.content.facts.brief.day import BoardDay, BoardList, Counted
from app.content.facts.brief.fact import Fact, evidence_at, evidence_of, score_of
from app.content.facts.brief.grammar import count, ordinal, within
from app.content.trends.board_entries import BoardEntry
from app.content.trends.ranking import RULES

MOST = 3
"""Per list: the first three."""
LEAST_GAIN = 10


def find(day: BoardDay) -> Iterator[Fact]:
    """Find the leaders of each list of gains.

    Strength: the gain against the square root of the size, 1 at 20, as trending is counted.
    """
    for gains in day.gains:
        for entry in gains.entries[:MOST]:
            if entry.rank <= MOST and (entry.change or 0) >= LEAST_GAIN:
                fact = _fact(day, gains, entry)
                if fact is not None:
                    yield fact


def _fact(day: BoardDay, gains: BoardList, entry: BoardEntry) -> Fact | None:
    subject, value, gain = day.subjects[entry.subject_id], day.value_of(entry), entry.change
    if value is None or gain is None or gains.base_snapshot_id is None:
        return None
    assert gains.base_observed_at is not None
    base = Counted(value - gain, gains.base_snapshot_id, gains.base_observed_at)
    place = "the largest gain" if entry.rank == 1 else f"the {ordinal(entry.rank)} largest gain"
    strength = gain / sqrt(base.value + RULES[day.kind].smoothing) / 20
    return Fact(
        "top_mover",
        day.source,
        day.kind,
        f"{subject.shown} gained {count(gain, day.word)} {within(gains.window)} and has "
        f"{count(value, day.word)}, {place} among the {day.label} we compared.",
        score_of("top_mover", size=value, strength=strength) - 4 * (entry.rank - 1),
        (evidence_of(day, subject, value), evidence_at(day, subject, base)),
        subject,
        value=value,
        previous=base.value,
        window=gains.window,
    )
