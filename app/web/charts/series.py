"""Histories on one chart: a line for each subject, over time, on one axis or indexed to 100."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.web.charts.axis import spread, ticks
from app.web.charts.gaps import segments
from app.web.charts.inline import between

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, FLOOR = 76, WIDTH - 28, 16, HEIGHT - 36
_LINE = 15
"""Height of a label at the end of a line."""
INDEX_BASE = 100
MAX_SERIES = 8


@dataclass(frozen=True, slots=True)
class Series:
    """The observations of one subject, oldest first; at least one."""

    name: str
    points: Sequence[tuple[datetime, float]]


def indexed(series: Series) -> Series | None:
    """Scale a series so that its first value is 100; `None` if that is 0."""
    base = series.points[0][1]
    if base == 0:
        return None
    return Series(series.name, [(at, value / base * INDEX_BASE) for at, value in series.points])


def draw(many: Sequence[Series], *, top: float = 0) -> Markup:
    """Draw up to eight series with their axes, `top` pixels down.

    Lines break where nothing was observed. Each ends with its number, which the legend explains.
    """
    frame = _Frame.of(many)
    lines = [_line(frame, series, number) for number, series in enumerate(many, start=1)]
    ends = [frame.y(series.points[-1][1]) for series in many]
    labels = spread(ends, apart=_LINE, low=TOP + 4, high=FLOOR)
    names = Markup("").join(
        Markup('<text class="end c{number}" x="{x}" y="{y:.1f}">{number}</text>').format(
            number=number, x=RIGHT + 8, y=y + 5
        )
        for number, y in enumerate(labels, start=1)
        if len(many) > 1
    )
    drawn = Markup("").join((frame.grid(), *lines, names))
    return Markup('<g transform="translate(0 {top})">{drawn}</g>').format(top=top, drawn=drawn)


def said(series: Series, *, what: str) -> str:
    """Say in a sentence what a line shows, for those who do not see it."""
    (first_at, first), (last_at, last) = series.points[0], series.points[-1]
    if first_at.date() == last_at.date():
        return f"{series.name}: {number(last)} {what} on {last_at:%-d %B %Y}."
    span = between(first_at, last_at)
    return f"{series.name}: from {number(first)} to {number(last)} {what}, {span}."


def number(value: float) -> str:
    """Write a value of a chart: counts whole, an index with one decimal."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


@dataclass(frozen=True, slots=True)
class _Frame:
    since: datetime
    until: datetime
    marks: Sequence[float]

    @classmethod
    def of(cls, many: Sequence[Series]) -> "_Frame":
        instants = [at for series in many for at, _ in series.points]
        values = [value for series in many for _, value in series.points]
        return cls(min(instants), max(instants), ticks(min(values), max(values)))

    def x(self, at: datetime) -> float:
        span = (self.until - self.since).total_seconds()
        if span == 0:
            return (LEFT + RIGHT) / 2
        return LEFT + (RIGHT - LEFT) * (at - self.since).total_seconds() / span

    def y(self, value: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        return FLOOR - (FLOOR - TOP) * (value - low) / (high - low)

    def grid(self) -> Markup:
        rows = Markup("").join(
            Markup(
                '<path class="axis" d="M{left} {y:.1f}H{right}"/>'
                '<text class="tick" x="{x}" y="{below:.1f}">{value}</text>'
            ).format(
                left=LEFT,
                right=RIGHT,
                x=LEFT - 8,
                y=self.y(mark),
                below=self.y(mark) + 4,
                value=number(mark),
            )
            for mark in self.marks
        )
        days = Markup('<text class="day" x="{left}" y="{y}">{day}</text>').format(
            left=LEFT, y=HEIGHT - 12, day=f"{self.since:%-d %b %Y}"
        )
        if self.until.date() != self.since.date():
            days += Markup('<text class="day last" x="{right}" y="{y}">{day}</text>').format(
                right=RIGHT, y=HEIGHT - 12, day=f"{self.until:%-d %b %Y}"
            )
        return rows + days


def _line(frame: _Frame, series: Series, place: int) -> Markup:
    drawn = Markup("")
    for run in segments([at for at, _ in series.points]):
        points = [(frame.x(series.points[n][0]), frame.y(series.points[n][1])) for n in run]
        if len(points) == 1:
            drawn += Markup('<circle class="dot c{}" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(
                place, *points[0]
            )
        else:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            drawn += Markup('<polyline class="series c{}" points="{}"/>').format(place, path)
    x, y = frame.x(series.points[-1][0]), frame.y(series.points[-1][1])
    return drawn + Markup('<circle class="dot c{}" cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(
        place, x, y
    )
