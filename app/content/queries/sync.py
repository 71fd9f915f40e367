"""Queries of the sync: known subjects, the last snapshot of a kind, source health, runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlmodel import col

from app.content.access import Principal
from app.content.queries.newest_first import newest_first
from app.content.queries.paging import Page, Part, page_of
from app.content.run_document import run_document
from app.content.trends.boards import NO_LATER_RUN, STALE_AFTER
from app.db import Reader
from app.errors import NotFound
from app.models.base import UtcInstant, columns
from app.models.sighting import KnownSubject, Sighting
from app.models.snapshot import COUNTERS, DEMO, Observation, Snapshot
from app.models.source import SOURCES
from app.models.subject import PROFILE_FACTS, PROFILE_FIELDS, StarHistory, Subject, SubjectProfile
from app.models.sync_run import SyncRun, SyncRunSource
from app.models.values import format_instant
from app.models.watch import Watch

DOWN_AFTER = timedelta(days=7)
"""A source without a success for a week is down, whatever its last run reported."""
_HEALTH_OF = {"complete": "ok", "partial": "degraded", "failed": "down"}


@dataclass(frozen=True, slots=True)
class LastLook:
    """The last snapshot of a kind that did not fail; all `None` if there is none."""

    observed_at: datetime | None = None
    status: str | None = None
    reason: str | None = None
    listed: int | None = None


def known_subjects(
    connection: Connection, source: str, kind: str, *, now: datetime
) -> list[KnownSubject]:
    """Read the subjects of a kind that a sync may ask for, least recently asked first.

    Subjects that are gone are included when they are due. Run it in a thread: there may be many
    thousands.
    """
    rows = connection.execute(_select_known(), {"source": source, "kind": kind, "now": now})
    return [_known(row, now) for row in rows]


async def last_look(reader: Reader, source: str, kind: str) -> LastLook:
    """Read the last snapshot of a kind that did not fail."""
    rows = await reader.rows(_select_last_look(), {"source": source, "kind": kind})
    if not rows:
        return LastLook()
    row = rows[0]
    return LastLook(row.observed_at, row.status, row.reason, row.listed)


async def last_started(reader: Reader) -> datetime | None:
    """Return the start of the last run."""
    rows = await reader.rows(_select_last_started())
    started_at: datetime | None = rows[0].started_at
    return started_at


async def source_health(reader: Reader, *, now: datetime) -> Page:
    """List every source with its health. Two statements.

    Both aggregate over tables that grow, so they run outside the event loop.
    """
    last = {row.name: row for row in await reader.slow_rows(_select_health())}
    rows = await reader.slow_rows(_select_subject_counts())
    counts = {row.source: row.subjects for row in rows}
    refused = {row.source: row.refused for row in rows}
    documents = []
    for source in SOURCES:
        row = last.get(source.name)
        success = None if row is None else row.last_success_at
        status, reason = _health_of(row, now)
        documents.append(
            {
                "name": source.name,
                "status": status,
                "last_success_at": format_instant(success) if success else None,
                "last_run_at": None if row is None else format_instant(row.finished_at),
                "age_seconds": max(0, int((now - success).total_seconds())) if success else None,
                "subjects": counts.get(source.name, 0),
                "skipped": 0 if row is None else row.skipped,
                "refused": refused.get(source.name, 0),
                "reason": reason,
            }
        )
    part = Part()
    return page_of(documents, part=part, has_more=False, places=(), scope={}, total=len(documents))


def _health_of(row: Row[Any] | None, now: datetime) -> tuple[str, str | None]:
    """Return the health of a source by its last run, and the reason if it is not `ok`.

    36 hours after its last success a source is `degraded`, a week after it `down`.
    """
    if row is None:
        return "never", None
    status = _HEALTH_OF[row.status]
    age = now - (row.last_success_at or row.finished_at)
    if status == "down" or age < STALE_AFTER:
        return status, row.reason
    return ("down" if age >= DOWN_AFTER else "degraded"), NO_LATER_RUN


async def list_runs(reader: Reader, *, principal: Principal, part: Part) -> Page:
    """List runs, newest first.

    Raises:
        Unauthenticated, Forbidden: without `sync:run`.
        BadRequest: the cursor does not belong to this list.
    """
    principal.require("sync:run")
    page = await newest_first(
        reader, _select_runs(), part=part, scope={"list": "sync_runs"}, count=_count_runs()
    )
    return replace(page, items=await _documents(reader, page.items))


async def get_run(reader: Reader, run_id: int, *, principal: Principal) -> dict[str, object]:
    """Read one run.

    Raises:
        Unauthenticated, Forbidden: without `sync:run`.
        NotFound: there is no run with this id.
    """
    principal.require("sync:run")
    rows = await reader.rows(_select_run(), {"id": run_id})
    if not rows:
        raise NotFound("run_not_found", "There is no sync run of this id.")
    return (await _documents(reader, rows))[0]


async def _documents(reader: Reader, runs: Sequence[Row[Any]]) -> list[dict[str, object]]:
    if not runs:
        return []
    parts = await reader.rows(_select_parts(), {"ids": [run.id for run in runs]})
    return [run_document(run, [part for part in parts if part.run_id == run.id]) for run in runs]


def _known(row: Row[Any], now: datetime) -> KnownSubject:
    latest = Sighting(
        **{name: getattr(row, name) for name in _SIGHTED},
        score=row.upstream_score,
        status=row.status if row.status in {"archived", "disabled"} else "active",
    )
    return KnownSubject(
        **{name: getattr(row, name) for name in _KNOWN},
        is_missing=row.missing_since is not None,
        latest=latest,
        status="gone" if row.gone_at is not None else row.status,
        is_due=row.ask_after is None or row.ask_after <= now,
        is_watched=row.is_watched,
        has_star_history=row.has_star_history,
    )


_KNOWN = (
    *("id", "upstream_id", "external_id", "url", "handle", "validator", "created_at"),
    *("first_seen_at", "last_seen_at"),
)
_SIGHTED = (
    *("upstream_id", "created_at", "handle", "validator", *COUNTERS),
    *(*PROFILE_FIELDS, *PROFILE_FACTS),
)
_SUBJECT = (
    *("id", "upstream_id", "external_id", "handle", "validator", "created_at"),
    *("first_seen_at", "last_seen_at", "missing_since", "gone_at", "status", "ask_after"),
)


@cache
def _select_known() -> Select[Any]:
    return (
        select(
            *columns(Subject, *_SUBJECT),
            *columns(SubjectProfile, *PROFILE_FIELDS[1:], *PROFILE_FACTS),
            *columns(Observation, *COUNTERS, "upstream_score"),
            _is_watched().label("is_watched"),
            exists()
            .where(col(StarHistory.subject_id) == col(Subject.id))
            .label("has_star_history"),
        )
        .join(SubjectProfile, col(SubjectProfile.id) == col(Subject.profile_id))
        .outerjoin(
            Observation,
            and_(
                col(Observation.subject_id) == col(Subject.id),
                col(Observation.snapshot_id) == col(Subject.last_snapshot_id),
            ),
        )
        .where(
            col(Subject.source) == bindparam("source"),
            col(Subject.kind) == bindparam("kind"),
            or_(
                col(Subject.gone_at).is_(None),
                col(Subject.ask_after).is_(None),
                col(Subject.ask_after) <= bindparam("now", type_=UtcInstant),
            ),
            # Demo subjects do not exist upstream.
            col(Subject.upstream_id).not_like(f"{DEMO}:%"),
        )
        .order_by(_last_asked(), col(Subject.id))
    )


def _is_watched() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            col(Watch.source) == col(Subject.source),
            col(Watch.kind) == col(Subject.kind),
            col(Watch.upstream_id) == col(Subject.upstream_id),
        )
        .correlate(Subject)
    )


def _last_asked() -> ColumnElement[datetime]:
    """When a subject was last seen, or asked for without success."""
    asked, seen = col(Subject.asked_at), col(Subject.last_seen_at)
    return case((asked > seen, asked), else_=seen)


@cache
def _select_last_look() -> Select[Any]:
    return (
        select(*columns(Snapshot, "observed_at", "status", "reason", "listed"))
        .where(
            col(Snapshot.source) == bindparam("source"),
            col(Snapshot.kind) == bindparam("kind"),
            col(Snapshot.status).in_(("complete", "partial")),
        )
        .order_by(col(Snapshot.observed_at).desc())
        .limit(1)
    )


@cache
def _select_last_started() -> Select[Any]:
    return select(func.max(col(SyncRun.started_at)).label("started_at"))


@cache
def _select_health() -> Select[Any]:
    """The last finished part of each source, and its last success."""
    newest = (
        select(func.max(col(SyncRunSource.run_id)))
        .where(col(SyncRunSource.status) != "running")
        .group_by(col(SyncRunSource.name))
        .add_columns(col(SyncRunSource.name))
        .subquery()
    )
    run_id, name = newest.c
    success = (
        select(
            col(SyncRunSource.name), func.max(col(SyncRunSource.finished_at)).label("succeeded_at")
        )
        .where(col(SyncRunSource.status).in_(("complete", "partial")))
        .group_by(col(SyncRunSource.name))
        .subquery()
    )
    return (
        select(
            *columns(SyncRunSource, "name", "status", "finished_at", "skipped", "reason"),
            success.c.succeeded_at.label("last_success_at"),
        )
        .join(newest, and_(run_id == col(SyncRunSource.run_id), name == col(SyncRunSource.name)))
        .outerjoin(success, success.c.name == col(SyncRunSource.name))
    )


@cache
def _select_subject_counts() -> Select[Any]:
    refused = func.sum(case((col(Subject.status) == "refused", 1), else_=0))
    return (
        select(
            col(Subject.source),
            func.count().label("subjects"),
            func.coalesce(refused, 0).label("refused"),
        )
        .where(col(Subject.gone_at).is_(None))
        .group_by(col(Subject.source))
    )


_RUN = ("id", "status", "started_at", "finished_at")


@cache
def _select_runs() -> Select[Any]:
    return (
        select(*columns(SyncRun, *_RUN))
        .where(col(SyncRun.id) < bindparam("beyond"))
        .order_by(col(SyncRun.id).desc())
        .limit(bindparam("limit"))
    )


@cache
def _select_run() -> Select[Any]:
    return select(*columns(SyncRun, *_RUN)).where(col(SyncRun.id) == bindparam("id"))


@cache
def _count_runs() -> Select[Any]:
    return select(func.count()).select_from(SyncRun)


@cache
def _select_parts() -> Select[Any]:
    return (
        select(*columns(SyncRunSource, *SyncRunSource.model_fields))
        .where(col(SyncRunSource.run_id).in_(bindparam("ids", expanding=True)))
        .order_by(col(SyncRunSource.run_id), col(SyncRunSource.name).desc())
    )
