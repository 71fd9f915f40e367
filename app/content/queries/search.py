"""Search over everything in print, by relevance or newest first. Every viewer gets the same hits.

How texts become words, and how each database searches them, is in `app/content/search`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime
from typing import Any, Literal

from sqlalchemy import Row, Select

from app.content.issue_view import reference_of
from app.content.print import last_public_change
from app.content.queries.cursors import Day, Integer, Moment, Place, decode_cursor
from app.content.queries.excerpts import read_excerpts
from app.content.queries.issues import Viewer
from app.content.queries.numbered import numbered
from app.content.queries.paging import Page, Part, page_of
from app.content.queries.search_statements import (
    select_count,
    select_fresh,
    select_hits,
    select_id_list,
    select_ids,
    select_listed_words,
    select_words,
)
from app.content.queries.totals import Counted, state_of, totals_of
from app.content.search.entries import PLACES, HitType, first_id, id_at, last_id, place_of
from app.content.search.index import SearchIndex
from app.content.search.question import Question, read_question
from app.content.search.ranking import ranked_in_slices
from app.content.search.snippet import Excerpt, snippet_of
from app.db import Reader
from app.errors import BadRequest, Fault
from app.models.values import format_instant
from app.off_the_loop import off_the_loop

Sort = Literal["relevance", "newest"]

MAX_COUNTED = 1000
"""Hits are counted up to this number; above it the total is unknown."""
MAX_RANKED = 200
"""Hits in an order by relevance."""
MAX_CANDIDATES = 500
"""The newest hits, which are always ranked."""
MAX_TITLES = 200
"""The newest of the older hits with all words in the title, which are ranked as well."""

# Cursor values: a date and a place in the issue; the last public change and a number of hits.
_NEWEST, _BEST = (Day(), Integer(0, PLACES - 1)), (Moment(), Integer(1, MAX_RANKED))


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
        }


async def search(
    reader: Reader,
    index: SearchIndex,
    *,
    viewer: Viewer,
    where: SearchFilter,
    part: Part,
    counted: bool = True,
) -> Page:
    """Find what is in print; by relevance at most 200 hits are returned.

    The page has a total if `counted`, and whenever it is known without counting.

    Raises:
        BadRequest: the query has no words or too many; the cursor does not belong to this search;
            `cursor_expired`, if public content changed since a cursor by relevance was issued.
    """
    question = read_question(where.text, is_unfinished=where.is_unfinished)
    fresh = (await reader.rows(select_fresh(), {"now": viewer.now}))[0]
    asked = _Search(
        reader,
        index,
        question,
        where,
        viewer,
        oldest=fresh.oldest_id or 0,
        newest=fresh.newest_id or 0,
    )
    changed_at = last_public_change(fresh)
    count = _Count(asked, fresh, is_wanted=counted)
    if where.sort == "newest":
        hits = await _newest(asked, count, part)
    else:
        hits = await _best(asked, count, changed_at, part)
    total = hits.total
    if total is None and counted:
        total = await count.total()
    return page_of(
        hits.items,
        part=part,
        has_more=hits.has_more,
        places=hits.places,
        scope=where.cursor_scope(),
        total=total,
        last_modified=changed_at,
        next_change_at=fresh.next_change_at,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """One search with the id range of the entries in print."""

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

    async def rows(self, statement: Select[Any], *, limit: int) -> list[Row[Any]]:
        """Run an index statement, newest entries first; a row may stand for several `hits`."""
        found: list[Row[Any]] = []
        for step in self.steps():
            rows = await self.reader.rows(statement, {**step, "limit": limit})
            found += rows
            limit -= sum(getattr(row, "hits", 1) for row in rows)
            if limit <= 0:
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


class _Count:
    """The number of hits, counted once per state of what is in print."""

    def __init__(self, asked: _Search, fresh: Row[Any], *, is_wanted: bool) -> None:
        where = asked.where
        self._asked = asked
        self._key = ("search", asked.question, where.type, where.first_day, where.last_day)
        self._state = state_of(fresh)
        self._totals = totals_of(asked.reader)
        self.is_missing = is_wanted and self._totals.get(self._key).state != self._state
        """Whether the hits still have to be counted."""

    def keep(self, count: int) -> None:
        """Store the number of hits; any number above 1,000 means "more"."""
        self._totals.keep(self._key, Counted(count, self._state))
        self.is_missing = False

    async def total(self) -> int | None:
        """Return the number of hits; `None` above 1,000."""
        if self.is_missing:
            limit = MAX_COUNTED + 1
            if self._asked.is_slow:
                self.keep(len(await self._asked.ids(limit=limit)))
            else:
                rows = await self._asked.rows(select_count(self._asked.index), limit=limit)
                self.keep(sum(row.hits for row in rows))
        known = self._totals.get(self._key).total
        return known if known <= MAX_COUNTED else None


@dataclass(frozen=True, slots=True)
class _Hits:
    """The hits of a page with their cursor places, and the total if known."""

    items: Sequence[object]
    places: Sequence[Place]
    has_more: bool
    total: int | None


async def _newest(asked: _Search, count: _Count, part: Part) -> _Hits:
    """Read a page of all hits, newest first."""
    scope = asked.where.cursor_scope()
    below, above = (
        None if cursor is None else id_at(*decode_cursor(cursor, filters=scope, shape=_NEWEST))
        for cursor in (part.after, part.before)
    )
    is_first = below is None and above is None and not part.is_last
    # A slow search reads many entries anyway, so it counts the hits in the same pass.
    counts = asked.is_slow and is_first and count.is_missing
    found = await asked.ids(
        limit=max(part.one_more, MAX_COUNTED + 1 if counts else 0),
        below=below,
        above=above,
        oldest_first=part.is_last,
    )
    if counts:
        count.keep(len(found))
    ids, has_more = part.cut(found[: part.one_more])
    rows = await _rows_of(asked, ids)
    kept = [id_ for id_ in ids if id_ in rows]
    places = [(day.isoformat(), place) for day, place in map(place_of, kept)]
    is_all = below is None and above is None and not has_more
    items = await _shown(asked, [rows[id_] for id_ in kept], [None] * len(kept))
    return _Hits(items, places, has_more, len(ids) if is_all else None)


async def _best(asked: _Search, count: _Count, changed_at: datetime | None, part: Part) -> _Hits:
    """Read a page of the most relevant hits.

    The order depends on what is in print. A cursor therefore holds a number of hits and the last
    public change, not the version of the paper, which would reveal scheduled issues.
    """
    state = "" if changed_at is None else format_instant(changed_at)
    candidates = await _candidates(asked, count)
    order = (await ranked_in_slices(asked.question, candidates))[:MAX_RANKED]
    start = _up_to(asked, part.after, state, 0)
    end = max(start, min(len(order), _up_to(asked, part.before, state, len(order) + 1) - 1))
    if part.is_last:
        first, last = max(start, end - part.limit), end
        has_more = first > start
    else:
        first, last = start, min(end, start + part.limit)
        has_more = last < end
    page = order[first:last]
    rows = await _rows_of(asked, [hit.id for hit in page])
    kept = [(n, hit) for n, hit in enumerate(page, start=1) if hit.id in rows]
    return _Hits(
        await _shown(asked, [rows[hit.id] for _, hit in kept], [hit.score for _, hit in kept]),
        [(state, first + n) for n, _ in kept],
        has_more,
        len(candidates) if len(candidates) < MAX_CANDIDATES else None,
    )


def _up_to(asked: _Search, cursor: str | None, state: str, default: int) -> int:
    """Return the number of hits up to and including a cursor of the order by relevance."""
    if cursor is None:
        return default
    scope = asked.where.cursor_scope()
    given_in, place = decode_cursor(cursor, filters=scope, shape=_BEST)
    if given_in != state:
        raise _expired()
    return int(place)


async def _candidates(asked: _Search, count: _Count) -> list[Row[Any]]:
    """Read the words of the hits to rank: the newest, and older ones that match by title."""
    if not asked.is_slow:
        rows = await asked.rows(select_words(asked.index), limit=MAX_CANDIDATES)
        newest = [row.id for row in rows]
    else:
        rows = []
        found = await asked.ids(limit=MAX_COUNTED + 1 if count.is_missing else MAX_CANDIDATES)
        if count.is_missing:
            count.keep(len(found))
        newest = found[:MAX_CANDIDATES]
    older: list[int] = []
    if len(newest) == MAX_CANDIDATES:
        older = await asked.ids(limit=MAX_TITLES, below=newest[-1], in_title=True)
    listed = older if rows else newest + older
    if listed:
        given = {"ids": ",".join(map(str, listed)), "now": asked.viewer.now}
        rows = [*rows, *await asked.reader.rows(select_listed_words(asked.index), given)]
    return rows


async def _rows_of(asked: _Search, ids: Sequence[int]) -> dict[int, Row[Any]]:
    if not ids:
        return {}
    given = {**numbered("id", ids), "now": asked.viewer.now}
    rows = await asked.reader.rows(select_hits(len(ids)), given)
    return {row.id: row for row in rows}


async def _shown(
    asked: _Search, rows: Sequence[Row[Any]], scores: Sequence[float | None]
) -> list[dict[str, object]]:
    excerpts = await read_excerpts(asked.reader, asked.question, rows, now=asked.viewer.now)
    return await off_the_loop(
        lambda: [
            _hit(asked, row, excerpts.get(row.id, Excerpt("")), score=score)
            for row, score in zip(rows, scores, strict=True)
        ]
    )


def _hit(
    asked: _Search, row: Row[Any], excerpt: Excerpt, *, score: float | None
) -> dict[str, object]:
    day, _ = place_of(row.id)
    issue = reference_of(
        number=row.issue_number,
        date=day,
        slug=row.issue_slug,
        title=row.issue_title,
        base_url=asked.viewer.base_url,
    )
    inside = "" if row.section_slug is None else f"/sections/{row.section_slug}"
    return {
        "type": row.type,
        "score": score,
        "title": row.title,
        "snippet": snippet_of(asked.question, title=row.title, excerpt=excerpt),
        "issue": issue,
        "section": row.section_slug,
        "url": f"{issue['url']}{inside}",
    }


def _expired() -> BadRequest:
    detail = "Public content has changed since: search again, or use sort=newest."
    fault = Fault("", "cursor_expired", detail, "cursor")
    return BadRequest("cursor_expired", detail, faults=[fault])
