"""What `task_rise` and `language_rise` share: the share of a value on a board, then and now."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.content.facts.brief.day import BoardDay
from app.content.facts.brief.fact import Evidence
from app.models.source import source_named

LEAST_ENTRIES = 10
"""Shares of shorter boards say little."""
LEAST_COUNT = 3
LEAST_RISE = 0.05
"""Five percentage points."""
STRONG_RISE = 0.25


@dataclass(frozen=True, slots=True)
class Risen:
    """A value whose share of the board has risen."""

    name: str
    count: int
    total: int
    share: float
    share_before: float
    evidence: tuple[Evidence, ...]

    @property
    def strength(self) -> float:
        """1 at 25 percentage points."""
        return (self.share - self.share_before) / STRONG_RISE


def risen(
    day: BoardDay, now: Mapping[int, str | None], before: Mapping[int, str | None], counter: str
) -> Iterator[Risen]:
    """Compare the shares of the board of the day with those of four weeks before.

    `now` and `before` give the value of each subject. `counter` names the evidence.
    """
    board, earlier = day.trending, day.month_ago
    if board is None or earlier is None:
        return
    total, total_before = len(board.entries), len(earlier.entries)
    if min(total, total_before) < LEAST_ENTRIES:
        return
    counts = Counter(value for e in board.entries if (value := now.get(e.subject_id)))
    counts_before = Counter(value for e in earlier.entries if (value := before.get(e.subject_id)))
    for name, found in sorted(counts.items()):
        share, share_before = found / total, counts_before[name] / total_before
        if found < LEAST_COUNT or share - share_before < LEAST_RISE:
            continue
        address = source_named(day.source).pages[day.kind]
        proof = (
            Evidence(day.snapshot_id, day.observed_at, counter, found, address),
            Evidence(
                earlier.snapshot_id, earlier.observed_at, counter, counts_before[name], address
            ),
        )
        yield Risen(name, found, total, share, share_before, proof)
