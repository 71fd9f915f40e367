"""Completions of an unfinished search: titles and names in print, and observed subjects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row, Select, bindparam, func, or_, select
from sqlmodel import col

from app.content.print import last_public_change
from app.content.queries.freshness import latest, read_trending_change
from app.content.queries.in_parameters import numbered
from app.content.queries.issues import Viewer
from app.content.queries.search import read_searched
from app.content.queries.search_matches import Matches, SearchFilter
from app.content.queries.search_statements import select_hits, select_titles
from app.content.search.entries import place_of
from app.content.search.index import SearchIndex
from app.content.search.question import MAX_TERMS, MIN_PREFIX, Question, Term
from app.content.search.words import words_of
from app.db import Reader
from app.models.subject import Subject, SubjectProfile

MAX_COMPLETIONS = 10
MIN_SUBJECTS = 3
"""Places kept for subjects where there are more titles."""
MAX_TITLES = 300
"""The newest titles with the words, out of which the best are chosen."""


@dataclass(frozen=True, slots=True)
class Completions:
    """At most ten completions, best first, and how fresh they are."""

    items: Sequence[dict[str, str]]
    last_modified: datetime | None
    next_change_at: datetime | None


async def complete(reader: Reader, index: SearchIndex, *, viewer: Viewer, text: str) -> Completions:
    """Complete a text whose last word may be unfinished. At most five statements.

    A text without letters or digits has none.
    """
    fresh = await read_searched(reader, viewer=viewer)
    changed_at = latest([last_public_change(fresh), await read_trending_change(reader)])
    items: list[dict[str, str]] = []
    if words_of(text):
        subjects = await _subjects(reader, text, viewer)
        room = MAX_COMPLETIONS - min(len(subjects), MIN_SUBJECTS)
        asked = Matches(
            reader,
            index,
            _question(text),
            SearchFilter(text, is_unfinished=True),
            viewer,
            oldest=fresh.oldest_id or 0,
            newest=fresh.newest_id or 0,
        )
        items = await _titles(asked, text, limit=room)
        items += subjects[: MAX_COMPLETIONS - len(items)]
    return Completions(items, changed_at, fresh.next_change_at)


def _question(text: str) -> Question:
    """Look for all words, the last of which may go on; signs have no meaning here."""
    *whole, last = words_of(text)[:MAX_TERMS]
    terms = [Term((word,)) for word in dict.fromkeys(whole)]
    return Question((*terms, Term((last,), is_prefix=len(last) >= MIN_PREFIX)))


async def _titles(asked: Matches, text: str, *, limit: int) -> list[dict[str, str]]:
    """Choose printed titles: first those that begin with the text, then the most printed."""
    ids = await asked.ids(limit=MAX_TITLES, in_title=True)
    if not ids:
        return []
    given = {"ids": ",".join(map(str, ids)), "now": asked.viewer.now}
    rows = await asked.reader.slow_rows(select_titles(asked.index), given)
    printed: dict[str, list[Row[Any]]] = {}
    for row in rows:
        printed.setdefault(row.title_words, []).append(row)
    start = " ".join(words_of(text))
    best = sorted(
        printed,
        key=lambda words: (
            not words.startswith(start),
            -len(printed[words]),
            -max(row.id for row in printed[words]),
        ),
    )
    chosen = [max(row.id for row in printed[words]) for words in best[:limit]]
    found = await asked.reader.rows(
        select_hits(len(chosen)), {**numbered("id", chosen), "now": asked.viewer.now}
    )
    by_id = {row.id: row for row in found}
    return [_printed(by_id[id_], asked.viewer) for id_ in chosen if id_ in by_id]


def _printed(row: Row[Any], viewer: Viewer) -> dict[str, str]:
    inside = "" if row.section_slug is None else f"/sections/{row.section_slug}"
    day, _ = place_of(row.id)
    name = row.issue_number if row.issue_number is not None else day.isoformat()
    return {
        "text": row.title,
        "type": row.type,
        "url": f"{viewer.base_url}/v1/issues/{name}{inside}",
    }


async def _subjects(reader: Reader, text: str, viewer: Viewer) -> list[dict[str, str]]:
    written = " ".join(text.split()).lower()
    plain = written.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    given = {
        "start": f"{plain}%",
        "after_owner": f"%/{plain}%",
        "after_space": f"% {plain}%",
        "limit": MAX_COMPLETIONS,
    }
    rows = await reader.slow_rows(_select_subjects(), given)
    return [
        {
            "text": row.name if row.kind == "paper" else row.external_id,
            "type": "subject",
            "url": f"{viewer.base_url}/v1/trending/{row.source}/{row.kind}/"
            f"{quote(row.external_id, safe='/')}",
        }
        for row in rows
    ]


@cache
def _select_subjects() -> Select[Any]:
    """Select subjects whose name, or its part after the owner, begins with a text.

    No index serves this. A scan of 20,000 subjects takes a few milliseconds, in a thread.
    """
    name = func.lower(col(SubjectProfile.name))
    lower = col(Subject.lower_external_id)
    columns: list[Any] = [
        *(col(Subject.source), col(Subject.kind), col(Subject.external_id)),
        col(SubjectProfile.name),
    ]
    return (
        select(*columns)
        .join(SubjectProfile, col(SubjectProfile.id) == col(Subject.profile_id))
        .where(
            col(Subject.gone_at).is_(None),
            or_(
                lower.like(bindparam("start"), escape="\\"),
                lower.like(bindparam("after_owner"), escape="\\"),
                name.like(bindparam("start"), escape="\\"),
                name.like(bindparam("after_space"), escape="\\"),
            ),
        )
        .order_by(func.length(col(SubjectProfile.name)), lower, col(Subject.id))
        .limit(bindparam("limit"))
    )
