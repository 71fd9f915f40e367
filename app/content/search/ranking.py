"""How well a hit answers: a number from the words it has, the same on both databases.

BM25 of the title and BM25 of the text, over the words of the question alike: how rare each word is
would have to be counted over the whole paper for every search. Pure: rows go in, an order comes
out.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.content.search.question import Question, Term

TITLE_WEIGHT = 2.0
"""What a title can add, where the text can add 1: no text outweighs a title by saying more."""
TITLE_COUNT = 5.0
"""A title says a word once, and means it."""
SATURATION = 1.2
"""BM25's k1: how soon more of the same word adds little."""
LENGTH_SHARE = 0.75
"""BM25's b: how much a long text has to say more often what a short one says once."""
USUAL_TITLE, USUAL_TEXT = 40, 600
"""Characters of a title and a text that are neither long nor short."""
SLICE = 200
"""Hits that are scored at once: of 16 words in long texts that takes some 10 ms."""
WHOLE = 0.25
"""What the beginning of a word adds where it stands as a word of its own."""
TOGETHER = 0.5
"""What the words of a question add where they stand one after the other."""


class Candidate(Protocol):
    """A hit with its words, separated by spaces: any row that has these columns.

    A word of the question that is in neither stands further on in a long text.
    """

    @property
    def id(self) -> int: ...
    @property
    def title_words(self) -> str: ...
    @property
    def text_words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit by its number; larger is better."""

    id: int
    score: float


def ranked(question: Question, candidates: Iterable[Candidate]) -> list[Ranked]:
    """Order hits: the best first, of equal ones the newest."""
    return _in_order(_scored(question, candidates))


async def ranked_in_slices(question: Question, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Order hits as `ranked` does, and let the event loop go on after every 200 of them."""
    scored: list[Ranked] = []
    for start in range(0, len(candidates), SLICE):
        if start:
            await asyncio.sleep(0)
        scored += _scored(question, candidates[start : start + SLICE])
    return _in_order(scored)


def _scored(question: Question, candidates: Iterable[Candidate]) -> list[Ranked]:
    needles = [needle_of(term) for term in question.wanted]
    wholes = [f"{needle_of(term)} " for term in question.wanted if term.is_prefix]
    phrase = needle_of(_together(question)) if len(question.wanted) > 1 else None
    return [Ranked(hit.id, _score(hit, needles, wholes, phrase)) for hit in candidates]


def _in_order(scored: list[Ranked]) -> list[Ranked]:
    return sorted(scored, key=lambda hit: (-hit.score, -hit.id))


def needle_of(term: Term) -> str:
    """Give what a term is found by in words that have a space on either side."""
    return " " + " ".join(term.words) + ("" if term.is_prefix else " ")


def _together(question: Question) -> Term:
    words = tuple(word for term in question.wanted for word in term.words)
    return Term(words, is_prefix=question.wanted[-1].is_prefix)


def _score(hit: Candidate, needles: list[str], wholes: list[str], phrase: str | None) -> float:
    title, text = f" {hit.title_words} ", f" {hit.text_words} "
    score = 0.0
    for needle in needles:
        in_title, in_text = title.count(needle), text.count(needle)
        if in_title:
            length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(title) / USUAL_TITLE
            said = in_title * TITLE_COUNT
            score += TITLE_WEIGHT * said / (SATURATION * length + said)
        if in_text or not in_title:
            length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(text) / USUAL_TEXT
            said = in_text or 1
            score += said / (SATURATION * length + said)
    score += WHOLE * sum(whole in title or whole in text for whole in wholes)
    score /= len(needles)
    if phrase is not None and (phrase in title or phrase in text):
        score += TOGETHER
    return round(score, 6)
