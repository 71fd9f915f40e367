"""Record what a source said: subjects, their names, observations and boards, all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlmodel import col

from app.content.commands.boards import Looked, rank_snapshot
from app.content.commands.transaction import Transaction
from app.models.sighting import Look, Sighting
from app.models.snapshot import Observation, Snapshot
from app.models.subject import Subject, SubjectProfile

_PROFILE = ("external_id", "name", "url", "summary", "task", "language")


def record_snapshot(tx: Transaction, look: Look, *, run_id: int) -> int:
    """Append a snapshot with its observations and its boards; answer its id.

    Raises:
        Forbidden: the principal may not sync.
    """
    tx.principal.require("sync:run")
    snapshot = Snapshot(
        run_id=run_id,
        source=look.source,
        kind=look.kind,
        observed_at=look.observed_at,
        status=look.status,
        reason=look.reason,
        listed=look.listed,
        skipped=look.skipped,
        observations=len(look.sightings),
    )
    tx.session.add(snapshot)
    tx.session.flush()
    assert snapshot.id is not None
    # Even a failed look changes what the public sees: its boards are stale now.
    tx.note_observation()
    if look.status != "failed":
        subject_ids, profile_ids = _note_subjects(tx, look, snapshot.id)
        _note_missing(tx, look)
        looked = Looked(
            snapshot.id,
            look.source,
            look.kind,
            look.observed_at,
            is_partial=look.status == "partial",
            reason=look.reason,
            sightings=dict(zip(subject_ids, look.sightings, strict=True)),
            profile_ids=dict(zip(subject_ids, profile_ids, strict=True)),
            star_days={
                subject_id: look.star_days[sighting.upstream_id]
                for subject_id, sighting in zip(subject_ids, look.sightings, strict=True)
                if sighting.upstream_id in look.star_days
            },
        )
        rank_snapshot(tx, looked)
    return snapshot.id


def _note_subjects(tx: Transaction, look: Look, snapshot_id: int) -> tuple[list[int], list[int]]:
    """Write subjects, profiles and observations; the ids of subjects and profiles in order."""
    known = _known(tx, look)
    new = [seen for seen in look.sightings if seen.upstream_id not in known]
    ids = {upstream_id: row.id for upstream_id, row in known.items()}
    ids |= dict(zip((s.upstream_id for s in new), _add(tx, look, new, snapshot_id), strict=True))
    changed = [seen for seen in look.sightings if _is_changed(seen, known.get(seen.upstream_id))]
    profile_ids = {row.id: row.profile_id for row in known.values()}
    profile_ids |= _add_profiles(tx, look, changed, ids)
    subject_ids = [ids[seen.upstream_id] for seen in look.sightings]
    _add_observations(tx, look, subject_ids, snapshot_id)
    renewed = [
        {
            "id": ids[seen.upstream_id],
            "external_id": seen.external_id,
            "profile_id": profile_ids[ids[seen.upstream_id]],
            "handle": seen.handle,
            "created_at": seen.created_at,
        }
        for seen in changed
    ]
    if renewed:
        tx.session.execute(update(Subject), renewed)
    validated = [
        {"id": ids[seen.upstream_id], "validator": seen.validator}
        for seen in look.sightings
        if seen.validator is not None
    ]
    if validated:
        tx.session.execute(update(Subject), validated)
    observed = select(col(Observation.subject_id)).where(
        col(Observation.snapshot_id) == snapshot_id
    )
    tx.session.execute(
        update(Subject)
        .where(col(Subject.id).in_(observed))
        .values(
            last_seen_at=look.observed_at,
            last_snapshot_id=snapshot_id,
            missing_since=None,
            gone_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    return subject_ids, [profile_ids[subject_id] for subject_id in subject_ids]


def _known(tx: Transaction, look: Look) -> dict[str, Row[Any]]:
    """What is known of the kind, by upstream id; those that are gone may come back."""
    profile = [col(getattr(SubjectProfile, name)) for name in _PROFILE]
    rows = tx.session.execute(
        select(
            col(Subject.id),
            col(Subject.upstream_id),
            col(Subject.profile_id),
            col(Subject.handle),
            *profile,
        )
        .join(SubjectProfile, col(SubjectProfile.id) == col(Subject.profile_id))
        .where(col(Subject.source) == look.source, col(Subject.kind) == look.kind)
    )
    return {row.upstream_id: row for row in rows}


def _is_changed(seen: Sighting, known: Row[Any] | None) -> bool:
    if known is None or (seen.handle is not None and seen.handle != known.handle):
        return True
    return any(getattr(seen, name) != getattr(known, name) for name in _PROFILE)


def _add(tx: Transaction, look: Look, new: Sequence[Sighting], snapshot_id: int) -> list[int]:
    if not new:
        return []
    rows = [
        {
            "source": look.source,
            "kind": look.kind,
            "upstream_id": seen.upstream_id,
            "external_id": seen.external_id,
            "handle": seen.handle,
            "created_at": seen.created_at,
            "first_seen_at": look.observed_at,
            "last_seen_at": look.observed_at,
            "last_snapshot_id": snapshot_id,
        }
        for seen in new
    ]
    adding = insert(Subject).returning(col(Subject.id), sort_by_parameter_order=True)
    return list(tx.session.execute(adding, rows).scalars())


def _add_profiles(
    tx: Transaction, look: Look, changed: Sequence[Sighting], ids: Mapping[str, int]
) -> dict[int, int]:
    if not changed:
        return {}
    rows = [
        {
            "subject_id": ids[seen.upstream_id],
            "since": look.observed_at,
            **{name: getattr(seen, name) for name in _PROFILE},
        }
        for seen in changed
    ]
    adding = insert(SubjectProfile).returning(col(SubjectProfile.id), sort_by_parameter_order=True)
    added = tx.session.execute(adding, rows).scalars()
    return {row["subject_id"]: profile_id for row, profile_id in zip(rows, added, strict=True)}


def _add_observations(
    tx: Transaction, look: Look, subject_ids: Sequence[int], snapshot_id: int
) -> None:
    rows = [
        {
            "subject_id": subject_id,
            "snapshot_id": snapshot_id,
            "stars": seen.stars,
            "likes": seen.likes,
            "downloads": seen.downloads,
            "forks": seen.forks,
            "upstream_score": seen.score,
        }
        for subject_id, seen in zip(subject_ids, look.sightings, strict=True)
    ]
    if rows:
        tx.session.execute(insert(Observation), rows)


def _note_missing(tx: Transaction, look: Look) -> None:
    """Note who was not found: the first time it is missing, the second time gone."""
    if not look.missing:
        return
    of_kind = (
        col(Subject.source) == look.source,
        col(Subject.kind) == look.kind,
        col(Subject.gone_at).is_(None),
    )
    rows = tx.session.execute(
        select(col(Subject.id), col(Subject.upstream_id), col(Subject.missing_since)).where(
            *of_kind
        )
    )
    names = frozenset(look.missing)
    absent = [row for row in rows if row.upstream_id in names]
    changes = [
        {"id": row.id, "missing_since": look.observed_at, "gone_at": None}
        if row.missing_since is None
        else {"id": row.id, "missing_since": row.missing_since, "gone_at": look.observed_at}
        for row in absent
    ]
    if changes:
        tx.session.execute(update(Subject), changes)
