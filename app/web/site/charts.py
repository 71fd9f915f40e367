"""Numbers as pictures: inline SVG with a title and a description, and no style of its own.

Pure functions. Libraries for charts bring scripts or inline styles along, which our pages refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 12, 14, 28
_SPARK_WIDTH, _SPARK_HEIGHT = 96, 24


@dataclass(frozen=True, slots=True)
class Point:
    """A number as it was seen."""

    at: datetime
    value: int


def history(points: Sequence[Point], *, title: str, what: str) -> Markup:
    """A line of numbers over time, with its lowest and highest at the side.

    `title` names the thing, `what` the counter. Nothing where there are fewer than two points.
    """
    if len(points) < 2:
        return Markup("")
    low, high = min(p.value for p in points), max(p.value for p in points)
    first, last = points[0], points[-1]
    span = (last.at - first.at).total_seconds() or 1.0
    height = high - low or 1

    def place(point: Point) -> str:
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * (point.at - first.at).total_seconds() / span
        y = HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (point.value - low) / height
        return f"{x:.1f},{y:.1f}"

    line = " ".join(place(point) for point in points)
    floor, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    said = (
        f"{what} from {first.value:,} on {first.at:%-d %B %Y} to {last.value:,} on "
        f"{last.at:%-d %B %Y}; lowest {low:,}, highest {high:,}."
    )
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="chart-title chart-description">'
        '<title id="chart-title">{title}</title><desc id="chart-description">{said}</desc>'
        '<line class="axis" x1="{left}" y1="{floor}" x2="{right}" y2="{floor}"/>'
        '<polygon class="area" points="{left},{floor} {line} {right},{floor}"/>'
        '<polyline class="line" points="{line}"/>'
        '<text class="label end" x="{side}" y="{top}">{high}</text>'
        '<text class="label end" x="{side}" y="{floor}">{low}</text>'
        '<text class="label" x="{left}" y="{below}">{start}</text>'
        '<text class="label end" x="{right}" y="{below}">{stop}</text></svg>'
    ).format(
        width=WIDTH,
        height=HEIGHT,
        title=title,
        said=said,
        left=_LEFT,
        right=right,
        floor=floor,
        side=_LEFT - 8,
        top=_TOP + 6,
        below=HEIGHT - 8,
        line=line,
        high=f"{high:,}",
        low=f"{low:,}",
        start=f"{first.at:%-d %b %Y}",
        stop=f"{last.at:%-d %b %Y}",
    )


def sparkline(values: Sequence[int], *, title: str) -> Markup:
    """A line as small as a word. Nothing where there are fewer than two values."""
    if len(values) < 2:
        return Markup("")
    low, height = min(values), (max(values) - min(values)) or 1
    step = (_SPARK_WIDTH - 4) / (len(values) - 1)
    line = " ".join(
        f"{2 + step * number:.1f},"
        f"{_SPARK_HEIGHT - 3 - (_SPARK_HEIGHT - 6) * (value - low) / height:.1f}"
        for number, value in enumerate(values)
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {width} {height}" role="img">'
        '<title>{title}</title><polyline class="line" points="{line}"/></svg>'
    ).format(width=_SPARK_WIDTH, height=_SPARK_HEIGHT, title=title, line=line)


def bar(value: int, *, largest: int, title: str) -> Markup:
    """How large a move is beside the largest of its list."""
    share = 100 * abs(value) / (largest or 1)
    return Markup(
        '<svg class="bar {word}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img">'
        '<title>{title}</title><rect class="rail" width="100" height="6"/>'
        '<rect class="fill" width="{share}" height="6"/></svg>'
    ).format(word="down" if value < 0 else "up", title=title, share=f"{max(share, 1):.1f}")
