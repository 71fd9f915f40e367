"""Subjects: names, history, and the issues that printed them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date as Date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, literal, select
from sqlmodel import col

from app.content.issue_view import reference_of
from app.content.print import freshness_columns, in_print, is_printed_revision, last_public_change
from app.content.queries.freshness import latest, trending_change
from app.content.queries.in_parameters import numbered, numbered_binds
from app.content.queries.subject_names import PRESENT_FIRST, find_present_name
from app.content.trends.boards import end_of
from app.db import Reader
from app.errors import NotFound
from app.models.base import UtcInstant, columns
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.snapshot import COUNTERS, PENDING, Observation, Snapshot
from app.models.subject import PROFILE_FIELDS, Subject, SubjectProfile
from app.models.trending import TrendingEntry
from app.models.values import format_instant

NO_SUCH_SUBJECT = "Nothing of this source, kind and id was observed. Find ids on a board."

MAX_HISTORY = 1_000
"""Observations per subject and answer, the newest; pruning keeps more than ten years in these."""
MAX_APPEARANCES = 100


Days = tuple[Date | None, Date | None]
"""First and last day, both included; `None` is unbounded."""
Range = tuple[Date | None, Date | None, int | None]
"""First and last day, and how many of the newest observations; `None` is unbounded."""
WHOLE: Range = (None, None, None)


@dataclass(frozen=True, slots=True)
class SubjectParts:
    """The parts of a subject page to read besides its document."""

    histories: tuple[Range, ...] = (WHOLE,)
    """The history, for each of these ranges."""
    appearances: bool = True


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """A subject with the requested parts and their freshness."""

    row_id: int
    document: dict[str, object]
    """Has `history` (of the first range) and `appearances` if they were requested."""
    histories: Mapping[Range, list[dict[str, object]]]
    last_modified: datetime | None
    next_change_at: datetime | None


@dataclass(frozen=True, slots=True)
class MovedTo:
    """A redirect to the current name of a subject."""

    external_id: str


async def find_subject(
    reader: Reader,
    source: str,
    kind: str,
    external_id: str,
    *,
    now: datetime,
    base_url: str,
    parts: SubjectParts | None = None,
) -> SubjectPage | MovedTo:
    """Find a subject by name; for a former name, where it is now.

    Four statements, or fewer if not all parts are requested.

    Raises:
        NotFound: no subject has or had this name.
    """
    named = {"source": source, "kind": kind, "external_id": external_id}
    rows = await reader.rows(_select_subject(), {**named, "now": now})
    if not rows:
        present = await find_present_name(reader, source, kind, external_id)
        if present is None:
            raise NotFound("subject_not_found", NO_SUCH_SUBJECT)
        return MovedTo(present)
    (found,) = await _pages(reader, rows, parts or SubjectParts(), now=now, base_url=base_url)
    return found


async def find_subjects_by_id(
    reader: Reader, row_ids: Sequence[int], parts: SubjectParts, *, now: datetime, base_url: str
) -> dict[int, SubjectPage]:
    """Find subjects by row id; ids without a subject are left out.

    Two statements, and per subject one for each history and one for its appearances.
    """
    ids = dict.fromkeys(row_ids)
    if not ids:
        return {}
    rows = await reader.rows(_select_subjects(len(ids)), {**numbered("id", ids), "now": now})
    pages = await _pages(reader, rows, parts, now=now, base_url=base_url)
    return {page.row_id: page for page in pages}


async def _pages(
    reader: Reader,
    subjects: Sequence[Row[Any]],
    parts: SubjectParts,
    *,
    now: datetime,
    base_url: str,
) -> list[SubjectPage]:
    if not subjects:
        return []
    names: dict[int, list[Row[Any]]] = {subject.id: [] for subject in subjects}
    for row in await reader.rows(_select_names(len(names)), numbered("id", names)):
        names[row.subject_id].append(row)
    pages = []
    for subject in subjects:
        periods = _names(names[subject.id])
        page = await _page(reader, subject, periods, parts=parts, now=now, base_url=base_url)
        pages.append(page)
        # A history may have 1,000 rows: on SQLite let other requests run in between.
        await asyncio.sleep(0)
    return pages


async def _page(
    reader: Reader,
    subject: Row[Any],
    names: list[dict[str, object]],
    *,
    parts: SubjectParts,
    now: datetime,
    base_url: str,
) -> SubjectPage:
    document = _subject_document(subject, names)
    document["latest"] = _observation(subject, subject.last_snapshot_id)
    histories = {
        range_: await _history(reader, subject.id, range_, now=now) for range_ in parts.histories
    }
    if histories:
        document["history"] = next(iter(histories.values()))
    if parts.appearances:
        document["appearances"] = await _appearances(
            reader, subject, names, now=now, base_url=base_url
        )
    last_modified = latest((subject.seen_change_at, last_public_change(subject)))
    return SubjectPage(subject.id, document, histories, last_modified, subject.next_change_at)


async def _history(
    reader: Reader, subject_id: int, range_: Range, *, now: datetime
) -> list[dict[str, object]]:
    first_day, last_day, newest = range_
    rows = await reader.rows(
        _select_history(),
        {
            "subject_id": subject_id,
            "since": _start(first_day),
            "until": end_of(last_day, now=now),
            "limit": newest or MAX_HISTORY,
        },
    )
    return [_observation(row, row.snapshot_id) for row in reversed(rows)]


async def _appearances(
    reader: Reader,
    subject: Row[Any],
    names: list[dict[str, object]],
    *,
    now: datetime,
    base_url: str,
) -> list[dict[str, object]]:
    rows = await reader.rows(
        _select_appearances(),
        {
            "now": now,
            "source": subject.source,
            "kind": subject.kind,
            "names": sorted({str(name["external_id"]) for name in names}),
            "limit": MAX_APPEARANCES,
        },
    )
    return [
        {
            "issue": reference_of(
                number=row.number, date=row.date, slug=row.slug, title=row.title, base_url=base_url
            ),
            "section": row.section_slug,
            "rank": row.rank,
        }
        for row in rows
    ]


def _start(day: Date | None) -> datetime:
    return datetime.combine(day or Date.min, time.min, tzinfo=UTC)


_BY_NAME = (
    col(Subject.source) == bindparam("source"),
    col(Subject.kind) == bindparam("kind"),
    col(Subject.external_id) == bindparam("external_id"),
)


@cache
def _select_subject() -> Select[Any]:
    """The subject with a name: of several the one that is not gone and was seen last."""
    return _select_each().where(*_BY_NAME).order_by(*PRESENT_FIRST).limit(1)


@cache
def _select_subjects(count: int) -> Select[Any]:
    return _select_each().where(col(Subject.id).in_(numbered_binds("id", count)))


def _select_each() -> Select[Any]:
    own = (name for name in Subject.model_fields if name != "external_id")
    return (
        select(
            *columns(Subject, *own),
            *columns(SubjectProfile, *PROFILE_FIELDS),
            *columns(Observation, *_SHOWN_COUNTERS),
            col(Snapshot.observed_at),
            trending_change().label("seen_change_at"),
            *freshness_columns(),
        )
        .join(SubjectProfile, col(SubjectProfile.id) == col(Subject.profile_id))
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .outerjoin(
            Observation,
            and_(
                col(Observation.subject_id) == col(Subject.id),
                col(Observation.snapshot_id) == col(Subject.last_snapshot_id),
            ),
        )
        .where(_IS_SHOWN)
    )


_IS_SHOWN = col(Snapshot.status) != PENDING
"""Hides subjects whose first snapshot is still being written."""
_SHOWN_COUNTERS = (*COUNTERS, "score", "rank")


@cache
def _select_names(count: int) -> Select[Any]:
    return (
        select(*columns(SubjectProfile, "subject_id", "external_id", "since"))
        .where(col(SubjectProfile.subject_id).in_(numbered_binds("id", count)))
        .order_by(col(SubjectProfile.id))
    )


@cache
def _select_history() -> Select[Any]:
    seen_at = col(Snapshot.observed_at)
    return (
        select(
            seen_at,
            col(Observation.snapshot_id),
            *columns(Observation, *_SHOWN_COUNTERS),
        )
        .join(Snapshot, col(Snapshot.id) == col(Observation.snapshot_id))
        .where(
            col(Observation.subject_id) == bindparam("subject_id"),
            seen_at >= bindparam("since", type_=UtcInstant),
            seen_at <= bindparam("until", type_=UtcInstant),
            _IS_SHOWN,
        )
        .order_by(col(Observation.snapshot_id).desc())
        .limit(bindparam("limit"))
    )


@cache
def _select_appearances() -> Select[Any]:
    return (
        select(
            *columns(TrendingEntry, "section_slug", "rank"),
            *columns(Issue, "number", "date", "slug"),
            col(IssueRevision.title),
        )
        .select_from(TrendingEntry)
        .join(Issue, col(Issue.id) == col(TrendingEntry.issue_id))
        .join(IssueRevision, is_printed_revision())
        .where(
            in_print(TrendingEntry),
            # The concatenation keeps SQLite from using an index on source or kind for the order,
            # with which it would read every printed entry of the kind.
            literal("") + col(TrendingEntry.source) == bindparam("source"),
            literal("") + col(TrendingEntry.kind) == bindparam("kind"),
            col(TrendingEntry.external_id).in_(bindparam("names", expanding=True)),
        )
        .order_by(col(TrendingEntry.issue_date).desc(), col(TrendingEntry.section_position))
        .limit(bindparam("limit"))
    )


def _names(profiles: Sequence[Row[Any]]) -> list[dict[str, object]]:
    """Return the names of a subject in order, each with its period."""
    names: list[dict[str, object]] = []
    for row in profiles:
        if names and names[-1]["external_id"] == row.external_id:
            continue
        since = format_instant(row.since)
        if names:
            names[-1]["to"] = since
        names.append({"external_id": row.external_id, "from": since, "to": None})
    return names


def _subject_document(subject: Row[Any], names: list[dict[str, object]]) -> dict[str, object]:
    return {
        "source": subject.source,
        "kind": subject.kind,
        "external_id": subject.external_id,
        "upstream_id": subject.upstream_id,
        "name": subject.name,
        "url": subject.url,
        "summary": subject.summary,
        "task": subject.task,
        "language": subject.language,
        "status": subject.status if subject.gone_at is None else "gone",
        "status_since": format_instant(
            subject.gone_at or subject.status_since or subject.first_seen_at
        ),
        "first_seen_at": format_instant(subject.first_seen_at),
        "names": names,
    }


def _observation(row: Row[Any], snapshot_id: int) -> dict[str, object]:
    return {
        "observed_at": format_instant(row.observed_at),
        "snapshot_id": snapshot_id,
        **{name: getattr(row, name) for name in _SHOWN_COUNTERS},
    }
