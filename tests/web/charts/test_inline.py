"""Charts: labels have room whatever their length, and nothing claims to begin at zero."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.web.charts import inline as charts

DAY = datetime(2026, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("low", "high"), [(9_999, 1_234_567), (147_999_999, 148_000_000), (0, 2**53 - 1), (7, 7)]
)
def test_labels_of_a_history_stand_beside_nothing_they_could_hide(low: int, high: int) -> None:
    points = [charts.Point(DAY + timedelta(days=n), value) for n, value in enumerate((low, high))]

    drawn = str(charts.history(points, title="Stars of a/b", what="Stars"))

    line = re.search(r'points="([^"]+)"', drawn)
    assert line
    heights = [float(place.split(",")[1]) for place in line[1].split()]
    labels = re.findall(r'y="(\d+)">([^<]+)</text>', drawn)
    (above, top), (below, bottom) = [(int(y), text) for y, text in labels[:2]]
    assert (top, bottom) == (f"{high:,}", f"{low:,}")
    # Letters are 24 units high and about 15 wide where they are largest, on telephones.
    assert 24 < above < min(heights)
    assert below - 24 > max(heights)
    assert len(top) * 15 < charts.WIDTH
    assert "polygon" not in drawn


def looks(*days: float) -> list[charts.Point]:
    """A point for each day, each ten higher than the one before."""
    return [charts.Point(DAY + timedelta(days=day), 100 + 10 * n) for n, day in enumerate(days)]


def lines_of(drawn: str) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (place.split(",") for place in points.split())]
        for points in re.findall(r'points="([^"]+)"', drawn)
    ]


def test_a_history_breaks_where_nothing_was_observed() -> None:
    points = looks(*range(12), *range(184, 226))

    drawn = str(charts.history(points, title="Stars of a/b", what="Stars"))

    assert [len(line) for line in lines_of(drawn)] == [12, 42]
    assert "Not observed 14 May to 3 November 2026." in drawn
    band = re.search(r'<rect class="gap" x="([\d.]+)" y="40" width="([\d.]+)"', drawn)
    assert band
    before, after = lines_of(drawn)[0][-1][0], lines_of(drawn)[1][0][0]
    assert float(band[1]) == pytest.approx(before, abs=0.2)
    assert float(band[1]) + float(band[2]) == pytest.approx(after, abs=0.2)


def test_weeks_that_thinning_leaves_and_a_late_look_are_no_gaps() -> None:
    weekly = [7 * week for week in range(20)]
    daily = [133 + day for day in (1, 2.4, 3, *range(4, 62))]

    assert len(lines_of(str(charts.history(looks(*weekly, *daily), title="", what="")))) == 1
    three_days_missing = [day for day in daily if day not in (150, 151, 152)]
    drawn = charts.history(looks(*weekly, *three_days_missing), title="", what="")
    assert len(lines_of(str(drawn))) == 2


def test_a_sparkline_is_drawn_by_time_and_says_its_true_span() -> None:
    points = looks(0, 1, 2, 3, 10, 11, 20)
    until = points[-1].at

    drawn = str(charts.sparkline(points, until=until, window=timedelta(days=30), what="stars"))

    assert "<title>3 to 23 May 2026: 100 to 160 stars</title>" in drawn
    # Days 10 to 13, then 20 and 21 of a window of 30; the last look stands alone at its end.
    lines = lines_of(drawn)
    assert [[round(x, 1) for x, _ in line] for line in lines] == [
        [32.7, 35.7, 38.8, 41.9],
        [63.3, 66.4],
    ]
    assert '<circle class="dot" cx="94.0"' in drawn


@pytest.mark.parametrize(("days", "is_drawn"), [((0, 14.9), False), ((0, 15), True), ((0,), False)])
def test_a_sparkline_of_less_than_half_of_its_window_is_not_drawn(
    days: tuple[float, ...], is_drawn: bool
) -> None:
    points = looks(*days)

    drawn = charts.sparkline(points, until=points[-1].at, window=timedelta(days=30), what="likes")

    assert bool(drawn) is is_drawn


def test_a_bar_is_as_long_as_its_move() -> None:
    widths = [
        float(
            re.findall(r'class="fill" width="([\d.]+)"', charts.bar(n, largest=1_120, title=""))[0]
        )
        for n in (1_120, 1_021, -560, 1, 0)
    ]

    assert widths == [100, 91.16, 50, 0.09, 0]
    kinds = [
        re.findall(r'class="bar (\w+)"', charts.bar(n, largest=9, title="")) for n in (1, -1, 0)
    ]
    assert kinds == [["up"], ["down"], ["same"]]


def test_marks_say_as_much_as_their_number() -> None:
    assert [str(charts.marks(value)).count("H56") for value in (7, 6)] == [1, 0]
    assert 'aria-hidden="true"' in charts.marks(0)
