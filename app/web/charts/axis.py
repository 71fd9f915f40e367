"""A vertical axis: round numbers between the lowest and the highest value."""

from collections.abc import Sequence
from math import ceil, floor, log10

MOST_TICKS = 6
_STEPS = (1, 2, 5, 10)


def ticks(low: float, high: float) -> list[float]:
    """Return at most six round numbers that span the values, in steps of 1, 2 or 5 × 10^n.

    The first is at most `low`, the last at least `high`; at least two, also where all values are
    equal. Counts have no fractions, so no step is below 1.
    """
    span = max(high - low, 1)
    power = 10 ** max(floor(log10(span / (MOST_TICKS - 1))), 0)
    for step in (power * factor for factor in _STEPS):
        first, last = floor(low / step) * step, ceil(high / step) * step
        if last == first:
            last += step
        count = round((last - first) / step) + 1
        if count <= MOST_TICKS:
            return [first + step * number for number in range(count)]
    raise AssertionError("ten times the power of ten below the span is a large enough step")


def spread(places: Sequence[float], *, apart: float, low: float, high: float) -> list[float]:
    """Move labels so that neighbours are at least `apart`, as little as that takes, in order.

    Labels that do not fit between `low` and `high` overlap evenly.
    """
    if len(places) > 1:
        apart = min(apart, (high - low) / (len(places) - 1))
    order = sorted(range(len(places)), key=lambda number: places[number])
    moved = [0.0] * len(places)
    floor_at = low
    for number in order:
        moved[number] = max(places[number], floor_at)
        floor_at = moved[number] + apart
    ceiling = high
    for number in reversed(order):
        moved[number] = min(moved[number], ceiling)
        ceiling = moved[number] - apart
    return moved
