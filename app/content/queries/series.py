"""Reading how the counters of many subjects went, to be drawn as small as a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db import Reader
from app.models.base import UtcInstant
from app.models.snapshot import PENDING, Observation, Snapshot
from app.models.subject import Subject

SERIES_DAYS = 30
_NEVER = datetime(1970, 2, 1, tzinfo=UTC)
MAX_SUBJECTS = 250
"""Subjects of one question: an issue prints at most 200 trending entries and 50 movers."""

_NAME = ("source", "kind", "external_id")
SubjectName = tuple[str, str, str]
"""Source, kind and name of a subject."""


@dataclass(frozen=True, slots=True)
class Series:
    """How the counters of some subjects went over the same 30 days."""

    until: datetime
    """The end of the window: when the newest of the entries was seen."""
    points: Mapping[SubjectName, Sequence[tuple[datetime, int]]]
    """By subject, oldest first; empty where nothing was seen in the window."""

    def __contains__(self, name: SubjectName) -> bool:
        """Whether a subject was ever observed."""
        return name in self.points


async def read_series(reader: Reader, entries: Sequence[Any]) -> Series:
    """Read the stars or likes of what entries of boards name, with their times. One statement.

    The window ends where the newest of the entries was seen, and begins 30 days before. What was
    never observed at all has no points, not even an empty list.
    """
    if not entries:
        return Series(_NEVER, {})
    seen = [_instant(entry["observed_at"]) for entry in entries if entry.get("observed_at")]
    until = max(seen, default=_NEVER)
    # Looks of 30 days may be thousands of rows.
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
    look = aliased(Snapshot)
    then = (
        select(col(look.id))
        .where(
            *(_among(getattr(look, name), name) for name in ("source", "kind")),
            col(look.observed_at) >= bindparam("since", type_=UtcInstant),
            col(look.observed_at) <= bindparam("until", type_=UtcInstant),
            col(look.status) != PENDING,
        )
        .scalar_subquery()
    )
    statement: Any = (
        select(
            *(col(getattr(Subject, name)) for name in _NAME),
            value.label("value"),
            col(Snapshot.observed_at),
        )
        .select_from(Subject)
        .outerjoin(
            Observation,
            and_(
                col(Observation.subject_id) == col(Subject.id),
                # Of two that bore one name, the one that bears it.
                col(Subject.gone_at).is_(None),
                col(Observation.snapshot_id).in_(then),
            ),
        )
        .outerjoin(Snapshot, col(Snapshot.id) == col(Observation.snapshot_id))
        .where(*(_among(getattr(Subject, name), name) for name in _NAME))
        .order_by(col(Subject.id), col(Observation.snapshot_id))
    )
    shown: Select[Any] = statement
    return shown


def _among(column: Any, name: str) -> ColumnElement[bool]:
    return col(column).in_(bindparam(f"{name}s", expanding=True))


def _instant(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
