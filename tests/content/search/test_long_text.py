"""Long texts are indexed in parts, as they are indexed whole."""

from hypothesis import given, strategies as st

from app.content.search.long_text import (
    CHUNK,
    LONG,
    MAX_INDEXED_BYTES,
    RANKED_CHARACTERS,
    index_texts,
    place_of_word,
)
from app.content.search.words import one_line, words_of

pieces = st.lists(
    st.sampled_from(
        [
            "word ",
            "Qwen3.6-27B, ",
            "C++/C#",
            "智能",
            "。",
            "ｶﾞｽ",
            "ไทย",
            "मेल ",
            "é",
            ".NET ",
            "1,000",
        ]
    ),
    min_size=1,
    max_size=12,
)


@given(pieces, st.integers(20, 150))
def test_a_text_in_parts_has_the_words_of_the_whole(parts: list[str], times: int) -> None:
    text = one_line("".join(parts) * times)

    (indexed,) = index_texts([text])

    words = words_of(text)
    assert f"{indexed.words} {indexed.more_words or ''}".split() == words
    assert len(indexed.words) <= RANKED_CHARACTERS or indexed.places is None
    if indexed.places is None:
        assert len(text) < LONG
        return
    for number in range(0, len(words), len(words) // 4 + 1):
        start = place_of_word(indexed.places, number)
        before = words_of(text[:start])
        assert before == words[: len(before)]
        assert len(before) <= number


def test_places_are_near_their_words() -> None:
    text = one_line("filler words, " * 10_000)
    (indexed,) = index_texts([text])
    assert indexed.places is not None

    for number in (0, 1, 999, 19_999):
        start = place_of_word(indexed.places, number)
        assert 0 <= number * 7 - start <= CHUNK + 20
    assert len(indexed.places) < len(text) / 50


def test_what_is_kept_of_a_text_without_end_is_bounded() -> None:
    (indexed,) = index_texts([" ".join(f"{number:06}" for number in range(200_000))])

    words = f"{indexed.words} {indexed.more_words}"
    assert words.startswith("000000 000001 ")
    assert MAX_INDEXED_BYTES * 0.5 < len(words) <= MAX_INDEXED_BYTES
