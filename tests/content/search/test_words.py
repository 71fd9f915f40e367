"""Texts as words: what is compared when something is looked for."""

import pytest
from hypothesis import given, strategies as st

from app.content.search.words import (
    MAX_INDEXED_BYTES,
    MAX_WORD,
    fold,
    fold_with_places,
    indexed_words,
    one_line,
    words_of,
)

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The quick, brown fox!", ["the", "quick", "brown", "fox"]),
        ("Café CAFÉ cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("Straße ÆON ﬁve", ["strasse", "æon", "five"]),
        ("acme/orca-7b_v2", ["acme", "orca", "7b", "v2"]),
        ("don't “stop” 66.9k", ["don", "t", "stop", "66", "9k"]),
        ("人工智能 AI", ["人", "工", "智", "能", "ai"]),
        ("ガス ｶﾞｽ", ["ガ", "ス", "カ", "ス"]),
        ("한국어 тест Й", ["한국어", "тест", "и"]),
        ("co\u00adoperate", ["cooperate"]),
        ("½ ²", ["1", "2", "2"]),
        ("🎉 … —", []),
        ("x" * 100, ["x" * MAX_WORD]),
    ],
)
def test_words_are_small_and_plain(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(anything)
def test_words_are_letters_and_digits_that_stay_as_they_are(text: str) -> None:
    words = words_of(text)

    assert all(word.isalnum() for word in words)
    # What ASCII there is may be told apart from spaces by a tokenizer that knows ASCII alone.
    assert all(not character.isupper() for word in words for character in word if character < "~")


@given(anything)
def test_each_folded_character_has_its_place(text: str) -> None:
    folded, places = fold_with_places(text)

    assert folded == fold(text)
    places = list(range(len(text))) if places is None else places
    assert len(places) == len(folded)
    assert places == sorted(places)
    assert all(fold(text[place]).find(c) >= 0 for place, c in zip(places, folded, strict=True))


def test_what_is_kept_of_a_text_without_end_is_bounded() -> None:
    words = indexed_words(" ".join(f"{number:06}" for number in range(200_000)))

    assert words.startswith("000000 000001 ")
    assert MAX_INDEXED_BYTES * 0.5 < len(words) <= MAX_INDEXED_BYTES


def test_a_line_has_no_breaks() -> None:
    assert one_line(" a\r\n\n b\tc\u2028d e\u0301 ") == "a b c d é"
