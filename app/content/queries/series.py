"""Counters of many subjects over 30 days, for sparklines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import Reader
from app.models.base import UtcInstant, columns
from app.models.snapshot import PENDING, Observation, Snapshot
from app.models.subject import Subject

SERIES_DAYS = 30
_NEVER = datetime(1970, 2, 1, tzinfo=UTC)
MAX_SUBJECTS = 250
"""Subjects per call: an issue prints at most 200 trending entries and 50 movers."""

_NAME = ("source", "kind", "external_id")
SubjectName = tuple[str, str, str]
"""Source, kind and external id of a subject."""


@dataclass(frozen=True, slots=True)
class Series:
    """Counters of some subjects over the same 30 days."""

    until: datetime
    """The end of the window: the latest observation of the entries."""
    points: Mapping[SubjectName, Sequence[tuple[datetime, int]]]
    """For each subject its points, oldest first; empty if none lie in the window."""

    def __contains__(self, name: SubjectName) -> bool:
        """Whether a subject was ever observed."""
        return name in self.points


async def read_series(reader: Reader, entries: Sequence[Any]) -> Series:
    """Read the stars or likes of the subjects that board entries name. One statement.

    The window ends with the latest observation of the entries. A subject that was never observed
    is not in the result.
    """
    if not entries:
        return Series(_NEVER, {})
    seen = [_instant(entry["observed_at"]) for entry in entries if entry.get("observed_at")]
    until = max([_NEVER, *seen])
    # 30 days of snapshots may be thousands of rows.
    rows = await reader.slow_rows(
        _select_series(),
        {
            **{
                f"{name}s": sorted({entry[name] for entry in entries})[:MAX_SUBJECTS]
                for name in _NAME
            },
            "since": until - timedelta(days=SERIES_DAYS),
            "until": until,
        },
    )
    found: dict[SubjectName, list[tuple[datetime, int]]] = {}
    for row in rows:
        name = (row.source, row.kind, row.external_id)
        points = found.setdefault(name, [])
        if row.value is not None:
            points.append((row.observed_at, row.value))
    return Series(until, found)


@cache
def _select_series() -> Select[Any]:
    value = func.coalesce(col(Observation.stars), col(Observation.likes))
    in_window = aliased(Snapshot)
    snapshot_ids = (
        select(col(in_window.id))
        .where(
            *(_among(getattr(in_window, name), name) for name in ("source", "kind")),
            col(in_window.observed_at) >= bindparam("since", type_=UtcInstant),
            col(in_window.observed_at) <= bindparam("until", type_=UtcInstant),
            col(in_window.status) != PENDING,
        )
        .scalar_subquery()
    )
    return (
        select(
            *columns(Subject, *_NAME),
            value.label("value"),
            col(Snapshot.observed_at),
        )
        .select_from(Subject)
        .outerjoin(
            Observation,
            and_(
                col(Observation.subject_id) == col(Subject.id),
                # Of two subjects with the same name, the one that exists.
                col(Subject.gone_at).is_(None),
                col(Observation.snapshot_id).in_(snapshot_ids),
            ),
        )
        .outerjoin(Snapshot, col(Snapshot.id) == col(Observation.snapshot_id))
        .where(*(_among(getattr(Subject, name), name) for name in _NAME))
        .order_by(col(Subject.id), col(Observation.snapshot_id))
    )


def _among(column: Any, name: str) -> ColumnElement[bool]:
    return col(column).in_(bindparam(f"{name}s", expanding=True))


def _instant(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
