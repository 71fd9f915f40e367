"""The formula as rules: lists are in order, fair, and follow from the numbers alone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, strategies as st

from app.content.trends import ranking
from app.content.trends.ranking import (
    RULES,
    Baseline,
    Seen,
    microseconds,
    movers,
    nearest,
    nearest_index,
    rise,
    trending,
)

NOW = datetime(2026, 5, 3, 6, tzinfo=UTC)
WEEK_AGO = NOW - timedelta(days=7)

counts = st.integers(0, 10**6)
worlds = st.dictionaries(st.integers(1, 60), st.tuples(counts, counts), max_size=40)


def seen_in(world: dict[int, tuple[int, int]]) -> list[Seen]:
    return [Seen(number, f"lab/{number:03}", now, None, None) for number, (_, now) in world.items()]


def baseline_in(world: dict[int, tuple[int, int]]) -> Baseline:
    return Baseline(WEEK_AGO, {number: then for number, (then, _) in world.items()}, {})


@given(worlds)
def test_movers_are_all_who_moved_each_in_its_place(world: dict[int, tuple[int, int]]) -> None:
    up = movers(seen_in(world), baseline_in(world), is_up=True)
    down = movers(seen_in(world), baseline_in(world), is_up=False)

    changes = {number: now - then for number, (then, now) in world.items()}
    assert {each.subject_id: each.change for each in (*up, *down)} == {
        number: change for number, change in changes.items() if change
    }
    for listed, sign in ((up, 1), (down, -1)):
        sizes = [(each.change or 0) * sign for each in listed]
        assert sizes == sorted(sizes, reverse=True)
        assert [each.rank for each in listed] == [
            1 + sum(other > size for other in sizes) for size in sizes
        ]
        for one, other in pairwise(listed):
            assert one.rank < other.rank or one.subject_id < other.subject_id


@given(worlds, st.randoms())
def test_the_order_in_which_things_were_seen_changes_nothing(
    world: dict[int, tuple[int, int]], random: Random
) -> None:
    seen = seen_in(world)
    shuffled = random.sample(seen, len(seen))

    assert trending(seen, baseline_in(world), kind="repository") == trending(
        shuffled, baseline_in(world), kind="repository"
    )


@given(worlds)
def test_nothing_trends_that_falls_or_that_nobody_uses(world: dict[int, tuple[int, int]]) -> None:
    for each in trending(seen_in(world), baseline_in(world), kind="repository"):
        then, now = world[each.subject_id]
        assert now > then
        assert now >= RULES["repository"].least
        assert each.score is not None
        assert each.score > 0


@given(st.integers(1, 10**5), counts, st.one_of(st.none(), counts))
def test_more_gain_is_never_less_and_more_size_never_more(
    gain: int, size: int, past: int | None
) -> None:
    rule = RULES["model"]
    score = rise(gain, size=size, past_gain=past, rule=rule)

    assert rise(gain + 1, size=size, past_gain=past, rule=rule) >= score
    assert rise(gain, size=size + 1, past_gain=past, rule=rule) <= score
    if past is not None:
        plain = rise(gain, size=size, past_gain=None, rule=rule)
        # Both are rounded to four places.
        assert plain * 0.5 - 0.0001 <= score <= plain * 2 + 0.0002


@given(st.lists(st.integers(0, 60 * 24), unique=True), st.sampled_from(("day", "week", "month")))
def test_a_baseline_is_the_nearest_that_is_near_enough(hours: list[int], window: str) -> None:
    instants = [NOW - timedelta(hours=each) for each in hours]
    found = nearest(instants, instant=lambda each: each, now=NOW, window=window)  # type: ignore[arg-type]

    ideal = NOW - ranking.WINDOW_LENGTHS[window]  # type: ignore[index]
    tolerance = ranking.TOLERANCES[window]  # type: ignore[index]
    distances = [abs(each - ideal) for each in instants]
    if found is None:
        assert all(distance > tolerance for distance in distances)
    else:
        assert abs(found - ideal) == min(distances) <= tolerance

    in_order = sorted(instants)
    counted = [microseconds(each) for each in in_order]
    place = nearest_index(counted, now=microseconds(NOW), window=window)  # type: ignore[arg-type]
    assert (None if place is None else in_order[place]) == found


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([100, 100, 160, 161], True),
        ([100, 130, 160, 190], False),
        ([100, 100, 140, 140], False),  # too few to say
        ([100, 200], False),  # no look between
        ([100, 90, 180, 180], True),
        ([], False),
    ],
)
def test_a_burst_comes_nearly_all_at_once(steps: list[int], expected: bool) -> None:
    assert ranking.is_burst(steps) is expected
