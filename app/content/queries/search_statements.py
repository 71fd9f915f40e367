"""The SQL statements of search, each built once."""

from functools import cache
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlmodel import col

from app.content.print import freshness_columns, in_print, is_printed_revision
from app.content.queries.in_parameters import numbered_binds
from app.content.queries.totals import version_column
from app.content.search.index import SearchIndex
from app.models.base import columns
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.search_entry import SearchEntry
from app.models.values import MAX_EXTERNAL_ID


@cache
def select_fresh() -> Select[Any]:
    """Select the id range in print, with its version and freshness."""
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
def select_ids(index: SearchIndex, *, oldest_first: bool = False) -> Select[Any]:
    return index.matching(col(SearchEntry.id), oldest_first=oldest_first)


@cache
def select_id_list(index: SearchIndex, *, oldest_first: bool = False) -> Select[Any]:
    return index.id_list(oldest_first=oldest_first)


_WORDS: tuple[Any, ...] = tuple(
    col(c) for c in (SearchEntry.id, SearchEntry.title_words, SearchEntry.text_words)
)


_SUBJECTS: tuple[Any, ...] = (
    *(col(c) for c in (SearchEntry.type, SearchEntry.source, SearchEntry.kind, SearchEntry.title)),
    func.substr(col(SearchEntry.text), 1, MAX_EXTERNAL_ID + 1).label("beginning"),
)
"""What says which subject an entry is about."""


@cache
def select_words(index: SearchIndex, *, is_grouped: bool = False) -> Select[Any]:
    return index.matching(*_WORDS, *(_SUBJECTS if is_grouped else ()))


@cache
def select_listed_words(index: SearchIndex, *, is_grouped: bool = False) -> Select[Any]:
    names = (*_WORDS, *(_SUBJECTS if is_grouped else ()))
    return select(*names).where(index.listed(), in_print(SearchEntry))


@cache
def select_titles(index: SearchIndex) -> Select[Any]:
    names = ("id", "title_words")
    return select(*columns(SearchEntry, *names)).where(index.listed(), in_print(SearchEntry))


_OF_ISSUE: tuple[Any, ...] = (
    col(Issue.number).label("issue_number"),
    col(Issue.slug).label("issue_slug"),
    col(IssueRevision.title).label("issue_title"),
)


_OF_HIT: tuple[Any, ...] = (
    *map(col, (SearchEntry.id, SearchEntry.type, SearchEntry.section_slug, SearchEntry.title)),
    # Long texts are read a few at a time: those of 100 hits would be 20 MB.
    case((col(SearchEntry.text_places).is_(None), col(SearchEntry.text))).label("text"),
)


@cache
def select_hits(count: int) -> Select[Any]:
    """Select the entries with the ids `id_0` to `id_{count - 1}`."""
    return _select_with_issue(*_OF_HIT).where(
        col(SearchEntry.id).in_(numbered_binds("id", count)), in_print(SearchEntry)
    )


@cache
def select_matching_hits(index: SearchIndex, *, oldest_first: bool = False) -> Select[Any]:
    """Select the same of the matching entries, newest or oldest first."""
    found = select_ids(index, oldest_first=oldest_first).subquery()
    place = found.c.id
    return (
        _select_with_issue(*_OF_HIT)
        .join(found, place == col(SearchEntry.id))
        .order_by(place.asc() if oldest_first else place.desc())
    )


@cache
def select_printings(index: SearchIndex) -> Select[Any]:
    """Select the issues of listed entries."""
    statement = _select_with_issue(col(SearchEntry.id))
    return statement.where(index.listed(), in_print(SearchEntry))


def _select_with_issue(*columns: Any) -> Select[Any]:
    """Select columns of entries, and of the issues that print them."""
    return (
        select(*columns, *_OF_ISSUE)
        .select_from(SearchEntry)
        .join(Issue, col(SearchEntry.issue_id) == col(Issue.id))
        .join(IssueRevision, is_printed_revision())
    )


@cache
def select_long_texts(count: int) -> Select[Any]:
    """Select long texts with their words, by the parameters `id_0` to `id_{count - 1}`."""
    names = ("id", "text", "text_words", "more_words", "text_places")
    return select(*columns(SearchEntry, *names)).where(
        col(SearchEntry.id).in_(numbered_binds("id", count)), in_print(SearchEntry)
    )
