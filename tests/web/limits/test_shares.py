"""Shares: what one caller may hold, what all may, and that what is given back is free."""

from app.web.limits.shares import Shares


def test_a_caller_has_a_share_and_the_others_have_the_rest() -> None:
    shares = Shares(3, 2)

    assert [shares.take(caller) for caller in "aaabb"] == [None, None, "caller", None, "process"]
    assert len(shares) == 3


def test_what_is_given_back_is_free_again() -> None:
    shares = Shares(2, 1)
    assert shares.take("a") is None
    assert shares.take("a") == "caller"

    shares.leave("a")

    assert shares.take("a") is None
    assert len(shares) == 1


def test_a_refusal_takes_nothing() -> None:
    shares = Shares(1, 1)
    assert shares.take("a") is None
    assert (shares.take("a"), shares.take("b")) == ("process", "process")

    shares.leave("a")

    assert shares.take("b") is None


def test_an_exempt_caller_has_only_the_limit_of_all() -> None:
    shares = Shares(3, 1)

    assert [shares.take("proxy", is_exempt=True) for _ in range(4)] == [None] * 3 + ["process"]


def test_a_limit_of_zero_is_off() -> None:
    shares = Shares(0, 0)

    assert {shares.take("a") for _ in range(5_000)} == {None}
