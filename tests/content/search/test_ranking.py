"""The order of hits: titles before texts, more before less, short before long, new before old."""

from typing import NamedTuple

import pytest

from app.content.search.question import read_question
from app.content.search.ranking import SLICE, ranked, ranked_in_slices


class Candidate(NamedTuple):
    id: int
    title_words: str
    text_words: str


def order(question: str, *candidates: tuple[str, str]) -> list[int]:
    """Rank texts that are numbered from 1, the later the newer."""
    hits = [Candidate(number, *words) for number, words in enumerate(candidates, start=1)]
    return [hit.id for hit in ranked(read_question(question), hits)]


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("fox", ("the fox", "jumps"), ("the dog", "fox fox")),
        ("fox", ("a", "fox and fox and fox"), ("a", "fox and dog and cat")),
        ("fox", ("a", "fox"), ("a", "fox " + "word " * 500)),
        ("fox", ("fox", "x"), ("fox of the long and winding title", "x")),
        ("quick fox", ("a", "the quick fox ran"), ("a", "the fox ran quick")),
        ("qui*", ("quick", "x"), ("a", "quick")),
        ('"quick fox"', ("a", "quick fox b quick fox"), ("a", "quick fox b quick dog")),
    ],
)
def test_the_better_answer_stands_first(
    question: str, better: tuple[str, str], worse: tuple[str, str]
) -> None:
    assert order(question, better, worse) == [1, 2]
    assert order(question, worse, better) == [2, 1]


def test_of_equal_answers_the_newest_stands_first() -> None:
    assert order("fox", ("fox", "x"), ("fox", "x"), ("fox", "y")) == [3, 2, 1]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # The hits repeat "the", so what has the other word in its title answers better.
        (("fox", "the end"), ("the week", "a fox")),
        (("fox of old", "the end"), ("notes", "the the the the fox")),
    ],
)
def test_a_word_that_hits_repeat_weighs_less(
    better: tuple[str, str], worse: tuple[str, str]
) -> None:
    others = [(f"fox {number}", "the hare and the hound and the fox") for number in range(9)]
    found = order("the fox", worse, *others, better)
    assert found.index(11) < found.index(1)
    found = order("the fox", better, *others, worse)
    assert found.index(1) < found.index(11)


def test_scores_fall() -> None:
    hits = [Candidate(n, "a", "fox " * n) for n in range(1, 30)]

    scores = [hit.score for hit in ranked(read_question("fox"), hits)]

    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_a_whole_word_stands_before_one_that_only_begins_so() -> None:
    assert order("bit*", ("a", "bitter"), ("a", "bit")) == [2, 1]
    assert order("bit*", ("a", "bit"), ("a", "bitter")) == [1, 2]


def test_a_word_that_only_the_rest_of_a_long_text_has_counts_once() -> None:
    assert order("fox", ("a", "dog " * 2000), ("a", "fox " + "dog " * 99)) == [2, 1]


async def test_slices_make_the_same_order() -> None:
    question = read_question("fox dog*")
    hits = [
        Candidate(n, "fox" if n % 7 == 0 else "a", f"{'fox ' * (n % 5)}dog{'s' * (n % 3)}")
        for n in range(1, SLICE * 2 + 9)
    ]

    assert await ranked_in_slices(question, hits) == ranked(question, hits)
