"""Where a series was not observed: lines break there, because nothing is known in between."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

SHORTEST_GAP = timedelta(hours=36)
"""A shorter distance is never a gap: a daily look may be half a day late."""
USUAL_DISTANCES = 3
"""A distance is a gap when it is more than this many times the usual one."""
THINNED_AFTER = timedelta(days=62)
"""Older observations are thinned to one a week, so a week between two of them is no gap."""
SHORTEST_THINNED_GAP = timedelta(days=14)


def segments(instants: Sequence[datetime]) -> list[range]:
    """Split instants, oldest first, into the runs that were observed without a gap.

    The usual distance is the median, taken apart for what may have been thinned and what is newer.
    """
    if not instants:
        return []
    young_since = instants[-1] - THINNED_AFTER
    steps = [(start, end - start) for start, end in pairwise(instants)]
    old = _longest_step([step for start, step in steps if start < young_since])
    young = _longest_step([step for start, step in steps if start >= young_since])
    found, first = [], 0
    for place, (start, step) in enumerate(steps, start=1):
        is_old = start < young_since
        if step > (max(old, SHORTEST_THINNED_GAP) if is_old else young):
            found.append(range(first, place))
            first = place
    found.append(range(first, len(instants)))
    return found


def _longest_step(steps: Sequence[timedelta]) -> timedelta:
    if not steps:
        return SHORTEST_GAP
    usual = timedelta(seconds=median(step.total_seconds() for step in steps))
    return max(USUAL_DISTANCES * usual, SHORTEST_GAP)
