"""Relevance scores of hits, equal on both databases.

BM25 of the title plus BM25 of the text. A query word weighs more the fewer of the hits have it in
their title. How rare it is in the whole paper is not counted: that would read all entries for each
search. Pure functions.
"""

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.content.search.question import Question, Term

TITLE_WEIGHT = 2.0
"""Maximum score of a title match, where a text match has 1: no text outweighs a title."""
TITLE_COUNT = 5.0
"""Counts a word in a title like this many occurrences in a text."""
SATURATION = 1.2
"""BM25's k1: how fast repetitions of a word lose weight."""
LENGTH_SHARE = 0.75
"""BM25's b: how much the length of a text reduces the weight of its words."""
USUAL_TITLE, USUAL_TEXT = 40, 600
"""Average length of titles and texts, in characters."""
SLICE = 200
"""Hits scored without a pause: with 16 query words and long texts about 10 ms."""
WHOLE = 0.25
"""Bonus for a prefix that is also a whole word."""
TOGETHER = 0.5
"""Bonus for the query words in sequence."""


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


@dataclass(frozen=True, slots=True)
class Ranked:
    """A hit with its score; larger is better."""

    id: int
    score: float


def ranked(question: Question, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Order hits by relevance, equal ones newest first."""
    return _in_order(_scored(_Wanted.of(question, candidates), candidates))


async def ranked_in_slices(question: Question, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Order hits as `ranked` does, letting the event loop run after every 200 of them."""
    scored: list[Ranked] = []
    wanted = _Wanted.of(question, candidates)
    for start in range(0, len(candidates), SLICE):
        if start:
            await asyncio.sleep(0)
        scored += _scored(wanted, candidates[start : start + SLICE])
    return _in_order(scored)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for in each hit, as strings surrounded by spaces."""

    needles: Sequence[tuple[str, float]]
    """Each query word with its weight; the weights add up to one."""
    wholes: Sequence[str]
    phrase: str | None

    @classmethod
    def of(cls, question: Question, candidates: Sequence[Candidate]) -> "_Wanted":
        needles = [needle_of(term) for term in question.wanted]
        weights = _weights(needles, candidates)
        return cls(
            needles=[*zip(needles, weights, strict=True)],
            wholes=[f"{needle_of(term)} " for term in question.wanted if term.is_prefix],
            phrase=needle_of(_together(question)) if len(needles) > 1 else None,
        )


def _weights(needles: Sequence[str], candidates: Sequence[Candidate]) -> list[float]:
    """Return the weight of each query word by its rarity in titles, as BM25 counts it."""
    if len(needles) == 1:
        return [1.0]
    titles = [f" {hit.title_words} " for hit in candidates]
    counts = [sum(needle in title for title in titles) for needle in needles]
    rarities = [math.log1p((len(titles) - count + 0.5) / (count + 0.5)) for count in counts]
    return [rarity / sum(rarities) for rarity in rarities]


def _scored(wanted: _Wanted, candidates: Iterable[Candidate]) -> list[Ranked]:
    return [Ranked(hit.id, _score(hit, wanted)) for hit in candidates]


def _in_order(scored: list[Ranked]) -> list[Ranked]:
    return sorted(scored, key=lambda hit: (-hit.score, -hit.id))


def needle_of(term: Term) -> str:
    """Return the string to search for in words that are surrounded by spaces."""
    return " " + " ".join(term.words) + ("" if term.is_prefix else " ")


def _together(question: Question) -> Term:
    words = tuple(word for term in question.wanted for word in term.words)
    return Term(words, is_prefix=question.wanted[-1].is_prefix)


def _score(hit: Candidate, wanted: _Wanted) -> float:
    title, text = f" {hit.title_words} ", f" {hit.text_words} "
    score = 0.0
    for needle, weight in wanted.needles:
        in_title, in_text = title.count(needle), text.count(needle)
        if in_title:
            length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(title) / USUAL_TITLE
            said = in_title * TITLE_COUNT
            score += weight * TITLE_WEIGHT * said / (SATURATION * length + said)
        if in_text or not in_title:
            length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(text) / USUAL_TEXT
            said = in_text or 1
            score += weight * said / (SATURATION * length + said)
    wholes = sum(whole in title or whole in text for whole in wanted.wholes)
    score += WHOLE * wholes / len(wanted.needles)
    if wanted.phrase is not None and (wanted.phrase in title or wanted.phrase in text):
        score += TOGETHER
    return round(score, 6)
