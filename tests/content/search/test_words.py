"""Texts as words: what is compared when something is looked for."""

import re

import pytest
from hypothesis import given, strategies as st

from app.content.search.folding import fold, fold_with_places
from app.content.search.words import MAX_WORD, one_line, words_of, words_of_each

anything = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The quick, brown fox!", ["the", "quick", "brown", "fox"]),
        ("Café CAFÉ cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("Straße ÆON ﬁve", ["strasse", "aeon", "five"]),
        ("Ørsted Łukasz Đặng Ħal ǿ ıssız", ["orsted", "lukasz", "dang", "hal", "o", "issiz"]),
        ("acme/orca-7b_v2", ["acme", "orca", "7", "b", "v", "2"]),
        ("Qwen3.6-27B", ["qwen", "3", "6", "27", "b"]),
        ("don't “stop” 66.9k", ["don", "t", "stop", "66", "9", "k"]),
        ("人工智能 AI4人", ["人", "工", "智", "能", "ai", "4", "人"]),
        ("ガス ｶﾞｽ ﾊﾟﾝ ｶ ﾞ", ["ガ", "ス", "ガ", "ス", "パ", "ン", "カ"]),
        ("Ｃ＋＋ Ｃ＃ ＧＰＴ－４ｏ", ["c\x80\x80", "c\x81", "gpt", "4", "o"]),
        (
            "C++ c#/F# C++17 C#9 C++語",
            ["c\x80\x80", "c\x81", "f\x81", "c\x80\x80", "17", "c\x81", "9", "c\x80\x80", "語"],
        ),
        (".NET 9, ASP.NET, .net9", ["\x82net", "9", "asp", "\x82net", "\x82net", "9"]),
        (
            "a+b c+++ ab++ x#4 ab# 7# .network",
            ["a", "b", "c", "ab", "x\x81", "4", "ab", "7", "network"],
        ),
        ("كِتَابٌ كـتاب أحمد کتاب", ["كتاب", "كتاب", "احمد", "كتاب"]),
        ("שָׁלוֹם שלום", ["שלום", "שלום"]),
        ("मेल मूल ज़ रिश्ता", ["मेल", "मूल", "ज", "रिश्ता"]),
        ("বাংলা தமிழ் తెలుగు മലയാളം", ["বাংলা", "தமிழ்", "తెలుగు", "മലയാളം"]),
        ("ที่AI ນ້ຳ", ["ที่", "ai", "ນ້", "ໍາ"]),
        ("٣٫٥ ۴ ३", ["3", "5", "4", "3"]),
        ("об'єкт обʼєкт Hawaiʻi", ["об", "єкт", "об", "єкт", "hawaii"]),
        ("❤\ufe0f \u200emark\u200e o\u200bk", ["mark", "o", "k"]),
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
def test_words_are_letters_or_digits(text: str) -> None:
    words = words_of(text)

    assert not any(set(word) & set(" '\"\\*") for word in words)
    assert all(word.isdecimal() or not re.search("[0-9]", word) for word in words)
    # What ASCII there is may be told apart from spaces by a tokenizer that knows ASCII alone.
    assert all(c.isalnum() and not c.isupper() for word in words for c in word if c < "~")


@given(anything)
def test_words_are_made_of_words_again(text: str) -> None:
    words = words_of(text)
    plain = [word for word in words if word.isascii()]

    assert words_of(" ".join(plain)) == plain


edges = st.sampled_from(["C#", ".NET", "asp", "c\n", "\u0301", "ｶ", "ﾞ"])


@given(st.lists(st.one_of(anything, edges)))
def test_texts_have_the_same_words_together(texts: list[str]) -> None:
    assert words_of_each(texts) == [words_of(text) for text in texts]


@given(anything)
def test_each_folded_character_has_its_place(text: str) -> None:
    folded, places = fold_with_places(text)

    assert folded == fold(text)
    places = list(range(len(text))) if places is None else places
    assert len(places) == len(folded)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


def test_a_line_has_no_breaks() -> None:
    assert one_line(" a\r\n\n b\tc\u2028d e\u0301 ") == "a b c d é"
