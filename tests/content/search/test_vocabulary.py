"""Which printed word a misspelt one is taken for, and how a question is corrected."""

import pytest

from app.content.search.question import read_question
from app.content.search.spelling import corrected
from app.content.search.vocabulary import Vocabulary, count_words

PRINTED = Vocabulary(
    count_words(
        [
            "qwen 3 6 27 b is an open model by alibaba",
            "gemini and gemma are models by google deepmind",
            "anthropic transformer transformer transformers attention",
            "the the the from from from form one one one",
            *["model"] * 40,
            "modle",
        ]
    )
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qwne", "qwen"),
        ("qwn", "qwen"),
        ("transfromer", "transformer"),
        ("tranfsormr", "transformer"),
        ("anthopric", "anthropic"),
        ("gemmini", "gemini"),
        ("deepmnid", "deepmind"),
        ("opne", "open"),  # "one" is printed more often, but letters are rather swapped than added
        ("modle", "model"),  # printed once itself, and 40 times right
        ("model", None),
        ("form", None),  # printed; a near word is not much more frequent
        ("zzzzzz", None),
        ("qx", None),
        ("27", None),
        ("gpt4", None),
    ],
)
def test_a_word_is_corrected_to_a_printed_one(typed: str, meant: str | None) -> None:
    assert PRINTED.correction(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qwne", "qwen"),
        ("Qwne3.6", "Qwen3.6"),
        ("open modle", "open model"),
        ('"atention transfromer"', '"attention transformer"'),
        ("transfromer -gemmini", "transformer -gemmini"),
        ("gemmi*", None),
        ("open model", None),
    ],
)
def test_the_rest_of_a_question_stays_as_typed(typed: str, meant: str | None) -> None:
    assert corrected(typed, read_question(typed), PRINTED) == meant
