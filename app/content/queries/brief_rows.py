"""What the brief reads beside boards: snapshots, counters, histories, renames, departures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date as Date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.facts.brief.day import BriefSubject, Counted, Departed, Renamed
from app.content.queries.observations import select_archive, select_snapshots, select_subjects_then
from app.content.trends.boards import end_of
from app.content.trends.observation_archive import unpack_observations
from app.db import Reader
from app.models.base import UtcInstant, columns
from app.models.counter import counter_of
from app.models.days import add_days
from app.models.snapshot import DEMO, Observation, Snapshot
from app.models.subject import Departure, Subject, SubjectProfile
from app.models.values import EntryKind
from app.off_the_loop import off_the_loop

HISTORY_DAYS = 60
"""How far back histories reach."""

Board = tuple[str, EntryKind]
"""Source and kind."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The complete snapshots of 60 days."""

    by_board: Mapping[Board, Sequence[Row[Any]]]
    """The last one of each UTC day, oldest first."""
    instants: Mapping[int, datetime]
    """When each was made, by id."""


async def read_snapshots(reader: Reader, date: Date, *, now: datetime) -> Snapshots:
    """Read the complete snapshots of the 60 days to the end of a UTC day. One statement.

    Those of the demo are not mixed with real ones: of both, the sort of the newest counts.
    """
    until = end_of(date, now=now)
    since = datetime.combine(add_days(date, -HISTORY_DAYS), time.min, tzinfo=UTC)
    rows = await reader.slow_rows(_select_complete(), {"since": since, "until": until})
    by_day: dict[Board, dict[Date, Row[Any]]] = {}
    newest = {(row.source, row.kind): row.reason == DEMO for row in rows}
    for row in rows:
        board = (row.source, row.kind)
        if (row.reason == DEMO) == newest[board]:
            by_day.setdefault(board, {})[row.observed_at.date()] = row
    return Snapshots(
        {board: list(days.values()) for board, days in by_day.items()},
        {row.id: row.observed_at for row in rows},
    )


async def read_counters(reader: Reader, snapshot: Row[Any], kind: str) -> dict[int, int]:
    """Read the own counter of every subject in a snapshot. One statement."""
    counter = counter_of(kind)
    if snapshot.archived_id is not None:
        return await _unpacked(reader, snapshot, counter, wanted=None)
    rows = await reader.slow_rows(_select_counters(counter), {"snapshot_id": snapshot.id})
    return await off_the_loop(lambda: {row.subject_id: row.value for row in rows})


async def read_histories(
    reader: Reader, snapshots: Sequence[Row[Any]], subject_ids: Iterable[int], kind: str
) -> dict[int, list[Counted]]:
    """Read the own counter of some subjects in some snapshots, oldest first.

    One statement, and one for each snapshot that was pruned.
    """
    ids, counter = sorted(subject_ids), counter_of(kind)
    if not ids:
        return {}
    kept = [snapshot.id for snapshot in snapshots if snapshot.archived_id is None]
    rows = await reader.slow_rows(
        _select_histories(counter), {"subject_ids": ids, "snapshot_ids": kept}
    )
    found: dict[int, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row.snapshot_id, {})[row.subject_id] = row.value
    for snapshot in snapshots:
        if snapshot.archived_id is not None:
            found[snapshot.id] = await _unpacked(reader, snapshot, counter, wanted=set(ids))
    return {
        subject_id: [
            Counted(value, snapshot.id, snapshot.observed_at)
            for snapshot in snapshots
            if (value := found.get(snapshot.id, {}).get(subject_id)) is not None
        ]
        for subject_id in ids
    }


async def read_subjects(
    reader: Reader, subject_ids: Iterable[int], *, then: datetime
) -> dict[int, BriefSubject]:
    """Read subjects as they were described at an instant. One statement."""
    ids = sorted(set(subject_ids))
    if not ids:
        return {}
    rows = await reader.slow_rows(select_subjects_then(), {"ids": ids, "then": then})
    names = ("id", "source", "kind", "upstream_id", "external_id", "name", "url")
    return {
        row.id: BriefSubject(
            **{name: getattr(row, name) for name in names}, task=row.task, language=row.language
        )
        for row in rows
    }


async def read_renamed(
    reader: Reader, date: Date, *, now: datetime
) -> Mapping[Board, list[Renamed]]:
    """Read the subjects that had another name before a UTC day. One statement."""
    found: dict[Board, list[Renamed]] = {}
    for row in await reader.slow_rows(_select_renamed(), _day(date, now=now)):
        renamed = Renamed(row.subject_id, row.former, row.since)
        found.setdefault((row.source, row.kind), []).append(renamed)
    return found


async def read_departed(
    reader: Reader, date: Date, *, now: datetime
) -> Mapping[Board, list[Departed]]:
    """Read the subjects that were found to be gone on a UTC day. One statement."""
    found: dict[Board, list[Departed]] = {}
    for row in await reader.rows(_select_departed(), _day(date, now=now)):
        departed = Departed(row.subject_id, row.gone_at)
        found.setdefault((row.source, row.kind), []).append(departed)
    return found


async def _unpacked(
    reader: Reader, snapshot: Row[Any], counter: str, *, wanted: set[int] | None
) -> dict[int, int]:
    (archived,) = await reader.slow_rows(select_archive(), {"snapshot_id": snapshot.id})

    def unpack() -> dict[int, int]:
        found: dict[int, int] = {}
        for row in unpack_observations(archived.packed):
            value: int | None = getattr(row, counter)
            if value is not None and (wanted is None or row.subject_id in wanted):
                found[row.subject_id] = value
        return found

    return await off_the_loop(unpack)


def _day(date: Date, *, now: datetime) -> dict[str, object]:
    since = datetime.combine(date, time.min, tzinfo=UTC)
    return {"since": since, "until": end_of(date, now=now)}


@cache
def _select_complete() -> Select[Any]:
    snapshots = select_snapshots("id", "source", "kind", "observed_at", "reason")
    return snapshots.where(col(Snapshot.status) == "complete")


@cache
def _select_counters(counter: str) -> Select[Any]:
    value = col(getattr(Observation, counter))
    return select(*columns(Observation, "subject_id"), value.label("value")).where(
        col(Observation.snapshot_id) == bindparam("snapshot_id"), value.is_not(None)
    )


@cache
def _select_histories(counter: str) -> Select[Any]:
    value = col(getattr(Observation, counter))
    return select(*columns(Observation, "subject_id", "snapshot_id"), value.label("value")).where(
        col(Observation.subject_id).in_(bindparam("subject_ids", expanding=True)),
        col(Observation.snapshot_id).in_(bindparam("snapshot_ids", expanding=True)),
        value.is_not(None),
    )


@cache
def _select_renamed() -> Select[Any]:
    """Profiles of a day whose name differs from that of the profile before."""
    before, older = aliased(SubjectProfile), aliased(SubjectProfile)
    previous_id = (
        select(func.max(col(older.id)))
        .where(
            col(older.subject_id) == col(SubjectProfile.subject_id),
            col(older.since) < bindparam("since", type_=UtcInstant),
        )
        .correlate(SubjectProfile)
        .scalar_subquery()
    )
    return (
        select(
            col(SubjectProfile.subject_id),
            col(SubjectProfile.since),
            col(before.external_id).label("former"),
            *columns(Subject, "source", "kind"),
        )
        .select_from(SubjectProfile)
        .join(before, col(before.id) == previous_id)
        .join(Subject, col(Subject.id) == col(SubjectProfile.subject_id))
        .where(
            col(SubjectProfile.since) >= bindparam("since", type_=UtcInstant),
            col(SubjectProfile.since) <= bindparam("until", type_=UtcInstant),
            col(SubjectProfile.external_id) != col(before.external_id),
        )
        .order_by(col(SubjectProfile.id))
    )


@cache
def _select_departed() -> Select[Any]:
    return (
        select(*columns(Departure, "subject_id", "gone_at"), *columns(Subject, "source", "kind"))
        .join(Subject, col(Subject.id) == col(Departure.subject_id))
        .where(
            col(Departure.gone_at) >= bindparam("since", type_=UtcInstant),
            col(Departure.gone_at) <= bindparam("until", type_=UtcInstant),
        )
        .order_by(col(Departure.subject_id))
    )
