"""Numbers as printed, and the counts that they agree with."""

import re

import pytest

from app.content.facts.numbers import NUMBER, Printed, read_number


def printed(text: str) -> Printed:
    found = re.fullmatch(NUMBER, text)
    assert found is not None
    return read_number(found)


@pytest.mark.parametrize(
    ("text", "value", "least", "most"),
    [
        ("66,912", 66_912, 66_912, 66_912),
        ("66.9k", 66_900, 66_850, 66_949),
        ("67k", 67_000, 66_500, 67_499),
        ("1.2M", 1_200_000, 1_150_000, 1_249_999),
        ("1.2 million", 1_200_000, 1_150_000, 1_249_999),
        ("812.3k", 812_300, 812_250, 812_349),
    ],
)
def test_a_number_stands_for_what_rounds_to_it(
    text: str, value: int, least: int, most: int
) -> None:
    number = printed(text)

    assert (number.number, number.as_printed().least, number.as_printed().most) == (
        value,
        least,
        most,
    )


def test_a_round_number_may_be_rounded_without_saying_so() -> None:
    meant = printed("2,000").as_printed()

    assert meant.agrees(2_000)
    assert not meant.agrees(2_031)
    assert not meant.contradicts(2_031)
    assert meant.contradicts(2_501)


def test_a_plus_sign_is_at_least() -> None:
    number = printed("160,400+")

    assert number.is_at_least
    assert number.at_least().agrees(170_000)
    assert number.at_least().contradicts(160_399)


def test_a_tilde_is_within_five_percent() -> None:
    about = printed("2,000").about()

    assert [about.agrees(count) for count in (1_899, 1_900, 2_100, 2_101)] == [
        False,
        True,
        True,
        False,
    ]
