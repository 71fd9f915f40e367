"""The parts of a score multiply to it; what was made in another way has none."""

from math import sqrt

import pytest

from app.content.trends.board_entries import BoardEntry
from app.content.trends.ranking import RULES, rise
from app.content.trends.score_parts import score_parts


def entry(score: float | None, *, stars: int, change: int | None) -> BoardEntry:
    return BoardEntry(1, 1, 1, score, None, change, stars, None, None, None, 1, False, False, False)


@pytest.mark.parametrize("past_gain", [None, 0, 100, 5_000])
@pytest.mark.parametrize(("size", "gain"), [(900, 200), (0, 40), (160_000, 500), (12, 1)])
def test_parts_multiply_to_the_score(size: int, gain: int, past_gain: int | None) -> None:
    score = rise(gain, size=size, past_gain=past_gain, rule=RULES["repository"])

    parts = score_parts(entry(score, stars=size + gain, change=gain), "repository")

    assert parts is not None
    assert (parts.gain, parts.size, parts.smoothing) == (gain, size, 100)
    assert parts.gain / sqrt(parts.size + parts.smoothing) * parts.boost == pytest.approx(
        score, rel=1e-3
    )


def test_what_was_born_since_is_ranked_by_all_that_it_has() -> None:
    score = rise(300, size=0, past_gain=None, rule=RULES["repository"])

    assert score_parts(entry(score, stars=300, change=None), "repository") == (300, 0, 100, 1.0)


def test_there_are_no_parts_where_the_numbers_do_not_give_the_score() -> None:
    for odd in (
        entry(12.5, stars=300, change=None),
        entry(99.0, stars=1_100, change=200),
        entry(None, stars=1_100, change=200),
        entry(1.0, stars=100, change=200),
    ):
        assert score_parts(odd, "repository") is None
