"""The parts of a trending score, recomputed from the numbers of a board entry.

    score = gain / sqrt(size + smoothing) * boost

Entries store the score, the counter and its change. If these imply a boost outside the limits of
the formula, the score was computed in another way and has no parts.
"""

from math import sqrt
from typing import NamedTuple

from app.content.trends.board_entries import BoardEntry
from app.content.trends.ranking import LEAST_BOOST, MOST_BOOST, RULES
from app.models.values import EntryKind

_ROUNDING = 0.005
"""Stored scores have four digits, so the boost of a small score is accurate to two."""


class ScoreParts(NamedTuple):
    """The parts of a score."""

    gain: int
    size: int
    """The counter at the baseline; 0 if there was none."""
    smoothing: int
    boost: float
    """The factor for the pace relative to the previous window."""


def score_parts(entry: BoardEntry, kind: EntryKind) -> ScoreParts | None:
    """Return the parts of a score; `None` on mover lists and if they cannot be computed."""
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
