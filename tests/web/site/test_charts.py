"""Charts: labels have room whatever their length, and nothing claims to begin at zero."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.web.site import charts

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


def test_marks_say_as_much_as_their_number() -> None:
    assert [str(charts.marks(value)).count("H56") for value in (7, 6)] == [1, 0]
    assert 'aria-hidden="true"' in charts.marks(0)
