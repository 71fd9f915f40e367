"""Redirects for names that no subject has now: former names, and names in another letter case."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.content.queries.in_parameters import numbered, numbered_binds
from app.db import Reader
from app.models.base import columns
from app.models.snapshot import PENDING, Snapshot
from app.models.subject import Subject, SubjectProfile

SubjectKey = tuple[str, str, str]
"""Source, kind and external id."""

PRESENT_FIRST = (
    col(Subject.gone_at).is_not(None),
    col(Subject.last_seen_at).desc(),
    col(Subject.id).desc(),
)
"""Orders subjects of one name: those that are not gone first, then by their last observation."""


async def find_subject_ids(reader: Reader, names: Iterable[SubjectKey]) -> dict[SubjectKey, int]:
    """Find the row ids of subjects by their present names, else by former ones.

    Two statements for each source and kind at most. Letter case counts.
    """
    wanted: dict[tuple[str, str], dict[str, None]] = {}
    for source, kind, external_id in names:
        wanted.setdefault((source, kind), {})[external_id] = None
    found: dict[SubjectKey, int] = {}
    for (source, kind), given in wanted.items():
        missing = list(given)
        for select_ids in (_select_ids, _select_former_ids):
            if missing:
                rows = await reader.rows(
                    select_ids(len(missing)),
                    {"source": source, "kind": kind, **numbered("name", missing)},
                )
                for row in rows:
                    found.setdefault((source, kind, row.external_id), row.id)
                missing = [name for name in missing if (source, kind, name) not in found]
    return found


async def find_present_name(reader: Reader, source: str, kind: str, external_id: str) -> str | None:
    """Find the current name of a subject by a former name, or ignoring letter case."""
    named = {"source": source, "kind": kind}
    rows = await reader.rows(_select_former(), {**named, "external_id": external_id})
    if not rows:
        lower = {**named, "lower_external_id": external_id.lower()}
        rows = await reader.rows(_select_in_other_case(), lower)
    return rows[0].external_id if rows else None


@cache
def _select_ids(count: int) -> Select[Any]:
    """The subjects with some names; of several the one that is not gone and was seen last first."""
    return (
        _select_observed(*columns(Subject, "id", "external_id"))
        .where(col(Subject.external_id).in_(numbered_binds("name", count)))
        .order_by(*PRESENT_FIRST)
    )


@cache
def _select_former_ids(count: int) -> Select[Any]:
    """The subjects that had some names, the last that had it first."""
    return (
        _select_observed(*columns(Subject, "id"), *columns(SubjectProfile, "external_id"))
        .join(SubjectProfile, col(SubjectProfile.subject_id) == col(Subject.id))
        .where(col(SubjectProfile.external_id).in_(numbered_binds("name", count)))
        .order_by(col(SubjectProfile.id).desc())
    )


@cache
def _select_former() -> Select[Any]:
    """The current name of the last subject that had a name."""
    return (
        _select_observed(col(Subject.external_id))
        .join(SubjectProfile, col(SubjectProfile.subject_id) == col(Subject.id))
        .where(col(SubjectProfile.external_id) == bindparam("external_id"))
        .order_by(col(SubjectProfile.id).desc())
        .limit(1)
    )


@cache
def _select_in_other_case() -> Select[Any]:
    """The subject whose name differs in letter case only: sources treat both as equal."""
    return (
        _select_observed(col(Subject.external_id))
        .where(col(Subject.lower_external_id) == bindparam("lower_external_id"))
        .order_by(*PRESENT_FIRST)
        .limit(1)
    )


def _select_observed(*wanted: Any) -> Select[Any]:
    """Select from the subjects of a source and kind that were observed."""
    return (
        select(*wanted)
        .select_from(Subject)
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .where(
            col(Subject.source) == bindparam("source"),
            col(Subject.kind) == bindparam("kind"),
            col(Snapshot.status) != PENDING,
        )
    )
