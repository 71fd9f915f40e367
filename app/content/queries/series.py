"""Reading how the counters of many subjects went, to be drawn as small as a word."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import col

from app.db import Reader
from app.models.base import UtcInstant
from app.models.snapshot import Observation, Snapshot
from app.models.subject import Subject

SERIES_DAYS = 30
MAX_SUBJECTS = 150
"""Subjects of one question; those beyond have no series."""

_NAME = ("source", "kind", "external_id")
SubjectName = tuple[str, str, str]
"""Source, kind and name of a subject."""


async def read_series(reader: Reader, entries: Sequence[Any]) -> dict[SubjectName, list[int]]:
    """Read the stars or likes of what entries of boards name, oldest first, in one statement.

    Each list ends where the newest of the entries was seen, and begins 30 days before. Entries that
    were never seen by us have none.
    """
    seen = [entry["observed_at"] for entry in entries if entry.get("observed_at")]
    if not seen:
        return {}
    until = max(_instant(each) for each in seen)
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
        found.setdefault(name, []).append(row.value)
    return found


@cache
def _select_series() -> Select[Any]:
    value = func.coalesce(col(Observation.stars), col(Observation.likes))
    statement: Any = (
        select(
            col(Subject.source), col(Subject.kind), col(Subject.external_id), value.label("value")
        )
        .join(Observation, col(Observation.subject_id) == col(Subject.id))
        .join(Snapshot, col(Snapshot.id) == col(Observation.snapshot_id))
        .where(
            *(
                col(getattr(Subject, name)).in_(bindparam(f"{name}s", expanding=True))
                for name in _NAME
            ),
            col(Subject.gone_at).is_(None),
            value.is_not(None),
            col(Snapshot.observed_at) >= bindparam("since", type_=UtcInstant),
            col(Snapshot.observed_at) <= bindparam("until", type_=UtcInstant),
        )
        .order_by(col(Observation.subject_id), col(Observation.snapshot_id))
    )
    shown: Select[Any] = statement
    return shown


def _instant(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
