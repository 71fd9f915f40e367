"""`fall`: the largest net losses of a window, and leaders that fell far down a board."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay, BoardList, Counted
from app.content.facts.brief.fact import Fact, evidence_at, evidence_of, score_of
from app.content.facts.brief.grammar import count, within
from app.content.trends.board_entries import BoardEntry

MOST = 2
LEAST_LOSS = 10
LEADERS = 10
"""A fall on a board begins among the first ten."""
LEAST_PLACES = 10


def find(day: BoardDay) -> Iterator[Fact]:
    """Find losses of the counter, and falls on the trending board since the day before.

    Strength: the share of the counter that was lost, 1 at a half; or the places lost, 1 at 40.
    """
    for losses in day.losses:
        for entry in losses.entries[:MOST]:
            if entry.rank == 1 and -(entry.change or 0) >= LEAST_LOSS:
                yield from _loss(day, losses, entry)
    if day.trending is not None and day.before is not None:
        now = {entry.subject_id: entry for entry in day.trending.entries}
        for former in day.before.entries:
            entry_now = now.get(former.subject_id)
            if entry_now is None or former.rank > LEADERS:
                continue
            if entry_now.rank - former.rank >= LEAST_PLACES:
                yield from _drop(day, former, entry_now)


def _loss(day: BoardDay, losses: BoardList, entry: BoardEntry) -> Iterator[Fact]:
    subject, value = day.subjects[entry.subject_id], day.value_of(entry)
    if value is None or entry.change is None or losses.base_snapshot_id is None:
        return
    assert losses.base_observed_at is not None
    base = Counted(value - entry.change, losses.base_snapshot_id, losses.base_observed_at)
    yield Fact(
        "fall",
        day.source,
        day.kind,
        f"{subject.shown} lost {count(-entry.change, day.word)} {within(losses.window)} and has "
        f"{count(value, day.word)}, the largest loss among the {day.label} we compared.",
        score_of("fall", size=base.value, strength=-entry.change / max(base.value, 1) * 2),
        (evidence_of(day, subject, value), evidence_at(day, subject, base)),
        subject,
        value=value,
        previous=base.value,
        window=losses.window,
    )


def _drop(day: BoardDay, former: BoardEntry, entry: BoardEntry) -> Iterator[Fact]:
    subject, value, was = (
        day.subjects[entry.subject_id],
        day.value_of(entry),
        day.value_of(former),
    )
    if value is None or was is None or day.before is None:
        return
    before = Counted(was, day.before.snapshot_id, day.before.observed_at)
    yield Fact(
        "fall",
        day.source,
        day.kind,
        f"{subject.shown} fell from number {former.rank} to number {entry.rank} on the board of "
        f"trending {day.label} in a day.",
        score_of("fall", size=value, strength=(entry.rank - former.rank) / 40),
        (evidence_of(day, subject, value), evidence_at(day, subject, before)),
        subject,
        value=entry.rank,
        previous=former.rank,
        window="day",
    )
