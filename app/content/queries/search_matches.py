"""The ids of the entries that match one search, and how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, Literal

from sqlalchemy import Row, Select

from app.content.queries.issues import Viewer
from app.content.queries.search_statements import select_id_list, select_ids
from app.content.queries.totals import Counted, PrintState, totals_of
from app.content.search.entries import HitType, first_id, last_id
from app.content.search.index import SearchIndex
from app.content.search.question import Question
from app.db import Reader

Sort = Literal["relevance", "newest"]
Group = Literal["subject"]

MAX_CANDIDATES = 500
"""The newest hits, which are always ranked."""
MAX_COUNTED = 1000
"""Hits are counted up to this number; above it the total is unknown."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """The query text and its filters; both dates are inclusive."""

    text: str
    type: HitType | None = None
    sort: Sort = "relevance"
    first_day: Date | None = None
    last_day: Date | None = None
    is_unfinished: bool = False
    """The last word may be incomplete: match it as a prefix."""
    group: Group | None = None
    """`subject`: entries that print one subject are one hit. Only by relevance."""

    def cursor_scope(self) -> dict[str, object]:
        """The values that a cursor of this search is bound to."""
        return {
            "list": "search",
            "q": self.text,
            "type": self.type,
            "sort": self.sort,
            "from": self.first_day,
            "to": self.last_day,
            **({"is_unfinished": True} if self.is_unfinished else {}),
            **({"group": self.group} if self.group else {}),
        }


@dataclass(frozen=True, slots=True)
class Matches:
    """The entries that match one search, within the id range of what is in print."""

    reader: Reader
    index: SearchIndex
    question: Question
    where: SearchFilter
    viewer: Viewer
    oldest: int
    """Id of the oldest entry in print; 0 if there is none."""
    newest: int

    @property
    def is_slow(self) -> bool:
        """Whether the index may read many more entries than it returns."""
        return not self.question.is_one_word or self.where.type is not None

    def steps(
        self,
        *,
        below: int | None = None,
        above: int | None = None,
        in_title: bool = False,
        oldest_first: bool = False,
    ) -> Iterable[dict[str, object]]:
        """Yield parameters for index statements; run them one by one until there are enough hits.

        Steps go down from `below`, or with `oldest_first` up from `above`.
        """
        first, last = self.oldest, self.newest
        if self.where.first_day is not None:
            first = max(first, first_id(self.where.first_day))
        if self.where.last_day is not None:
            last = min(last, last_id(self.where.last_day))
        if below is not None:
            last = min(last, below - 1)
        if above is not None:
            first = max(first, above + 1)
        if last < first:
            return
        for step in self.index.steps(
            self.question,
            first=first,
            last=last,
            type_=self.where.type,
            in_title=in_title,
            oldest_first=oldest_first,
        ):
            bounds = {"match": step.match, "first": step.first, "last": step.last}
            yield {**bounds, "now": self.viewer.now}

    async def rows(
        self,
        statement: Select[Any],
        *,
        limit: int,
        below: int | None = None,
        above: int | None = None,
        in_title: bool = False,
        oldest_first: bool = False,
    ) -> list[Row[Any]]:
        """Run an index statement in the event loop, which gives newest or oldest entries first."""
        found: list[Row[Any]] = []
        for step in self.steps(
            below=below, above=above, in_title=in_title, oldest_first=oldest_first
        ):
            found += await self.reader.rows(statement, {**step, "limit": limit - len(found)})
            if len(found) >= limit:
                break
        return found

    async def ids(
        self,
        *,
        limit: int,
        below: int | None = None,
        above: int | None = None,
        in_title: bool = False,
        oldest_first: bool = False,
    ) -> list[int]:
        """Return ids of hits, newest or oldest first."""
        found: list[int] = []
        for step in self.steps(
            below=below, above=above, in_title=in_title, oldest_first=oldest_first
        ):
            asked = {**step, "limit": limit - len(found)}
            if self.is_slow:
                listing = select_id_list(self.index, oldest_first=oldest_first)
                row = (await self.reader.slow_rows(listing, asked))[0]
                more = list(map(int, row.ids.split(","))) if row.ids else []
                found += sorted(more, reverse=not oldest_first)
            else:
                statement = select_ids(self.index, oldest_first=oldest_first)
                found += [row.id for row in await self.reader.rows(statement, asked)]
            if len(found) >= limit:
                break
        return found


class HitCount:
    """The number of hits, counted once per state of what is in print."""

    def __init__(self, asked: Matches, state: PrintState, *, is_wanted: bool) -> None:
        where = asked.where
        self._asked = asked
        self._key = ("search", asked.question, where.type, where.first_day, where.last_day)
        self._state = state
        self._totals = totals_of(asked.reader)
        self.is_missing = is_wanted and self._totals.get(self._key).state != self._state
        """Whether the hits still have to be counted."""

    def keep(self, newest: Sequence[int]) -> Counted:
        """Store the number of hits, given the ids of the newest 1,001, newest first."""
        floor = newest[MAX_CANDIDATES - 1] if len(newest) >= MAX_CANDIDATES else None
        counted = Counted(len(newest), self._state, floor)
        self._totals.keep(self._key, counted)
        self.is_missing = False
        return counted

    async def counted(self) -> Counted:
        """Return the number of hits, of which 1,001 means "more", and the oldest candidate."""
        known = self._totals.get(self._key)
        if known.state == self._state:
            return known
        return self.keep(await self._asked.ids(limit=MAX_COUNTED + 1))

    async def total(self) -> int | None:
        """Return the number of hits; `None` above 1,000."""
        total = (await self.counted()).total
        return total if total <= MAX_COUNTED else None
