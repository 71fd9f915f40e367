"""The three parts of a trending score, worked out again from the numbers of a board's entry.

    score = gain / sqrt(size + smoothing) * boost

A board keeps the score, the counter and its change. Where these do not give a boost that the
formula allows, the score was made in another way, and there are no parts to show.
"""

from math import sqrt
from typing import NamedTuple

from app.content.trends.board_entries import BoardEntry
from app.content.trends.ranking import LEAST_BOOST, MOST_BOOST, RULES
from app.models.values import EntryKind

_ROUNDING = 0.005
"""Scores are kept to four digits, so that a small one gives its boost to two."""


class ScoreParts(NamedTuple):
    """What a score is made of."""

    gain: int
    size: int
    """The counter that the gain is held against: that of the baseline, 0 where there was none."""
    smoothing: int
    boost: float
    """How much the pace of the window before raises or lowers the score."""


def score_parts(entry: BoardEntry, kind: EntryKind) -> ScoreParts | None:
    """The parts of an entry's score; `None` on mover lists, and where they cannot be told."""
    rule = RULES[kind]
    count: int | None = getattr(entry, rule.counter)
    if entry.score is None or count is None:
        return None
    gain = count - (entry.base or 0) if entry.change is None else entry.change
    size = count - gain
    if gain <= 0 or size < 0:
        return None
    boost = entry.score * sqrt(size + rule.smoothing) / gain
    low, high = (1, 1) if entry.change is None else (LEAST_BOOST, MOST_BOOST)
    if not low - _ROUNDING <= boost <= high + _ROUNDING:
        return None
    return ScoreParts(gain, size, rule.smoothing, round(min(max(boost, low), high), 3))
