"""The observations of a day, in slices: each subject with the name that it had then.

A snapshot never changes once it is visible, so neither does the file of a past day. Snapshots that
were pruned are read from their archive.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date as Date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.trends.boards import end_of
from app.content.trends.observation_archive import (
    ARCHIVED_COLUMNS,
    CountedSubject,
    unpack_observations,
)
from app.db import Reader
from app.errors import NotFound
from app.models.base import UtcInstant, columns
from app.models.snapshot import PENDING, ArchivedObservations, Observation, Snapshot
from app.models.subject import Subject, SubjectProfile
from app.models.values import format_instant
from app.off_the_loop import off_the_loop

SLICE = 1_000
"""Rows per slice: about 200 kB of CSV."""
SETTLED_AFTER = timedelta(minutes=10)
"""A run that began before midnight may end after it; it takes three minutes at most."""

_PROFILE = ("external_id", "name", "url", "task", "language")

Observed = Mapping[str, Any]
"""One row; its members are the columns of `open_data.columns.OBSERVATIONS`."""


@dataclass(frozen=True, slots=True)
class ObservedDay:
    """The snapshots of a UTC day, oldest first."""

    date: Date
    snapshots: Sequence[Row[Any]]
    """Rows with `id`, `source`, `kind`, `observed_at`, `status`, `reason` and `observations`."""
    is_final: bool
    """Whether no further snapshot can come, so that the file stays as it is."""


async def read_observed_day(reader: Reader, date: Date, *, now: datetime) -> ObservedDay:
    """Read which snapshots a day has; it may have none. One statement.

    Raises:
        NotFound: a snapshot of the day was pruned before pruned observations were archived.
    """
    since, until = datetime.combine(date, time.min, tzinfo=UTC), end_of(date, now=now)
    names = ("id", "source", "kind", "observed_at", "status", "reason", "observations")
    statement = select_snapshots(*names, "thinned_at")
    rows = await reader.rows(statement, {"since": since, "until": until})
    shown = [row for row in rows if row.status in ("complete", "partial")]
    if any(row.thinned_at is not None and row.archived_id is None for row in shown):
        raise NotFound(
            "observations_not_kept",
            f"The observations of {date.isoformat()} were pruned before this version archived "
            "them. Boards of that day are kept; see /v1/trending?date=.",
        )
    is_over = is_settled(date, now=now)
    return ObservedDay(date, shown, is_over and all(row.status != PENDING for row in rows))


def is_settled(date: Date, *, now: datetime) -> bool:
    """Whether a day is over, and no run that began in it can still be going."""
    return now - SETTLED_AFTER >= end_of(date, now=now)


async def observation_slices(reader: Reader, day: ObservedDay) -> AsyncIterator[list[Observed]]:
    """Read the observations of a day, up to 1,000 at a time: by snapshot, then by subject.

    Two statements per slice. Between slices no connection is held.

    Raises:
        RuntimeError: a snapshot has fewer observations than it should.
    """
    for snapshot in day.snapshots:
        count = 0
        async for counted in _counted(reader, snapshot):
            rows = await reader.slow_rows(
                select_subjects_then(),
                {"ids": [each.subject_id for each in counted], "then": snapshot.observed_at},
            )
            yield await off_the_loop(_observed, snapshot, counted, rows)
            count += len(counted)
        if count != snapshot.observations:
            raise RuntimeError(f"snapshot {snapshot.id} was pruned while it was read")


async def _counted(
    reader: Reader, snapshot: Row[Any]
) -> AsyncIterator[Sequence[CountedSubject | Row[Any]]]:
    """Read the counters of a snapshot in slices, from its archive if it has one."""
    if snapshot.archived_id is not None:
        (archived,) = await reader.slow_rows(select_archive(), {"snapshot_id": snapshot.id})
        everything = await off_the_loop(lambda: unpack_observations(archived.packed))
        for start in range(0, len(everything), SLICE):
            yield everything[start : start + SLICE]
        return
    after = 0
    while True:
        rows = await reader.slow_rows(
            _select_counters(), {"snapshot_id": snapshot.id, "after": after, "limit": SLICE}
        )
        if rows:
            yield rows
        if len(rows) < SLICE:
            return
        after = rows[-1].subject_id


def _observed(
    snapshot: Row[Any], counted: Sequence[CountedSubject | Row[Any]], rows: Sequence[Row[Any]]
) -> list[Observed]:
    subjects = {row.id: row for row in rows}
    head = {
        "observed_at": format_instant(snapshot.observed_at),
        "snapshot_id": snapshot.id,
        "source": snapshot.source,
        "kind": snapshot.kind,
    }
    return [
        {
            **head,
            "upstream_id": subjects[each.subject_id].upstream_id,
            **{name: getattr(subjects[each.subject_id], name) for name in _PROFILE},
            **{name: getattr(each, name) for name in ARCHIVED_COLUMNS[1:]},
        }
        for each in counted
    ]


@cache
def select_snapshots(*names: str) -> Select[Any]:
    """Select columns of the snapshots from `since` to `until` that did not fail, oldest first.

    `archived_id` is null where the observations of a snapshot are not in the archive.
    """
    return (
        select(
            *columns(Snapshot, *names),
            col(ArchivedObservations.snapshot_id).label("archived_id"),
        )
        .outerjoin(ArchivedObservations, col(ArchivedObservations.snapshot_id) == col(Snapshot.id))
        .where(
            col(Snapshot.observed_at) >= bindparam("since", type_=UtcInstant),
            col(Snapshot.observed_at) <= bindparam("until", type_=UtcInstant),
            col(Snapshot.status) != "failed",
        )
        .order_by(col(Snapshot.observed_at), col(Snapshot.id))
    )


@cache
def select_archive() -> Select[Any]:
    """Select the packed observations of `snapshot_id`, which were archived before pruning."""
    return select(col(ArchivedObservations.packed)).where(
        col(ArchivedObservations.snapshot_id) == bindparam("snapshot_id")
    )


@cache
def _select_counters() -> Select[Any]:
    return (
        select(*columns(Observation, *ARCHIVED_COLUMNS))
        .where(
            col(Observation.snapshot_id) == bindparam("snapshot_id"),
            col(Observation.subject_id) > bindparam("after"),
        )
        .order_by(col(Observation.subject_id))
        .limit(bindparam("limit"))
    )


@cache
def select_subjects_then() -> Select[Any]:
    """Select subjects by `ids`, with the profile that they had at the instant `then`."""
    older = aliased(SubjectProfile)
    profile_id = (
        select(func.max(col(older.id)))
        .where(
            col(older.subject_id) == col(Subject.id),
            col(older.since) <= bindparam("then", type_=UtcInstant),
        )
        .correlate(Subject)
        .scalar_subquery()
    )
    return (
        select(
            *columns(Subject, "id", "source", "kind", "upstream_id"),
            *columns(SubjectProfile, *_PROFILE),
        )
        .join(SubjectProfile, col(SubjectProfile.id) == profile_id)
        .where(col(Subject.id).in_(bindparam("ids", expanding=True)))
    )
