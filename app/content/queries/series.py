"""Reading how the counters of many subjects went, to be drawn as small as a word."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlmodel import col

from app.db import Reader
from app.models.base import UtcInstant
from app.models.snapshot import Observation, Snapshot
from app.models.subject import Subject

SERIES_DAYS = 30
_NEVER = datetime(1970, 2, 1, tzinfo=UTC)
MAX_SUBJECTS = 250
"""Subjects of one question: an issue prints at most 200 trending entries and 50 movers."""

_NAME = ("source", "kind", "external_id")
SubjectName = tuple[str, str, str]
"""Source, kind and name of a subject."""


async def read_series(reader: Reader, entries: Sequence[Any]) -> dict[SubjectName, list[int]]:
    """Read the stars or likes of what entries of boards name, oldest first, in one statement.

    Each list ends where the newest of the entries was seen, and begins 30 days before; it is empty
    where we saw nothing then. What we never saw at all has no list.
    """
    if not entries:
        return {}
    seen = [_instant(entry["observed_at"]) for entry in entries if entry.get("observed_at")]
    until = max(seen, default=_NEVER)
    rows = await reader.rows(
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
    found: dict[SubjectName, list[int]] = {}
    for row in rows:
        name = (row.source, row.kind, row.external_id)
        values = found.setdefault(name, [])
        if row.value is not None:
            values.append(row.value)
    return found


@cache
def _select_series() -> Select[Any]:
    value = func.coalesce(col(Observation.stars), col(Observation.likes))
    then = (
        select(col(Snapshot.id))
        .where(
            *(_among(getattr(Snapshot, name), name) for name in ("source", "kind")),
            col(Snapshot.observed_at) >= bindparam("since", type_=UtcInstant),
            col(Snapshot.observed_at) <= bindparam("until", type_=UtcInstant),
        )
        .scalar_subquery()
    )
    statement: Any = (
        select(
            *(col(getattr(Subject, name)) for name in _NAME),
            value.label("value"),
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
        .where(*(_among(getattr(Subject, name), name) for name in _NAME))
        .order_by(col(Subject.id), col(Observation.snapshot_id))
    )
    shown: Select[Any] = statement
    return shown


def _among(column: Any, name: str) -> ColumnElement[bool]:
    return col(column).in_(bindparam(f"{name}s", expanding=True))


def _instant(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
