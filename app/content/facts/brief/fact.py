"""A fact, its proof, and its score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log10
from typing import Literal, get_args

from app.content.facts.brief.day import BoardDay, BriefSubject, Counted
from app.models.values import Window

FactKind = Literal[
    "top_mover",
    "newcomer",
    "milestone",
    "record",
    "streak",
    "return",
    "fall",
    "rename",
    "gone",
    "overtakes",
    "task_rise",
    "language_rise",
    "publisher",
]
FACT_KINDS: tuple[FactKind, ...] = get_args(FactKind)

WEIGHTS: dict[FactKind, int] = {
    "top_mover": 45,
    "record": 42,
    "milestone": 40,
    "overtakes": 36,
    "newcomer": 34,
    "fall": 32,
    "task_rise": 30,
    "language_rise": 30,
    "gone": 28,
    "return": 24,
    "publisher": 20,
    "rename": 18,
    "streak": 14,
}
"""What each kind is worth as news, before anything is known of the subject: 0 to 45."""
SIZE_POINTS = 25
"""For the size of the subject: 5 for each power of ten of its counter, up to 100,000."""
STRENGTH_POINTS = 30
"""For how strong the fact is among those of its kind."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observed number behind a fact."""

    snapshot_id: int
    observed_at: datetime
    counter: str
    value: int
    source_url: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened on a day, in one sentence."""

    kind: FactKind
    source: str
    board_kind: str
    statement: str
    score: int
    """0 to 100; docs/brief.md says how it is made."""
    evidence: Sequence[Evidence]
    subject: BriefSubject | None = None
    topic: str = ""
    """What it is about where that is no subject: a task, a language, an owner."""
    value: float | None = None
    previous: float | None = None
    window: Window | None = None

    @property
    def about(self) -> str:
        """What it is about: at most one fact of a kind is about the same thing."""
        return self.topic or (self.subject.external_id if self.subject else "")


def score_of(kind: FactKind, *, size: int | None, strength: float) -> int:
    """Add the points of a fact.

    `size`: the counter of its subject; `None` for a fact about a board. `strength`: from 0 to 1.
    """
    points = min(log10(max(size, 1)), 5) / 5 if size is not None else 0.5
    return round(WEIGHTS[kind] + SIZE_POINTS * points + STRENGTH_POINTS * min(max(strength, 0), 1))


def evidence_of(day: BoardDay, subject: BriefSubject, value: int) -> Evidence:
    """The counter of a subject in the snapshot of the day."""
    return Evidence(day.snapshot_id, day.observed_at, day.counter, value, subject.url)


def evidence_at(day: BoardDay, subject: BriefSubject, counted: Counted) -> Evidence:
    """The counter of a subject in another snapshot."""
    return Evidence(
        counted.snapshot_id, counted.observed_at, day.counter, counted.value, subject.url
    )
