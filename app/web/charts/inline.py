"""Numbers as pictures: inline SVG with a title and a description, and no style of its own.

Pure functions. Libraries for charts bring scripts or inline styles along, which our pages refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from markupsafe import Markup

from app.web.charts.gaps import segments

WIDTH, HEIGHT = 720, 280
_SIDE, _TOP, _BOTTOM = 8, 40, 76
"""Room above and below the line for two rows of letters as large as a telephone needs them."""
_SPARK_WIDTH, _SPARK_HEIGHT = 96, 24
_WIDE_ENOUGH = 190
"""A gap this wide has room for its label, also in the large letters of telephones."""
LEAST_SHARE = 0.5
"""A sparkline that covers less of its window than this is not drawn: it would look whole."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number as it was seen."""

    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """From instants and values to places in a picture."""

    since: datetime
    until: datetime
    low: int
    high: int
    left: float
    right: float
    top: float
    floor: float

    def x(self, at: datetime) -> float:
        span = (self.until - self.since).total_seconds() or 1.0
        return self.left + (self.right - self.left) * (at - self.since).total_seconds() / span

    def y(self, value: int) -> float:
        return self.floor - (self.floor - self.top) * (value - self.low) / (
            self.high - self.low or 1
        )

    def lines(self, points: Sequence[Point]) -> Markup:
        """The points as lines that break where nothing was observed; a lone point is a dot."""
        drawn = []
        for run in segments([point.at for point in points]):
            places = [(self.x(points[n].at), self.y(points[n].value)) for n in run]
            if len(places) == 1:
                drawn.append(
                    Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="2"/>').format(*places[0])
                )
            else:
                line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
                drawn.append(Markup('<polyline class="line" points="{}"/>').format(line))
        return Markup("").join(drawn)


def line_of(
    points: Sequence[Point], *, left: int, right: int, top: int, floor: int, stroke: str
) -> Markup:
    """A line of numbers within a frame, with a colour of its own; nothing of fewer than two."""
    if len(points) < 2:
        return Markup("")
    low, high = min(p.value for p in points), max(p.value for p in points)
    frame = _Frame(points[0].at, points[-1].at, low, high, left, right, top, floor)
    return Markup(
        '<g fill="none" stroke="{}" stroke-width="5" stroke-linejoin="round">{}</g>'
    ).format(stroke, frame.lines(points))


def history(points: Sequence[Point], *, title: str, what: str) -> Markup:
    """A line of numbers over time, between its highest and its lowest.

    `title` names the thing, `what` the counter. Nothing where there are fewer than two points. The
    line breaks where nothing was observed, and a band says so. The numbers stand above and below
    the line, where they have the whole width whatever their length; nothing is filled, for the
    axis does not begin at zero.
    """
    if len(points) < 2:
        return Markup("")
    low, high = min(p.value for p in points), max(p.value for p in points)
    first, last = points[0], points[-1]
    floor, right = HEIGHT - _BOTTOM, WIDTH - _SIDE
    frame = _Frame(first.at, last.at, low, high, _SIDE, right, _TOP, floor)
    gaps = _gaps(points)
    return Markup(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="chart_title chart_description">'
        '<title id="chart_title">{title}</title><desc id="chart_description">{said}</desc>{bands}'
        '<path class="axis" d="M{side} {top}H{right}M{side} {floor}H{right}"/>{lines}'
        '<circle class="dot" cx="{end_x:.1f}" cy="{end_y:.1f}" r="4"/>'
        '<text class="label" x="{side}" y="{above}">{high}</text>'
        '<text class="label" x="{side}" y="{below}">{low}</text>'
        '<text class="label" x="{side}" y="{bottom}">{start}</text>'
        '<text class="label end" x="{right}" y="{bottom}">{stop}</text></svg>'
    ).format(
        width=WIDTH,
        height=HEIGHT,
        title=title,
        said=_described(points, what),
        bands=Markup("").join(_band(frame, a.at, b.at) for a, b in gaps),
        side=_SIDE,
        right=right,
        top=_TOP,
        floor=floor,
        lines=frame.lines(points),
        end_x=frame.x(last.at),
        end_y=frame.y(last.value),
        above=_TOP - 10,
        below=floor + 28,
        bottom=HEIGHT - 12,
        high=f"{high:,}",
        low=f"{low:,}",
        start=f"{first.at:%-d %b %Y}",
        stop=f"{last.at:%-d %b %Y}",
    )


def _described(points: Sequence[Point], what: str) -> str:
    first, last = points[0], points[-1]
    low, high = min(p.value for p in points), max(p.value for p in points)
    return (
        f"{what} from {first.value:,} on {first.at:%-d %B %Y} to {last.value:,} on "
        f"{last.at:%-d %B %Y}; lowest {low:,}, highest {high:,}."
        + "".join(f" Not observed {between(a.at, b.at)}." for a, b in _gaps(points))
    )


def between(start: datetime, end: datetime) -> str:
    """Two days as a caption writes them, what they share once: "18 to 29 April 2026"."""
    if start.year != end.year:
        return f"{start:%-d %B %Y} to {end:%-d %B %Y}"
    if start.month != end.month:
        return f"{start:%-d %B} to {end:%-d %B %Y}"
    return f"{start:%-d} to {end:%-d %B %Y}"


def _gaps(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    """The last point before each gap, and the first one after it."""
    runs = segments([point.at for point in points])
    return [(points[a[-1]], points[b[0]]) for a, b in pairwise(runs)]


def _band(frame: _Frame, start: datetime, end: datetime) -> Markup:
    left, right = frame.x(start), frame.x(end)
    label = Markup("")
    if right - left >= _WIDE_ENOUGH:
        label = Markup(
            '<text class="label middle" x="{:.1f}" y="{:.1f}">not observed</text>'
        ).format((left + right) / 2, (frame.top + frame.floor) / 2)
    return Markup('<rect class="gap" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>{}').format(
        left, frame.top, right - left, frame.floor - frame.top, label
    )


def sparkline(points: Sequence[Point], *, until: datetime, window: timedelta, what: str) -> Markup:
    """A line as small as a word, over a window that ends at `until`.

    Places are by time, so that lines beside each other share an axis; the title says the true
    span. Nothing where the points cover less than half of the window.
    """
    if len(points) < 2 or points[-1].at - points[0].at < LEAST_SHARE * window:
        return Markup("")
    first, last = points[0], points[-1]
    frame = _Frame(
        min(until - window, first.at),
        until,
        min(point.value for point in points),
        max(point.value for point in points),
        2,
        _SPARK_WIDTH - 2,
        3,
        _SPARK_HEIGHT - 3,
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {width} {height}" role="img">'
        "<title>{span}: {start:,} to {end:,} {what}</title>{lines}</svg>"
    ).format(
        width=_SPARK_WIDTH,
        height=_SPARK_HEIGHT,
        span=between(first.at, last.at),
        start=first.value,
        end=last.value,
        what=what,
        lines=frame.lines(points),
    )


def bar(value: int, *, largest: int, title: str) -> Markup:
    """How large a move is beside the largest that the page shows, gain or loss."""
    share = 100 * abs(value) / (largest or 1)
    word = "up" if value > 0 else "down" if value < 0 else "same"
    return Markup(
        '<svg class="bar {word}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img">'
        '<title>{title}</title><rect class="rail" width="100" height="6"/>'
        '<rect class="fill" width="{share}" height="6"/></svg>'
    ).format(word=word, title=title, share=f"{share:.2f}")


def marks(value: int) -> Markup:
    """Ten small marks, so many of them full; a word beside them says the number."""
    return Markup(
        '<svg class="marks" viewBox="0 0 78 10" aria-hidden="true">'
        '<path class="rail" d="M0 5H78"/><path class="fill" d="M0 5H{end}"/></svg>'
    ).format(end=8 * value)
