"""Recording snapshots in parts; readers see a snapshot only after its last transaction.

A snapshot begins as `pending`. Its observations are written in short transactions, so that an
editor's save waits for one part at most. The last transaction publishes it with its boards. The
next run removes what a killed process left pending.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, delete, insert, select, update
from sqlmodel import col

from app.content.commands.absences import ask_less_often, note_missing, note_refused
from app.content.commands.boards import Ranking, rank, store
from app.content.commands.comparisons import Looked
from app.content.commands.events import record_boards
from app.content.commands.star_histories import note_star_histories
from app.content.commands.transaction import Transaction
from app.models.base import columns
from app.models.sighting import Look, Sighting
from app.models.snapshot import COUNTERS, PENDING, Observation, Snapshot
from app.models.subject import PROFILE_FACTS, PROFILE_FIELDS, Subject, SubjectProfile

PART = 100
"""Sightings per part. On SQLite a part blocks other writers for 15 ms, or 50 ms if all are new."""

_PROFILE = (*PROFILE_FIELDS, *PROFILE_FACTS)


@dataclass(frozen=True, slots=True)
class Part:
    """Sightings that were written, with their subject and profile ids in the same order."""

    sightings: Sequence[Sighting]
    subject_ids: Sequence[int]
    profile_ids: Sequence[int]


def record_snapshot(tx: Transaction, look: Look, *, run_id: int) -> int:
    """Store a whole snapshot with its boards; return its id.

    Raises:
        Forbidden: without `sync:run`.
    """
    snapshot_id = begin_snapshot(tx, look, run_id=run_id)
    if look.status != "failed":
        parts = [
            write_part(tx, look, part, snapshot_id=snapshot_id) for part in parts_of(look.sightings)
        ]
        lists = rank(tx.session, looked_of(look, parts, snapshot_id=snapshot_id))
        finish_snapshot(tx, look, lists, snapshot_id=snapshot_id)
    return snapshot_id


def begin_snapshot(tx: Transaction, look: Look, *, run_id: int) -> int:
    """Store a pending snapshot, or a failed one; return its id.

    Raises:
        Forbidden: without `sync:run`.
    """
    tx.principal.require("sync:run")
    is_failed = look.status == "failed"
    snapshot = Snapshot(
        run_id=run_id,
        source=look.source,
        kind=look.kind,
        observed_at=look.observed_at,
        status="failed" if is_failed else PENDING,
        reason=look.reason,
        listed=look.listed,
        skipped=look.skipped,
        observations=len(look.sightings),
        listing_floor=look.listing_floor,
        refused=len(look.refused),
    )
    tx.session.add(snapshot)
    tx.session.flush()
    assert snapshot.id is not None
    if is_failed:
        # It has no observations, but from now on its boards are stale.
        tx.note_observation()
    return snapshot.id


def parts_of(sightings: Sequence[Sighting]) -> Iterator[Sequence[Sighting]]:
    """Split sightings into parts that are short enough for other writers to wait."""
    return (sightings[start : start + PART] for start in range(0, len(sightings), PART))


def write_part(tx: Transaction, look: Look, part: Sequence[Sighting], *, snapshot_id: int) -> Part:
    """Write the subjects, profiles and observations of one part of a pending snapshot."""
    tx.principal.require("sync:run")
    known = _known(tx, look, part)
    new = [seen for seen in part if seen.upstream_id not in known]
    ids = {upstream_id: row.id for upstream_id, row in known.items()}
    ids |= dict(zip((s.upstream_id for s in new), _add(tx, look, new, snapshot_id), strict=True))
    profile_ids = {row.id: row.profile_id for row in known.values()}
    profile_ids |= _renew(tx, look, part, known=known, ids=ids)
    subject_ids = [ids[seen.upstream_id] for seen in part]
    _add_observations(tx, part, subject_ids, snapshot_id)
    note_star_histories(tx, look, part, subject_ids)
    return Part(part, subject_ids, [profile_ids[subject_id] for subject_id in subject_ids])


def looked_of(look: Look, parts: Sequence[Part], *, snapshot_id: int) -> Looked:
    """Combine the written parts into the input of the ranking."""
    sightings: dict[int, Sighting] = {}
    profile_ids: dict[int, int] = {}
    for part in parts:
        sightings.update(zip(part.subject_ids, part.sightings, strict=True))
        profile_ids.update(zip(part.subject_ids, part.profile_ids, strict=True))
    return Looked(
        snapshot_id,
        look.source,
        look.kind,
        look.observed_at,
        is_partial=look.status == "partial",
        reason=look.reason,
        sightings=sightings,
        profile_ids=profile_ids,
    )


def finish_snapshot(tx: Transaction, look: Look, lists: Ranking, *, snapshot_id: int) -> None:
    """Publish a snapshot: update when its subjects were last seen, and store its boards."""
    tx.principal.require("sync:run")
    tx.session.execute(
        update(Snapshot).where(col(Snapshot.id) == snapshot_id).values(status=look.status)
    )
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
            failures=0,
            ask_after=case(
                (
                    col(Subject.status).in_(("archived", "disabled")),
                    ask_less_often(look.observed_at),
                ),
                else_=None,
            ),
        )
        .execution_options(synchronize_session=False)
    )
    note_missing(tx, look)
    note_refused(tx, look)
    store(tx, lists, snapshot_id=snapshot_id)
    record_boards(tx, look, snapshot_id=snapshot_id)
    tx.note_observation()


def remove_pending(tx: Transaction) -> None:
    """Delete a snapshot that a killed process left pending."""
    pending = select(col(Snapshot.id)).where(col(Snapshot.status) == PENDING)
    if not tx.session.scalars(pending).all():
        return
    tx.session.execute(delete(Observation).where(col(Observation.snapshot_id).in_(pending)))
    # Only subjects that were first seen in it: all others still point to an earlier snapshot.
    tx.session.execute(delete(Subject).where(col(Subject.last_snapshot_id).in_(pending)))
    tx.session.execute(delete(Snapshot).where(col(Snapshot.status) == PENDING))


def _known(tx: Transaction, look: Look, part: Sequence[Sighting]) -> dict[str, Row[Any]]:
    """Read what is known of some sightings, by upstream id; gone subjects may come back."""
    names = ("id", "upstream_id", "profile_id", "handle", "status", "gone_at", "validator")
    rows = tx.session.execute(
        select(*columns(Subject, *names), *columns(SubjectProfile, *_PROFILE))
        .join(SubjectProfile, col(SubjectProfile.id) == col(Subject.profile_id))
        .where(
            col(Subject.source) == look.source,
            col(Subject.kind) == look.kind,
            col(Subject.upstream_id).in_([seen.upstream_id for seen in part]),
        )
    )
    return {row.upstream_id: row for row in rows}


def _add(tx: Transaction, look: Look, new: Sequence[Sighting], snapshot_id: int) -> list[int]:
    if not new:
        return []
    rows = [
        {
            "source": look.source,
            "kind": look.kind,
            "upstream_id": seen.upstream_id,
            "external_id": seen.external_id,
            "lower_external_id": seen.external_id.lower()[:200],
            "handle": seen.handle,
            "created_at": seen.created_at,
            "first_seen_at": look.observed_at,
            "last_seen_at": look.observed_at,
            "last_snapshot_id": snapshot_id,
            "status": seen.status,
        }
        for seen in new
    ]
    adding = insert(Subject).returning(col(Subject.id), sort_by_parameter_order=True)
    return list(tx.session.execute(adding, rows).scalars())


def _renew(
    tx: Transaction,
    look: Look,
    part: Sequence[Sighting],
    *,
    known: Mapping[str, Row[Any]],
    ids: Mapping[str, int],
) -> dict[int, int]:
    """Update subjects, except for counters; return the ids of new profiles by subject."""
    changed = [seen for seen in part if _has_new_profile(seen, known.get(seen.upstream_id))]
    profile_ids = _add_profiles(tx, look, changed, ids)
    renewed = [
        {
            "id": ids[seen.upstream_id],
            "external_id": seen.external_id,
            "lower_external_id": seen.external_id.lower()[:200],
            "profile_id": profile_ids[ids[seen.upstream_id]],
            "created_at": seen.created_at,
        }
        for seen in changed
    ]
    asked_by = [
        {"id": row.id, "handle": seen.handle or row.handle, "validator": seen.validator}
        for seen in part
        if (row := known.get(seen.upstream_id)) is not None
        and ((seen.handle or row.handle) != row.handle or seen.validator != row.validator)
    ]
    restored = [
        {"id": row.id, "status": seen.status, "status_since": look.observed_at}
        for seen in part
        if (row := known.get(seen.upstream_id)) is not None
        and (row.status != seen.status or row.gone_at is not None)
    ]
    for changes in (renewed, asked_by, restored):
        if changes:
            tx.session.execute(update(Subject), changes)
    return profile_ids


def _has_new_profile(seen: Sighting, known: Row[Any] | None) -> bool:
    """Whether a profile field differs from what is stored."""
    return known is None or any(getattr(seen, name) != getattr(known, name) for name in _PROFILE)


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
    tx: Transaction, part: Sequence[Sighting], subject_ids: Sequence[int], snapshot_id: int
) -> None:
    rows = [
        {
            "subject_id": subject_id,
            "snapshot_id": snapshot_id,
            **{name: getattr(seen, name) for name in COUNTERS},
            "upstream_score": seen.score,
        }
        for subject_id, seen in zip(subject_ids, part, strict=True)
    ]
    if rows:
        tx.session.execute(insert(Observation), rows)
