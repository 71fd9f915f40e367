"""Numbers as pictures: inline SVG with a title and a description, and no style of its own.

Pure functions. Libraries for charts bring scripts or inline styles along, which our pages refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

WIDTH, HEIGHT = 720, 280
_SIDE, _TOP, _BOTTOM = 8, 40, 76
"""Room above and below the line for two rows of letters as large as a telephone needs them."""
_SPARK_WIDTH, _SPARK_HEIGHT = 96, 24


@dataclass(frozen=True, slots=True)
class Point:
    """A number as it was seen."""

    at: datetime
    value: int


def history(points: Sequence[Point], *, title: str, what: str) -> Markup:
    """A line of numbers over time, between its highest and its lowest.

    `title` names the thing, `what` the counter. Nothing where there are fewer than two points. The
    numbers stand above and below the line, where they have the whole width whatever their length;
    nothing is filled, for the axis does not begin at zero.
    """
    if len(points) < 2:
        return Markup("")
    low, high = min(p.value for p in points), max(p.value for p in points)
    first, last = points[0], points[-1]
    span = (last.at - first.at).total_seconds() or 1.0
    height = high - low or 1
    floor, right = HEIGHT - _BOTTOM, WIDTH - _SIDE

    def place(point: Point) -> tuple[str, str]:
        x = _SIDE + (right - _SIDE) * (point.at - first.at).total_seconds() / span
        y = floor - (floor - _TOP) * (point.value - low) / height
        return f"{x:.1f}", f"{y:.1f}"

    said = (
        f"{what} from {first.value:,} on {first.at:%-d %B %Y} to {last.value:,} on "
        f"{last.at:%-d %B %Y}; lowest {low:,}, highest {high:,}."
    )
    end_x, end_y = place(last)
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="chart_title chart_description">'
        '<title id="chart_title">{title}</title><desc id="chart_description">{said}</desc>'
        '<path class="axis" d="M{side} {top}H{right}M{side} {floor}H{right}"/>'
        '<polyline class="line" points="{line}"/>'
        '<circle class="dot" cx="{end_x}" cy="{end_y}" r="4"/>'
        '<text class="label" x="{side}" y="{above}">{high}</text>'
        '<text class="label" x="{side}" y="{below}">{low}</text>'
        '<text class="label" x="{side}" y="{bottom}">{start}</text>'
        '<text class="label end" x="{right}" y="{bottom}">{stop}</text></svg>'
    ).format(
        width=WIDTH,
        height=HEIGHT,
        title=title,
        said=said,
        side=_SIDE,
        right=right,
        top=_TOP,
        floor=floor,
        line=" ".join(",".join(place(point)) for point in points),
        end_x=end_x,
        end_y=end_y,
        above=_TOP - 10,
        below=floor + 28,
        bottom=HEIGHT - 12,
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


def marks(value: int) -> Markup:
    """Ten small marks, so many of them full; a word beside them says the number."""
    return Markup(
        '<svg class="marks" viewBox="0 0 78 10" aria-hidden="true">'
        '<path class="rail" d="M0 5H78"/><path class="fill" d="M0 5H{end}"/></svg>'
    ).format(end=8 * value)
