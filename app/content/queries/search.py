"""Search over everything in print, by relevance or newest first. Every viewer gets the same hits.

How texts become words, and how each database searches them, is in `app/content/search`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.content.issue_view import reference_of
from app.content.print import last_public_change
from app.content.queries.cursors import Day, Integer, Moment, Place, decode_cursor
from app.content.queries.excerpts import read_excerpts
from app.content.queries.in_parameters import numbered
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page, Part, page_of
from app.content.queries.search_facets import Facet, count_facets
from app.content.queries.search_matches import (
    MAX_COUNTED,
    HitCount,
    Matches,
    SearchFilter,
)
from app.content.queries.search_order import MAX_RANKED, by_relevance, titles_first
from app.content.queries.search_printings import read_printings
from app.content.queries.search_statements import (
    select_fresh,
    select_hits,
    select_matching_hits,
)
from app.content.queries.search_suggestions import FEW_HITS, suggest_question
from app.content.queries.totals import PrintState, state_of
from app.content.search.entries import PLACES, id_at, place_of
from app.content.search.index import SearchIndex
from app.content.search.question import read_question
from app.content.search.snippet import Excerpt, snippet_of
from app.db import Reader
from app.errors import BadRequest, Fault
from app.models.values import format_instant
from app.off_the_loop import off_the_loop

SHORT_CHARACTERS = 40_000
"""Texts of up to so many characters are shown in the event loop, in 3 ms at most."""

# Cursor values: a date and a place in the issue; the last public change and a number of hits.
_NEWEST, _BEST = (Day(), Integer(0, PLACES - 1)), (Moment(), Integer(1, MAX_RANKED))


_NAMES = [each.name for each in fields(Page)]


@dataclass(frozen=True, slots=True)
class HitPage(Page):
    """A page of hits, with what helps to search better."""

    suggestion: str | None = None
    """The corrected question, if there are few hits and it finds more."""
    facets: Mapping[Facet, Mapping[str, int]] | None = None
    """Numbers of hits by value, for each facet that was asked for."""

    @classmethod
    def of(
        cls,
        page: Page,
        *,
        suggestion: str | None,
        facets: Mapping[Facet, Mapping[str, int]] | None,
    ) -> "HitPage":
        """Add to a page."""
        given = {name: getattr(page, name) for name in _NAMES}
        return cls(**given, suggestion=suggestion, facets=facets)


async def read_searched(reader: Reader, *, viewer: Viewer) -> Row[Any]:
    """Return the id range in print, with its version and freshness. One statement."""
    return (await reader.rows(select_fresh(), {"now": viewer.now}))[0]


async def search(
    reader: Reader,
    index: SearchIndex,
    *,
    viewer: Viewer,
    where: SearchFilter,
    part: Part,
    counted: bool = True,
    suggests: bool = False,
    facets: Sequence[Facet] = (),
    searched: Callable[[], Awaitable[Row[Any]]] | None = None,
) -> HitPage:
    """Find what is in print; by relevance at most 200 hits are returned.

    The page has a total if `counted`, and whenever it is known without counting. It has a corrected
    question if `suggests` and there are fewer than five hits, and the counts of `facets`.
    `searched` reads the same as `read_searched`, once for several searches.

    Raises:
        BadRequest: the query has no words or too many; the cursor does not belong to this search;
            `cursor_expired`, if public content changed since a cursor by relevance was issued.
    """
    question = read_question(where.text, is_unfinished=where.is_unfinished)
    fresh = await (searched() if searched else read_searched(reader, viewer=viewer))
    ids = {"oldest": fresh.oldest_id or 0, "newest": fresh.newest_id or 0}
    asked = Matches(reader, index, question, where, viewer, **ids)
    changed_at = last_public_change(fresh)
    state = state_of(fresh)
    count = HitCount(asked, state, is_wanted=counted)
    if where.sort == "newest":
        hits = await _newest(asked, count, part)
    else:
        hits = await _best(asked, count, changed_at, part)
    total = hits.total
    if total is None and counted and where.group is None:
        total = await count.total()
    matches = total if hits.matches is None else hits.matches
    return HitPage.of(
        page_of(
            hits.items,
            part=part,
            has_more=hits.has_more,
            places=hits.places,
            scope=where.cursor_scope(),
            total=total,
            last_modified=changed_at,
            next_change_at=fresh.next_change_at,
        ),
        suggestion=await _suggestion(asked, state, matches) if suggests else None,
        facets=await count_facets(asked, facets) if facets else None,
    )


async def _suggestion(asked: Matches, state: PrintState, matches: int | None) -> str | None:
    """Return a corrected question, if few entries match."""
    if matches is None or matches >= FEW_HITS:
        return None
    return await suggest_question(asked, state, total=matches)


@dataclass(frozen=True, slots=True)
class _Hits:
    """The hits of a page with their cursor places, and the total if known."""

    items: Sequence[object]
    places: Sequence[Place]
    has_more: bool
    total: int | None
    matches: int | None = None
    """How many entries match, if known: more than `total` where hits are grouped."""


async def _newest(asked: Matches, count: HitCount, part: Part) -> _Hits:
    """Read a page of all hits, newest first."""
    _must_not_group(asked.where)
    scope = asked.where.cursor_scope()
    below, above = (
        None if cursor is None else id_at(*decode_cursor(cursor, filters=scope, shape=_NEWEST))
        for cursor in (part.after, part.before)
    )
    rows, has_more = part.cut(await _rows_in_order(asked, count, part, below, above))
    places = [(day.isoformat(), place) for day, place in (place_of(row.id) for row in rows)]
    is_all = below is None and above is None and not has_more
    items = await _shown(asked, rows, [None] * len(rows))
    return _Hits(items, places, has_more, len(rows) if is_all else None)


async def _rows_in_order(
    asked: Matches, count: HitCount, part: Part, below: int | None, above: int | None
) -> Sequence[Row[Any]]:
    """Read the hits of a page and one more, newest first, or oldest first for a last page."""
    if not asked.is_slow:
        hits = select_matching_hits(asked.index, oldest_first=part.is_last)
        return await asked.rows(
            hits, limit=part.one_more, below=below, above=above, oldest_first=part.is_last
        )
    is_first = below is None and above is None and not part.is_last
    # A slow search reads many entries anyway, so it counts the hits in the same pass.
    counts = is_first and count.is_missing
    found = await asked.ids(
        limit=max(part.one_more, MAX_COUNTED + 1 if counts else 0),
        below=below,
        above=above,
        oldest_first=part.is_last,
    )
    if counts:
        count.keep(found)
    rows = await _rows_of(asked, found[: part.one_more])
    return [rows[id_] for id_ in found if id_ in rows]


async def _best(asked: Matches, count: HitCount, changed_at: datetime | None, part: Part) -> _Hits:
    """Read a page of the most relevant hits.

    The order depends on what is in print. A cursor therefore holds a number of hits and the last
    public change: the version of the paper does not move when an issue appears by schedule.
    """
    state = "" if changed_at is None else format_instant(changed_at)
    order = await titles_first(asked, count)
    if order is None or not order.is_certain(_cut(asked, order.size, state, part)[1]):
        order = await by_relevance(asked, count)
    first, last, has_more = _cut(asked, order.size, state, part)
    page = order.hits[first:last]
    rows = await _rows_of(asked, [hit.id for hit in page])
    kept = [(n, hit) for n, hit in enumerate(page, start=1) if hit.id in rows]
    items = await _shown(asked, [rows[hit.id] for _, hit in kept], [hit.score for _, hit in kept])
    if asked.where.group is not None:
        printings = await read_printings(asked, [order.groups.get(hit.id, ()) for _, hit in kept])
        for item, each in zip(items, printings, strict=True):
            item["printings"] = each
    places = [(state, first + n) for n, _ in kept]
    return _Hits(items, places, has_more, order.total, order.matches)


def _cut(asked: Matches, size: int, state: str, part: Part) -> tuple[int, int, bool]:
    """Return where a part of so many hits begins and ends, and whether there are more."""
    start = _up_to(asked, part.after, state, 0)
    end = max(start, min(size, _up_to(asked, part.before, state, size + 1) - 1))
    if part.is_last:
        first = max(start, end - part.limit)
        return first, end, first > start
    last = min(end, start + part.limit)
    return start, last, last < end


def _up_to(asked: Matches, cursor: str | None, state: str, default: int) -> int:
    """Return the number of hits up to and including a cursor of the order by relevance."""
    if cursor is None:
        return default
    scope = asked.where.cursor_scope()
    given_in, place = decode_cursor(cursor, filters=scope, shape=_BEST)
    if given_in != state:
        raise _expired()
    return int(place)


async def _rows_of(asked: Matches, ids: Sequence[int]) -> dict[int, Row[Any]]:
    if not ids:
        return {}
    given = {**numbered("id", ids), "now": asked.viewer.now}
    rows = await asked.reader.rows(select_hits(len(ids)), given)
    return {row.id: row for row in rows}


async def _shown(
    asked: Matches, rows: Sequence[Row[Any]], scores: Sequence[float | None]
) -> list[dict[str, object]]:
    excerpts = await read_excerpts(asked.reader, asked.question, rows, now=asked.viewer.now)

    def shown() -> list[dict[str, object]]:
        return [
            _hit(asked, row, excerpts.get(row.id, Excerpt("")), score=score)
            for row, score in zip(rows, scores, strict=True)
        ]

    characters = sum(len(excerpt.text) for excerpt in excerpts.values())
    return shown() if characters <= SHORT_CHARACTERS else await off_the_loop(shown)


def _hit(
    asked: Matches, row: Row[Any], excerpt: Excerpt, *, score: float | None
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
        "printings": None,
    }


def _must_not_group(where: SearchFilter) -> None:
    if where.group is not None:
        detail = "Only an order by relevance has groups: remove `group`, or remove `sort=newest`."
        fault = Fault("", "invalid", detail, "group")
        raise BadRequest("invalid_parameter", detail, faults=[fault])


def _expired() -> BadRequest:
    detail = "Public content has changed since: search again, or use sort=newest."
    fault = Fault("", "cursor_expired", detail, "cursor")
    return BadRequest("cursor_expired", detail, faults=[fault])
