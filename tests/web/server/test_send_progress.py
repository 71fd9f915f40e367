"""Slow clients by the numbers: who takes too little for a minute is dropped, nobody else."""

import pytest

from app.web.server.send_progress import MIN_BYTES_PER_SECOND, PERIOD_SECONDS, SendProgress


def drops_at(size: int, rate: float, *, lump: int = 1, until: float = 600) -> float | None:
    """When a client is dropped that takes an answer at a rate, in lumps; `None` if it never is."""
    progress = SendProgress()
    now = 0.0
    while now < until:
        left = size - int(now * rate) // lump * lump
        if progress.is_too_slow(max(left, 0), now):
            return now
        now += 0.5
    return None


@pytest.mark.parametrize("rate", [0, 1, 1_024 / 45, MIN_BYTES_PER_SECOND * 0.9])
def test_a_client_below_the_minimum_is_dropped_after_a_period(rate: float) -> None:
    assert drops_at(1_700_000, rate) == PERIOD_SECONDS


@pytest.mark.parametrize("rate", [MIN_BYTES_PER_SECOND * 1.2, 2_500, 1_000_000])
def test_a_client_above_the_minimum_is_served_to_the_end(rate: float) -> None:
    assert drops_at(1_700_000, rate) is None


def test_a_client_that_takes_its_due_in_lumps_is_served() -> None:
    assert drops_at(1_700_000, 1_000, lump=29_000) is None


def test_a_short_rest_that_is_never_taken_is_too_slow() -> None:
    assert drops_at(500, 0) == PERIOD_SECONDS


def test_a_pause_between_answers_does_not_count() -> None:
    progress = SendProgress()
    assert not progress.is_too_slow(100, 0.0)
    assert not progress.is_too_slow(0, 1.0)

    assert not progress.is_too_slow(100, 500.0)
    assert not progress.is_too_slow(100, 559.5)
    assert progress.is_too_slow(100, 560.0)
