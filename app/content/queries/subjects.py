"""Reading subjects: their names, their history, and the issues that printed them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date as Date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, literal, select
from sqlmodel import col

from app.content.issue_view import reference_of
from app.content.print import freshness_columns, in_print, last_public_change
from app.content.queries.freshness import trending_change
from app.content.queries.subject_names import find_present_name
from app.content.trends.boards import end_of
from app.db import Reader
from app.errors import NotFound
from app.models.base import UtcInstant
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.snapshot import PENDING, Observation, Snapshot
from app.models.subject import Subject, SubjectProfile
from app.models.trending import TrendingEntry
from app.models.values import format_instant

MAX_HISTORY = 1_000
"""Observations of one subject in one answer, the newest; thinning keeps more than ten years."""
MAX_APPEARANCES = 100


Days = tuple[Date | None, Date | None]
"""From which day to which, both included; `None` for no end."""
ALL_DAYS: Days = (None, None)


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told of a subject beside what it is."""

    histories: tuple[Days, ...] = (ALL_DAYS,)
    """Its history, for each of these days."""
    appearances: bool = True


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """A subject, and the freshness of what is told of it."""

    row_id: int
    document: dict[str, object]
    """With `history` where one is told (the first), with `appearances` where they are."""
    histories: Mapping[Days, list[dict[str, object]]]
    last_modified: datetime | None
    next_change_at: datetime | None


@dataclass(frozen=True, slots=True)
class MovedTo:
    """What bore a name that nothing bears any more, and its present one."""

    external_id: str


async def find_subject(
    reader: Reader,
    source: str,
    kind: str,
    external_id: str,
    *,
    now: datetime,
    base_url: str,
    told: Told | None = None,
) -> SubjectPage | MovedTo:
    """Find a subject by its present name, or where the bearer of a former one is now.

    Four statements, fewer where less is to be told.

    Raises:
        NotFound: nothing bears or bore this name.
    """
    named = {"source": source, "kind": kind, "external_id": external_id}
    rows = await reader.rows(_select_subject(), {**named, "now": now})
    if not rows:
        present = await find_present_name(reader, source, kind, external_id)
        if present is None:
            raise NotFound("subject_not_found", "Nothing of this name was ever seen here.")
        return MovedTo(present)
    (found,) = await _pages(reader, rows, told or Told(), now=now, base_url=base_url)
    return found


async def find_subjects_by_id(
    reader: Reader, row_ids: Sequence[int], told: Told, *, now: datetime, base_url: str
) -> dict[int, SubjectPage]:
    """Find subjects by their rows, those that there are.

    Two statements, and for each of them one a history and one for its appearances.
    """
    ids = dict.fromkeys(row_ids)
    if not ids:
        return {}
    rows = await reader.rows(_select_subjects(len(ids)), {**_named(ids), "now": now})
    pages = await _pages(reader, rows, told, now=now, base_url=base_url)
    return {page.row_id: page for page in pages}


def _named(ids: Iterable[int]) -> dict[str, object]:
    return {f"id_{place}": row_id for place, row_id in enumerate(ids)}


def _any_of(count: int) -> list[Any]:
    # Named one by one: a list of any length would be compiled anew each time.
    return [bindparam(f"id_{place}") for place in range(count)]


async def _pages(
    reader: Reader, subjects: Sequence[Row[Any]], told: Told, *, now: datetime, base_url: str
) -> list[SubjectPage]:
    """What is to be told of some subjects."""
    if not subjects:
        return []
    names: dict[int, list[Row[Any]]] = {subject.id: [] for subject in subjects}
    for row in await reader.rows(_select_names(len(names)), _named(names)):
        names[row.subject_id].append(row)
    pages = []
    for subject in subjects:
        page = await _page(reader, subject, _names(names[subject.id]), told, now, base_url)
        pages.append(page)
        # A thousand rows each: on SQLite others are let in between.
        await asyncio.sleep(0)
    return pages


async def _page(
    reader: Reader,
    subject: Row[Any],
    names: list[dict[str, object]],
    told: Told,
    now: datetime,
    base_url: str,
) -> SubjectPage:
    document = _subject_document(subject, names)
    document["latest"] = _latest(subject)
    histories = {days: await _history(reader, subject.id, days, now) for days in told.histories}
    if histories:
        document["history"] = next(iter(histories.values()))
    if told.appearances:
        document["appearances"] = await _appearances(reader, subject, names, now, base_url)
    changes = [m for m in (subject.seen_change_at, last_public_change(subject)) if m is not None]
    last_modified = max(changes, default=None)
    return SubjectPage(subject.id, document, histories, last_modified, subject.next_change_at)


async def _history(
    reader: Reader, subject_id: int, days: Days, now: datetime
) -> list[dict[str, object]]:
    first_day, last_day = days
    rows = await reader.rows(
        _select_history(),
        {
            "subject_id": subject_id,
            "since": _start(first_day),
            "until": end_of(last_day, now=now),
            "limit": MAX_HISTORY,
        },
    )
    return [_observation(row) for row in reversed(rows)]


async def _appearances(
    reader: Reader,
    subject: Row[Any],
    names: list[dict[str, object]],
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
    """The bearer of a name: of several the one that is there, seen last."""
    return (
        _select_each()
        .where(*_BY_NAME)
        .order_by(
            col(Subject.gone_at).is_not(None),
            col(Subject.last_seen_at).desc(),
            col(Subject.id).desc(),
        )
        .limit(1)
    )


@cache
def _select_subjects(count: int) -> Select[Any]:
    return _select_each().where(col(Subject.id).in_(_any_of(count)))


def _select_each() -> Select[Any]:
    latest = [col(getattr(Observation, name)) for name in _COUNTERS]
    return (
        select(
            *(
                col(getattr(Subject, name))
                for name in Subject.model_fields
                if name != "external_id"
            ),
            *(col(getattr(SubjectProfile, name)) for name in _TEXTS),
            *latest,
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
"""What was first seen in a snapshot that is still being written is not there yet."""
_TEXTS = ("external_id", "name", "url", "summary", "task", "language")
_COUNTERS = ("stars", "likes", "downloads", "forks", "score", "rank")


@cache
def _select_names(count: int) -> Select[Any]:
    shown = ("subject_id", "external_id", "since")
    statement: Select[Any] = (
        select(*(col(getattr(SubjectProfile, name)) for name in shown))
        .where(col(SubjectProfile.subject_id).in_(_any_of(count)))
        .order_by(col(SubjectProfile.id))
    )
    return statement


@cache
def _select_history() -> Select[Any]:
    seen_at = col(Snapshot.observed_at)
    return (
        select(
            seen_at,
            col(Observation.snapshot_id),
            *(col(getattr(Observation, name)) for name in _COUNTERS),
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
    statement: Any = (
        select(
            *(col(column) for column in (TrendingEntry.section_slug, TrendingEntry.rank)),
            *(col(column) for column in (Issue.number, Issue.date, Issue.slug)),
            col(IssueRevision.title),
        )
        .select_from(TrendingEntry)
        .join(Issue, col(Issue.id) == col(TrendingEntry.issue_id))
        .join(
            IssueRevision,
            and_(
                col(IssueRevision.issue_id) == col(Issue.id),
                col(IssueRevision.number) == col(Issue.print_revision),
            ),
        )
        .where(
            in_print(TrendingEntry),
            # Concatenated, so that no index on source or kind fits: SQLite would take one of them
            # for the order, and read every entry of the kind that was ever printed.
            literal("") + col(TrendingEntry.source) == bindparam("source"),
            literal("") + col(TrendingEntry.kind) == bindparam("kind"),
            col(TrendingEntry.external_id).in_(bindparam("names", expanding=True)),
        )
        .order_by(col(TrendingEntry.issue_date).desc(), col(TrendingEntry.section_position))
        .limit(bindparam("limit"))
    )
    shown: Select[Any] = statement
    return shown


def _names(profiles: Sequence[Row[Any]]) -> list[dict[str, object]]:
    """The names of a subject in their order, each from when to when."""
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


def _observation(row: Row[Any]) -> dict[str, object]:
    return {
        "observed_at": format_instant(row.observed_at),
        "snapshot_id": row.snapshot_id,
        **{name: getattr(row, name) for name in _COUNTERS},
    }


def _latest(subject: Row[Any]) -> dict[str, object]:
    return {
        "observed_at": format_instant(subject.observed_at),
        "snapshot_id": subject.last_snapshot_id,
        **{name: getattr(subject, name) for name in _COUNTERS},
    }
