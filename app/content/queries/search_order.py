"""The order of hits by relevance: which hits are ranked, and from which rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from app.content.queries.search_matches import MAX_CANDIDATES, MAX_COUNTED, HitCount, Matches
from app.content.queries.search_statements import select_listed_words, select_words
from app.content.search.grouping import group_by_subject
from app.content.search.ranking import MAX_TEXT_SCORE, Ranked, ranked, ranked_in_slices

MAX_RANKED = 200
"""Hits in an order by relevance."""
MAX_TITLES = 200
"""The newest of the older hits with all words in the title, which are ranked as well."""
MANY_HITS = 100
"""From so many on, titles are ranked first: about one hit of ten has its word there."""


@dataclass(frozen=True, slots=True)
class Order:
    """The hits by relevance, at most 200."""

    hits: Sequence[Ranked]
    """All, or those with the word in their title."""
    size: int
    total: int | None
    """The number of hits or groups, if known."""
    matches: int | None
    """The number of entries that match, if known."""
    groups: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def is_certain(self, last: int) -> bool:
        """Whether no other hit belongs among the first `last` ones."""
        return last == 0 or (last <= len(self.hits) and self.hits[last - 1].score >= MAX_TEXT_SCORE)


async def titles_first(asked: Matches, count: HitCount) -> Order | None:
    """Rank only the candidates that have the word in their title.

    All others score less than these, unless titles are very long. So the first pages of a word
    with many hits do not need their texts. `None`: it does not apply, or would save little.
    """
    if asked.is_slow or asked.where.group is not None:
        return None
    counted = await count.counted()
    if counted.total < MANY_HITS:
        return None
    words, floor = select_words(asked.index), counted.floor
    above = None if floor is None else floor - 1
    titles = await asked.rows(words, limit=MAX_CANDIDATES, above=above, in_title=True)
    if floor is not None:
        titles += await asked.rows(words, limit=MAX_TITLES, below=floor, in_title=True)
    matches = counted.total if floor is None else None
    size = min(MAX_RANKED, counted.total)
    return Order(ranked(asked.question, titles), size, matches, matches)


async def by_relevance(asked: Matches, count: HitCount) -> Order:
    """Rank all candidates."""
    candidates = await _candidates(asked, count)
    order = await ranked_in_slices(asked.question, candidates)
    groups: Mapping[int, Sequence[int]] = {}
    if asked.where.group is not None:
        order, groups = group_by_subject(order, candidates)
    is_all = len(candidates) < MAX_CANDIDATES
    return Order(
        order[:MAX_RANKED],
        min(MAX_RANKED, len(order)),
        total=len(order) if is_all else None,
        matches=len(candidates) if is_all else None,
        groups=groups,
    )


async def _candidates(asked: Matches, count: HitCount) -> list[Row[Any]]:
    """Read the words of the hits to rank: the newest, and older ones that match by title."""
    is_grouped = asked.where.group is not None
    words = select_words(asked.index, is_grouped=is_grouped)
    if not asked.is_slow:
        rows = await asked.rows(words, limit=MAX_CANDIDATES)
        if len(rows) == MAX_CANDIDATES:
            rows += await asked.rows(words, limit=MAX_TITLES, below=rows[-1].id, in_title=True)
        return rows
    found = await asked.ids(limit=MAX_COUNTED + 1 if count.is_missing else MAX_CANDIDATES)
    if count.is_missing:
        count.keep(found)
    listed = found[:MAX_CANDIDATES]
    if len(listed) == MAX_CANDIDATES:
        listed += await asked.ids(limit=MAX_TITLES, below=listed[-1], in_title=True)
    if not listed:
        return []
    given = {"ids": ",".join(map(str, listed)), "now": asked.viewer.now}
    words = select_listed_words(asked.index, is_grouped=is_grouped)
    return [*await asked.reader.rows(words, given)]
