"""Search: what is in print and has the words that were asked for, the newest or the best first.

Every viewer finds the same. How texts become words, and how each database is asked for them, is
the business of `app/content/search`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlmodel import col

from app.content.issue_view import reference_of
from app.content.print import freshness_columns, in_print, last_public_change
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page, Part, Place, decode_cursor, page_of
from app.content.queries.totals import Counted, state_of, totals_of, version_column
from app.content.search.entries import HitType, first_id, id_at, last_id, place_of
from app.content.search.index import SearchIndex
from app.content.search.question import Question, read_question
from app.content.search.ranking import ranked
from app.content.search.snippet import snippet_of
from app.db import Reader
from app.errors import BadRequest, Fault
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.search_entry import SearchEntry
from app.models.values import format_instant

Sort = Literal["relevance", "newest"]


MAX_COUNTED = 1000
"""Hits that are counted; of more, the total is not known."""
MAX_RANKED = 200
"""Hits that an order by relevance ends at."""
MAX_CANDIDATES = 500
"""The newest hits, which are ranked wherever their words stand."""
MAX_TITLES = 200
"""The newest of the older hits that have all words in the title, which are ranked as well."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """What is looked for, and where; days are inclusive."""

    text: str
    type: HitType | None = None
    sort: Sort = "relevance"
    first_day: Date | None = None
    last_day: Date | None = None

    def bound(self) -> dict[str, object]:
        """What a cursor of this search is bound to."""
        return {
            "list": "search",
            "q": self.text,
            "type": self.type,
            "sort": self.sort,
            "from": self.first_day,
            "to": self.last_day,
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
    """Find what is in print: newest first all of it, by relevance 200 hits at most.

    The total is told where hits are `counted`, and where it is known anyway.

    Raises:
        BadRequest: nothing to look for, or too many words; a cursor that is not of this search,
            or by relevance one from before a public change (`cursor_expired`).
    """
    question = read_question(where.text)
    fresh = (await reader.rows(_fresh(), {"now": viewer.now}))[0]
    ids = (fresh.oldest_id or 0, fresh.newest_id or 0)
    asked = _Search(reader, index, question, where, viewer, *ids)
    changed_at = last_public_change(fresh)
    if where.sort == "newest":
        hits = await _newest(asked, part)
    else:
        hits = await _best(asked, changed_at, part)
    total = hits.total
    if total is None and counted:
        total = await _total(asked, fresh)
    return page_of(
        hits.items,
        part=part,
        has_more=hits.has_more,
        places=hits.places,
        bound=where.bound(),
        total=total,
        last_modified=changed_at,
        next_change_at=fresh.next_change_at,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """One search: where, for what, by whom."""

    reader: Reader
    index: SearchIndex
    question: Question
    where: SearchFilter
    viewer: Viewer
    oldest: int
    """The id of the oldest entry in print; 0 where there is none."""
    newest: int

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
        """Run a statement of the index down from an id, step by step until there is enough.

        `oldest_first` says that the statement goes up, from `above` if it is given.

        A row that has a `count` stands for as many.
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
            return []
        found: list[Row[Any]] = []
        for step in self.index.steps(
            self.question,
            first=first,
            last=last,
            type_=self.where.type,
            in_title=in_title,
            oldest_first=oldest_first,
        ):
            bounds = {"match": step.match, "first": step.first, "last": step.last}
            rows = await self.reader.rows(
                statement, {**bounds, "now": self.viewer.now, "limit": limit}
            )
            found += rows
            limit -= sum(getattr(row, "hits", 1) for row in rows)
            if limit <= 0:
                break
        return found


@dataclass(frozen=True, slots=True)
class _Hits:
    """The hits of a page, their places, and how many there are if that is known."""

    items: Sequence[object]
    places: Sequence[Place]
    has_more: bool
    total: int | None


async def _newest(asked: _Search, part: Part) -> _Hits:
    """A page of all hits, the newest first."""
    bound = asked.where.bound()
    below, above = (
        None if cursor is None else id_at(*decode_cursor(cursor, filters=bound, shape=(Date, int)))
        for cursor in (part.after, part.before)
    )
    found = await asked.rows(
        _ids(asked.index, oldest_first=part.is_last),
        limit=part.one_more,
        below=below,
        above=above,
        oldest_first=part.is_last,
    )
    shown, has_more = part.cut(found)
    ids = [row.id for row in shown]
    rows = await _rows_of(asked, ids)
    kept = [id_ for id_ in ids if id_ in rows]
    places = [(day.isoformat(), place) for day, place in map(place_of, kept)]
    is_all = below is None and above is None and not has_more
    items = [_hit(asked, rows[id_], score=None) for id_ in kept]
    return _Hits(items, places, has_more, len(found) if is_all else None)


async def _best(asked: _Search, changed_at: datetime | None, part: Part) -> _Hits:
    """A page of the hits that answer best.

    Its order holds for what is in print now, so its cursors do: they name how many hits stand up
    to them, and the last public change. Not the paper's version, which tells of what is scheduled.
    """
    state = "" if changed_at is None else format_instant(changed_at)
    candidates = await _candidates(asked)
    order = ranked(asked.question, candidates)[:MAX_RANKED]
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
    return _Hits(
        [_hit(asked, rows[hit.id], score=hit.score) for hit in page if hit.id in rows],
        [(state, first + n) for n, hit in enumerate(page, start=1) if hit.id in rows],
        has_more,
        len(candidates) if len(candidates) < MAX_CANDIDATES else None,
    )


def _up_to(asked: _Search, cursor: str | None, state: str, default: int) -> int:
    """How many hits stand up to a cursor of the order by relevance, its own included."""
    if cursor is None:
        return default
    given_in, place = decode_cursor(cursor, filters=asked.where.bound(), shape=(str, int))
    if given_in != state:
        raise _expired()
    return max(0, int(place))


async def _candidates(asked: _Search) -> list[Row[Any]]:
    """What is ranked: the newest hits, and older ones that are about what is looked for."""
    statement = _words(asked.index)
    rows = await asked.rows(statement, limit=MAX_CANDIDATES)
    if len(rows) == MAX_CANDIDATES:
        rows += await asked.rows(statement, limit=MAX_TITLES, below=rows[-1].id, in_title=True)
    return rows


async def _rows_of(asked: _Search, ids: Sequence[int]) -> dict[int, Row[Any]]:
    if not ids:
        return {}
    named = {f"id_{place}": id_ for place, id_ in enumerate(ids)}
    rows = await asked.reader.rows(_by_id(len(ids)), {**named, "now": asked.viewer.now})
    return {row.id: row for row in rows}


async def _total(asked: _Search, fresh: Row[Any]) -> int | None:
    """Count the hits, once for each state of what is in print; `None` above 1,000."""
    where = asked.where
    key = ("search", asked.question, where.type, where.first_day, where.last_day)
    state, totals = state_of(fresh), totals_of(asked.reader)
    known = totals.get(key)
    if known.state != state:
        rows = await asked.rows(_hits(asked.index), limit=MAX_COUNTED + 1)
        known = Counted(sum(row.hits for row in rows), state)
        totals.keep(key, known)
    return known.total if known.total <= MAX_COUNTED else None


def _hit(asked: _Search, row: Row[Any], *, score: float | None) -> dict[str, object]:
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
        "snippet": snippet_of(asked.question, title=row.title, text=row.text),
        "issue": issue,
        "section": row.section_slug,
        "url": f"{issue['url']}{inside}",
    }


def _expired() -> BadRequest:
    detail = "What is in print has changed since: search again, or use sort=newest."
    fault = Fault("", "cursor_expired", detail, "cursor")
    return BadRequest("cursor_expired", detail, faults=[fault])


@cache
def _fresh() -> Select[Any]:
    ids = select(col(SearchEntry.id)).where(in_print(SearchEntry)).limit(1)
    newest = ids.order_by(col(SearchEntry.id).desc()).scalar_subquery()
    oldest = ids.order_by(col(SearchEntry.id)).scalar_subquery()
    return select(
        oldest.label("oldest_id"),
        newest.label("newest_id"),
        version_column(),
        *freshness_columns(),
    )


@cache
def _ids(index: SearchIndex, *, oldest_first: bool = False) -> Select[Any]:
    return index.matching(col(SearchEntry.id), oldest_first=oldest_first)


@cache
def _hits(index: SearchIndex) -> Select[Any]:
    return select(func.count().label("hits")).select_from(_ids(index).subquery())


@cache
def _words(index: SearchIndex) -> Select[Any]:
    return index.matching(
        *(col(c) for c in (SearchEntry.id, SearchEntry.title_words, SearchEntry.text_words))
    )


@cache
def _by_id(count: int) -> Select[Any]:
    in_its_revision = and_(
        col(IssueRevision.issue_id) == col(Issue.id),
        col(IssueRevision.number) == col(Issue.print_revision),
    )
    # Named one by one: a list of any length would be compiled anew each time.
    ids: list[Any] = [bindparam(f"id_{place}") for place in range(count)]
    columns: list[Any] = [
        *(SearchEntry.id, SearchEntry.type, SearchEntry.section_slug),
        *(SearchEntry.title, SearchEntry.text),
        col(Issue.number).label("issue_number"),
        col(Issue.slug).label("issue_slug"),
        col(IssueRevision.title).label("issue_title"),
    ]
    return (
        select(*columns)
        .select_from(SearchEntry)
        .join(Issue, col(SearchEntry.issue_id) == col(Issue.id))
        .join(IssueRevision, in_its_revision)
        .where(col(SearchEntry.id).in_(ids), in_print(SearchEntry))
    )
