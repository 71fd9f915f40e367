"""The goals of checked numbers on the labelled corpus. Its figures: `judging.py`."""

from collections import Counter
from itertools import islice

import pytest

from tests.content.facts import grid, voices
from tests.content.facts.judging import cases, report, verdict_on

HALVES = ("first_half.txt", "held_out.txt")
UNSEEN, FRESH, FIFTH, SIXTH = "unseen.txt", "fresh.txt", "fifth.txt", "sixth.txt"
REVIEW = "review.txt"
"""What rules had accused without reason."""
PARTS = (*HALVES, UNSEEN, FRESH, FIFTH, SIXTH, REVIEW)
FOUND_SHARE = 0.95
"""Share of the false figures that must be found."""
FOUND_OF_ANOTHER_HAND = {UNSEEN: 0.9, FRESH: 0.8, FIFTH: 0.72, SIXTH: 0.7, REVIEW: 0.95}
"""The same where the writer had not seen the rules, and of the true figures; the goal is 0.95."""
FOUND_OF_VOICES = {
    "voices_1.jsonl": 0.87,
    "voices_2.jsonl": 0.67,
    "voices_3.jsonl": 0.7,
    "voices_4.jsonl": 0.85,
    "voices_5.jsonl": 0.8,
    "voices_6.jsonl": 0.62,
}
FOUND_IN_GRID = 0.88
GRID_SIZE = 300
ACCUSED_SHARE = 0.01
"""Share of the true figures that may be called contradicted."""


def test_the_corpus_is_large_and_balanced() -> None:
    labels = Counter(case.label for half in HALVES for case in cases(half))

    assert labels.total() >= 400
    assert min(labels["+"], labels["-"]) >= 100
    assert labels["0"] >= 150


@pytest.mark.parametrize("half", HALVES)
def test_false_figures_are_found_and_true_ones_are_not_accused(half: str) -> None:
    counts = report(half)
    false = sum(count for (label, _), count in counts.items() if label == "-")
    true = sum(count for (label, _), count in counts.items() if label == "+")

    assert counts["-", "contradicted"] / false >= FOUND_SHARE
    assert counts["+", "contradicted"] / true <= ACCUSED_SHARE
    assert counts["+", "supported"] / true >= FOUND_SHARE


@pytest.mark.parametrize("part", FOUND_OF_ANOTHER_HAND)
def test_sentences_of_another_hand_are_not_accused(part: str) -> None:
    counts = report(part)
    false = sum(count for (label, _), count in counts.items() if label == "-")
    true = sum(count for (label, _), count in counts.items() if label == "+")

    assert counts["-", "contradicted"] / false >= FOUND_OF_ANOTHER_HAND[part]
    assert counts["+", "contradicted"] / true <= ACCUSED_SHARE
    assert counts["+", "supported"] / true >= FOUND_OF_ANOTHER_HAND[part]


@pytest.mark.parametrize("half", PARTS)
def test_what_cannot_be_judged_is_not_judged(half: str) -> None:
    judged = [case for case in cases(half) if case.label == "0" and verdict_on(case) != "unknown"]

    assert judged == []


@pytest.mark.parametrize("part", FOUND_OF_VOICES)
def test_figures_of_a_writer_who_saw_no_rule(part: str) -> None:
    counts = voices.report(part)
    false = sum(count for (truth, _), count in counts.items() if truth == "false")

    assert counts["false", "contradicted"] / false >= FOUND_OF_VOICES[part]
    assert counts["true", "contradicted"] == 0
    assert (
        sum(count for (truth, _), count in counts.items() if truth == "trap")
        == (counts["trap", "unknown"])
    )


def test_what_is_not_false_is_not_accused() -> None:
    assert voices.accused() == []


def test_combinations_of_phrases_are_read() -> None:
    judged = list(islice(grid.combinations(seed=2), GRID_SIZE))

    found = sum(grid.is_contradicted(each.false) for each in judged)

    assert found / GRID_SIZE >= FOUND_IN_GRID
    assert [each.true for each in judged if grid.is_contradicted(each.true)] == []


def test_traps_in_the_same_phrases_are_not_judged() -> None:
    assert [text for text in grid.traps(seed=2) if grid.is_contradicted(text)] == []
