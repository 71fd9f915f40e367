"""A board over time as a picture: a line for each leader, its rank on each day.

The drawing stretches to the height of the list of names beside it, a row for each rank, so that a
line ends at its name whatever the size of the screen. Pure functions; inline SVG without styles.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date as Date, datetime, time
from itertools import pairwise
from typing import Any

from markupsafe import Markup

WIDTH, ROW = 600, 24
_SIDE = 8
HIGHLIGHTED = 3
"""Lines that are drawn strong; more of them could not be told apart by colour."""


def bump_chart(
    dates: Sequence[str], subjects: Sequence[Mapping[str, Any]], *, title: str
) -> Markup:
    """The ranks of subjects on the days that have a board.

    A line breaks where its subject was not among the ranks that are drawn, and where no day was
    observed. Nothing where there are fewer than two days.
    """
    if len(dates) < 2 or not subjects:
        return Markup("")
    instants = [datetime.combine(Date.fromisoformat(day), time.min, tzinfo=UTC) for day in dates]
    span = (instants[-1] - instants[0]).total_seconds()
    xs = [
        _SIDE + (WIDTH - 2 * _SIDE) * (at - instants[0]).total_seconds() / span for at in instants
    ]
    observed = _runs(instants)
    count = len(subjects)
    # The strong lines last, over the others.
    lines = [
        _line(xs, observed, subject["ranks"], place=place, count=count)
        for place, subject in reversed(list(enumerate(subjects)))
    ]
    return Markup(
        '<svg class="bump" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" '
        'aria-labelledby="bump_title bump_description"><title id="bump_title">{title}</title>'
        '<desc id="bump_description">{said}</desc>{grid}{lines}</svg>'
    ).format(
        width=WIDTH,
        height=count * ROW,
        title=title,
        said=". ".join(_said(subject, place) for place, subject in enumerate(subjects, start=1)),
        grid=_grid(count),
        lines=Markup("").join(lines),
    )


def _runs(days: Sequence[datetime]) -> list[range]:
    """The days in a row: ranks of a day that was left out are not drawn, not even as a line."""
    usual = min(after - before for before, after in pairwise(days))
    starts = [n for n in range(1, len(days)) if days[n] - days[n - 1] > usual]
    return [range(a, b) for a, b in pairwise([0, *starts, len(days)])]


def _line(
    xs: Sequence[float],
    observed: Sequence[range],
    ranks: Sequence[int | None],
    *,
    place: int,
    count: int,
) -> Markup:
    path = []
    for run in observed:
        is_down = False
        for number in run:
            rank = ranks[number]
            if rank is None or rank > count:
                is_down = False
                continue
            y = (rank - 0.5) * ROW
            # A line of no length is a dot, by its round end: a day that stands alone is seen.
            path.append(f"{'L' if is_down else 'M'}{xs[number]:.1f} {y:.0f}")
            path.append("" if is_down else "h0")
            is_down = True
    strong = f" strong s{place + 1}" if place < HIGHLIGHTED else ""
    return Markup('<path class="line{}" d="{}"/>').format(strong, "".join(path))


def _grid(count: int) -> Markup:
    rows = "".join(f"M0 {(rank + 0.5) * ROW:.0f}H{WIDTH}" for rank in range(count))
    return Markup('<path class="axis" d="{}"/>').format(rows)


def _said(subject: Mapping[str, Any], place: int) -> str:
    ranks = [rank for rank in subject["ranks"] if rank is not None]
    best = min(ranks, default=place)
    return f"{subject['name']}: now {place}, best {best}, on the board {len(ranks)} days"
