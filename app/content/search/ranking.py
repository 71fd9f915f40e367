"""Relevance scores of hits, equal on both databases.

BM25 of the title plus BM25 of the text. A query word that the hits repeat often, as they do "the",
weighs less. How rare a word is in the whole paper is not counted: that would read all entries for
each search. Pure functions.
"""

import asyncio
import math
import operator
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from app.content.search.question import Question, Term

TITLE_WEIGHT = 2.0
"""Maximum score of a title match, where a text match has 1: no text outweighs a title that has the
same words."""
TITLE_COUNT = 5.0
"""Counts a word in a title like this many occurrences in a text."""
SATURATION = 1.2
"""BM25's k1: how fast repetitions of a word lose weight."""
LENGTH_SHARE = 0.75
"""BM25's b: how much the length of a text reduces the weight of its words."""
USUAL_TITLE, USUAL_TEXT = 40, 600
"""Average length of titles and texts, in characters."""
_TITLE_ROOM, _TITLE_SLOPE = SATURATION * (1 - LENGTH_SHARE), SATURATION * LENGTH_SHARE / USUAL_TITLE
_TEXT_ROOM, _TEXT_SLOPE = SATURATION * (1 - LENGTH_SHARE), SATURATION * LENGTH_SHARE / USUAL_TEXT
SLICE = 3200
"""Query words times hits that are scored without a pause: with long texts about 10 ms."""
WHOLE = 0.25
"""Bonus for a prefix that is also a whole word."""
TOGETHER = 0.5
"""Bonus for the query words in sequence."""

MAX_TEXT_SCORE = 1.0
"""What a text can score at most, and so a hit that has the only query word not in its title."""


class Candidate(Protocol):
    """A hit with its words, separated by spaces: any row with these columns.

    A query word that is in neither is further on in a long text.
    """

    @property
    def id(self) -> int: ...
    @property
    def title_words(self) -> str: ...
    @property
    def text_words(self) -> str: ...


class Ranked(NamedTuple):
    """A hit with its score; larger is better."""

    id: int
    score: float


def ranked(question: Question, candidates: Iterable[Candidate]) -> list[Ranked]:
    """Order hits by relevance, equal ones newest first."""
    ranking = _Ranking(question)
    ranking.add(candidates)
    return ranking.in_order()


async def ranked_in_slices(question: Question, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Order hits as `ranked` does, letting the event loop run after a slice of them."""
    ranking = _Ranking(question)
    size = SLICE // len(question.wanted)
    for start in range(0, len(candidates), size):
        if start:
            await asyncio.sleep(0)
        ranking.add(candidates[start : start + size])
    return ranking.in_order()


class _Ranking:
    """Scores for each query word by itself, which are added up when all hits are counted."""

    def __init__(self, question: Question) -> None:
        wanted = question.wanted
        self._needles = [needle_of(term) for term in wanted]
        self._wholes = [f"{needle_of(term)} " for term in wanted if term.is_prefix]
        self._phrase = needle_of(_together(question)) if len(wanted) > 1 else None
        self._counts = [0] * len(wanted)
        """How often the hits have each word."""
        self._scored: list[tuple[int, list[float], float]] = []
        """The id of each hit, its score for each word, and its bonus."""

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Score some hits."""
        self._scored += [self._score(hit) for hit in candidates]

    def in_order(self) -> list[Ranked]:
        """Return all hits, best first."""
        weights = self._weights()
        if len(weights) == 1:  # it is 1
            totals = [(scores[0] + bonus, id_) for id_, scores, bonus in self._scored]
        else:
            totals = [
                (sum(map(operator.mul, weights, scores)) + bonus, id_)
                for id_, scores, bonus in self._scored
            ]
        best_first = sorted([(-round(score, 6), -id_) for score, id_ in totals])
        return [Ranked(-id_, -score) for score, id_ in best_first]

    def _weights(self) -> list[float]:
        """Return the weight of each word, 1 in all; one said thrice in each hit weighs half."""
        hits = len(self._scored)
        weights = [1 / math.log2(1 + max(hits, count) / hits) for count in self._counts if hits]
        return [weight / sum(weights) for weight in weights]

    def _score(self, hit: Candidate) -> tuple[int, list[float], float]:
        title, text = f" {hit.title_words} ", f" {hit.text_words} "
        title_room = _TITLE_ROOM + _TITLE_SLOPE * len(title)
        text_room = _TEXT_ROOM + _TEXT_SLOPE * len(text)
        scores, counts = [], self._counts
        for place, needle in enumerate(self._needles):
            in_title, in_text = title.count(needle), text.count(needle)
            counts[place] += in_title + in_text
            if in_title:
                said = in_title * TITLE_COUNT
                score = TITLE_WEIGHT * said / (title_room + said)
                if in_text:
                    score += in_text / (text_room + in_text)
            else:
                said = in_text or 1
                score = said / (text_room + said)
            scores.append(score)
        bonus = 0.0
        if self._wholes:
            wholes = sum(whole in title or whole in text for whole in self._wholes)
            bonus = WHOLE * wholes / len(self._needles)
        if self._phrase is not None and (self._phrase in title or self._phrase in text):
            bonus += TOGETHER
        return hit.id, scores, bonus


def needle_of(term: Term) -> str:
    """Return the string to search for in words that are surrounded by spaces."""
    return " " + " ".join(term.words) + ("" if term.is_prefix else " ")


def _together(question: Question) -> Term:
    words = tuple(word for term in question.wanted for word in term.words)
    return Term(words, is_prefix=question.wanted[-1].is_prefix)
