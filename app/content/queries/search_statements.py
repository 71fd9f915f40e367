"""The statements of search, each built once: hits by the index, and the rows of a page."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlmodel import col

from app.content.print import freshness_columns, in_print
from app.content.queries.totals import version_column
from app.content.search.index import SearchIndex
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.search_entry import SearchEntry


@cache
def select_fresh() -> Select[Any]:
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


@cache
def select_count(index: SearchIndex) -> Select[Any]:
    return select(func.count().label("hits")).select_from(select_ids(index).subquery())


_WORDS: tuple[Any, ...] = tuple(
    col(c) for c in (SearchEntry.id, SearchEntry.title_words, SearchEntry.text_words)
)


@cache
def select_words(index: SearchIndex) -> Select[Any]:
    return index.matching(*_WORDS)


@cache
def select_listed_words(index: SearchIndex) -> Select[Any]:
    return select(*_WORDS).where(index.listed(), in_print(SearchEntry))


@cache
def select_hits(count: int) -> Select[Any]:
    in_its_revision = and_(
        col(IssueRevision.issue_id) == col(Issue.id),
        col(IssueRevision.number) == col(Issue.print_revision),
    )
    is_short = col(SearchEntry.text_places).is_(None)
    # Named one by one: a list of any length would be compiled anew each time.
    ids: list[Any] = [bindparam(f"id_{place}") for place in range(count)]
    columns: list[Any] = [
        *(SearchEntry.id, SearchEntry.type, SearchEntry.section_slug),
        SearchEntry.title,
        # Long texts are read a few at a time: a page of a hundred would be 20 MB.
        case((is_short, col(SearchEntry.text))).label("text"),
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


@cache
def select_long_texts(count: int) -> Select[Any]:
    """Select long texts with their words, by the parameters `id_0` to `id_{count - 1}`."""
    ids: list[Any] = [bindparam(f"id_{place}") for place in range(count)]
    columns: list[Any] = [
        *(SearchEntry.id, SearchEntry.text, SearchEntry.text_words),
        *(SearchEntry.more_words, SearchEntry.text_places),
    ]
    return select(*columns).where(col(SearchEntry.id).in_(ids), in_print(SearchEntry))


def numbered(ids: Sequence[int]) -> dict[str, object]:
    """Name ids as `select_hits` and `select_long_texts` expect them."""
    return {f"id_{place}": id_ for place, id_ in enumerate(ids)}
