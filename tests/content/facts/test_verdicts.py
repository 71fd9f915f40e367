"""Verdicts by the age and the value of observations."""

from datetime import UTC, datetime, timedelta

import pytest

from app.content.facts.claims import Claim
from app.content.facts.names import NamedSubject
from app.content.facts.numbers import Range
from app.content.facts.verdicts import History, Judged, Observed, judge
from app.models.values import Window

NOW = datetime(2026, 5, 3, 6, tzinfo=UTC)
SUBJECT = NamedSubject(1, "github", "repository", "acme/orca", "https://github.com/acme/orca")


def judged(
    value: int,
    *seen: tuple[float, int | None],
    window: Window | None = None,
    is_recent: bool = False,
) -> Judged:
    """Judge an exact number by observations, each with its age in hours and its stars."""
    exact, is_change = Range.exactly(value, value), window is not None
    claim = Claim("/x", "5", SUBJECT, "stars", value, exact, is_change, window, is_recent=is_recent)
    history = [
        Observed(NOW - timedelta(hours=hours), place, True, [stars, None, None, None])
        for place, (hours, stars) in enumerate(seen, start=1)
    ]
    return judge(claim, History(history), printed_at=NOW)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ([], "unknown"),
        ([(1, None)], "unknown"),
        ([(48, 100)], "supported"),
        ([(49, 100)], "stale"),
        ([(1, 200), (30, 100)], "stale"),
        ([(1, 200), (30, 150)], "contradicted"),
        ([(7 * 24, 200)], "contradicted"),
        ([(8 * 24, 200)], "contradicted"),
        ([(-1, 100)], "unknown"),
    ],
)
def test_the_newest_observation_before_the_printing_decides(
    seen: list[tuple[float, int | None]], verdict: str
) -> None:
    assert judged(100, *seen).verdict == verdict


def test_a_change_is_compared_with_the_change_over_its_window() -> None:
    week = [(1.0, 250), (25.0, 240), (7 * 24.0 + 1, 150)]

    assert judged(100, *week, window="week").verdict == "supported"
    assert judged(10, *week, window="day").verdict == "supported"
    assert judged(80, *week, window="week").verdict == "contradicted"
    assert judged(100, *week, window="month").verdict == "unknown"


def test_a_stale_number_shows_the_observation_that_it_agrees_with() -> None:
    found = judged(100, (1, 200), (30, 100), (60, 100))

    assert found.evidence is not None
    assert found.evidence.observed_at == NOW - timedelta(hours=30)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(250, "supported"), (200, "unknown"), (151, "unknown"), (251, "contradicted")],
)
def test_a_number_of_a_day_of_the_week_is_compared_with_all_counts_of_the_week(
    value: int, verdict: str
) -> None:
    week = [(1.0, 250), (7 * 24.0 + 1, 150), (30 * 24.0, 10)]

    assert judged(value, *week, is_recent=True).verdict == verdict
    assert judged(20, *week, is_recent=True).verdict == "contradicted"
    assert judged(10, (1.0, 250), is_recent=True).verdict == "unknown"
