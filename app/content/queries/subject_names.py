"""Redirects for names that no subject has now: former names, and names in another letter case."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.db import Reader
from app.models.snapshot import PENDING, Snapshot
from app.models.subject import Subject, SubjectProfile


async def find_present_name(reader: Reader, source: str, kind: str, external_id: str) -> str | None:
    """Find the current name of a subject by a former name, or ignoring letter case."""
    named = {"source": source, "kind": kind}
    rows = await reader.rows(_select_former(), {**named, "external_id": external_id})
    if not rows:
        lower = {**named, "lower_external_id": external_id.lower()}
        rows = await reader.rows(_select_in_other_case(), lower)
    return rows[0].external_id if rows else None


@cache
def _select_former() -> Select[Any]:
    """The current name of the last subject that had a name."""
    return (
        select(col(Subject.external_id))
        .join(SubjectProfile, col(SubjectProfile.subject_id) == col(Subject.id))
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .where(
            col(Subject.source) == bindparam("source"),
            col(Subject.kind) == bindparam("kind"),
            col(SubjectProfile.external_id) == bindparam("external_id"),
            col(Snapshot.status) != PENDING,
        )
        .order_by(col(SubjectProfile.id).desc())
        .limit(1)
    )


@cache
def _select_in_other_case() -> Select[Any]:
    """The subject whose name differs in letter case only: sources treat both as equal."""
    return (
        select(col(Subject.external_id))
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .where(
            col(Subject.source) == bindparam("source"),
            col(Subject.kind) == bindparam("kind"),
            col(Subject.lower_external_id) == bindparam("lower_external_id"),
            col(Snapshot.status) != PENDING,
        )
        .order_by(
            col(Subject.gone_at).is_not(None),
            col(Subject.last_seen_at).desc(),
            col(Subject.id).desc(),
        )
        .limit(1)
    )
