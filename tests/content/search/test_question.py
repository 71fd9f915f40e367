"""What people type, read as words, phrases, beginnings and exclusions, and nothing else."""

import pytest
from hypothesis import given, strategies as st

from app.content.search.question import Question, Term, read_question
from app.errors import BadRequest


def word(*words: str, is_prefix: bool = False) -> Term:
    return Term(words, is_prefix)


SIGNS = ("one", "or", "two", "not", "three")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("one Two", Question((word("one"), word("two")))),
        ("one one ONE", Question((word("one"),))),
        ('"small models" now', Question((word("small", "models"), word("now")))),
        ("begin*", Question((word("begin", is_prefix=True),))),
        ("b* é*", Question((word("b"), word("e")))),
        ("gpt-4o", Question((word("gpt", "4", "o"),))),
        ("gpt-4o*", Question((word("gpt", "4", "o", is_prefix=True),))),
        ("gpt-4*", Question((word("gpt", "4", is_prefix=True),))),
        ("o1-p*", Question((word("o", "1", "p", is_prefix=True),))),
        ("acme/t*", Question((word("acme", "t", is_prefix=True),))),
        ("acme/* gpt-**", Question((word("acme"), word("gpt")))),
        ("7b＊", Question((word("7", "b", is_prefix=True),))),
        (
            '"small mod*" "big lab"*',
            Question((word("small", "mod", is_prefix=True), word("big", "lab", is_prefix=True))),
        ),
        ("yes -no*", Question((word("yes"),), (word("no", is_prefix=True),))),
        ("yes −no", Question((word("yes"),), (word("no"),))),
        ("मे* كت*", Question((word("मे", is_prefix=True), word("كت", is_prefix=True)))),
        ("C++ c# .NET", Question((word("c\x80\x80"), word("c\x81"), word("\x82net")))),
        ("“small models” now", Question((word("small", "models"), word("now")))),
        (
            "„a b“ «c d» ｢e 「f g」",
            Question((word("a", "b"), word("c", "d"), word("e"), word("f", "g"))),
        ),
        ("yes -“not this”", Question((word("yes"),), (word("not", "this"),))),
        ('yes -no -"not this"', Question((word("yes"),), (word("no"), word("not", "this")))),
        ("yes --no", Question((word("yes"),), (word("no"),))),
        ("yes - no", Question((word("yes"), word("no")))),
        ('"open phrase', Question((word("open"), word("phrase")))),
        ('a"b c"d', Question((word("a"), word("b", "c"), word("d")))),
        (
            "one OR two NOT (three)",
            Question(tuple(map(word, SIGNS))),
        ),
        ("title:x NEAR(a b)", Question((word("title", "x"), word("near", "a"), word("b")))),
        ("智能", Question((word("智", "能"),))),
    ],
)
def test_a_question_is_read(text: str, question: Question) -> None:
    assert read_question(text) == question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("small mod", Question((word("small"), word("mod", is_prefix=True)))),
        ("small mod ", Question((word("small"), word("mod")))),
        ("qwen3", Question((word("qwen", "3", is_prefix=True),))),
        ("gpt-", Question((word("gpt"),))),
        ("c", Question((word("c"),))),
        ('"small mod', Question((word("small"), word("mod", is_prefix=True)))),
        ('"small mod"', Question((word("small", "mod"),))),
        ("small -mod", Question((word("small"),), (word("mod", is_prefix=True),))),
    ],
)
def test_the_last_word_of_an_unfinished_question_may_go_on(text: str, question: Question) -> None:
    assert read_question(text, is_unfinished=True) == question


@pytest.mark.parametrize("text", ["...", "-no", '""', '"?!"', "🎉", "*", "-", " ", '-"a b" -c'])
def test_nothing_to_look_for_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_question(text)

    assert refused.value.code == "invalid_parameter"
    assert [fault.parameter for fault in refused.value.faults] == ["q"]


def test_sixteen_words_are_enough() -> None:
    words = [f"w{number}" for number in range(17)]

    assert len(read_question(" ".join(words[:16])).wanted) == 16
    with pytest.raises(BadRequest, match="at most 16"):
        read_question(" ".join(words))
    with pytest.raises(BadRequest, match="at most 16"):
        read_question(" -".join(words))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_is_typed_there_are_words_or_a_refusal(text: str) -> None:
    try:
        question = read_question(text)
    except BadRequest:
        return

    assert question.wanted
    for term in (*question.wanted, *question.unwanted):
        assert not any(set(word) & set(" '\"\\*:|&!()") for word in term.words)
