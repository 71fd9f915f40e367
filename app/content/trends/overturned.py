"""Printed claims that a later observation contradicts: subject deleted, renamed, or gain lost.

Contains the rules and the statement that finds the current state of printed names. Drafts and
issues in print follow the same rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlmodel import col

from app.models.base import columns
from app.models.counter import counter_of, counter_word
from app.models.snapshot import Observation, Snapshot
from app.models.subject import Subject, SubjectProfile

What = Literal["gone", "renamed", "taken_back"]

REVERSED_SHARE = 0.5
"""Share of a printed gain that must be lost again."""
FALLEN_SHARE = 0.1
"""If no gain was printed: share of the printed counter that must be lost."""
LEAST_LOSS = 10
"""Smaller losses are normal fluctuation."""


class SubjectKey(NamedTuple):
    """The subject of an entry, by the name that was printed."""

    source: str
    kind: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What an entry states about a subject."""

    key: SubjectKey
    observed_at: datetime | None
    stars: int | None
    likes: int | None
    change: int | None

    @property
    def counter(self) -> int | None:
        return self.stars if counter_of(self.key.kind) == "stars" else self.likes


@dataclass(frozen=True, slots=True)
class Overturned:
    """How a later observation contradicts a claim."""

    what: What
    detail: str
    """A sentence for an editor, with the numbers."""
    field: str
    """The member of the entry that is wrong."""
    printed: int | str | None = None
    """What the entry has there."""
    observed: int | str | None = None
    """What would be right now; `None` where the entry has no subject any more."""


def claim_of(entry: Any) -> Claim:
    """Return the claim of an entry, which may be a shape or a row in print."""
    return Claim(
        SubjectKey(entry.source, entry.kind, entry.external_id),
        entry.observed_at,
        entry.stars,
        entry.likes,
        entry.change,
    )


@cache
def select_bearers() -> Select[Any]:
    """Select the subjects that had one of some names, with their current state."""
    return (
        select(
            *columns(Subject, "source", "kind", "external_id", "gone_at", "missing_since"),
            col(SubjectProfile.external_id).label("bore"),
            col(SubjectProfile.since),
            col(Snapshot.observed_at),
            *columns(Observation, "stars", "likes"),
        )
        .join(Subject, col(Subject.id) == col(SubjectProfile.subject_id))
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .outerjoin(
            Observation,
            and_(
                col(Observation.subject_id) == col(Subject.id),
                col(Observation.snapshot_id) == col(Subject.last_snapshot_id),
            ),
        )
        .where(col(SubjectProfile.external_id).in_(bindparam("names", expanding=True)))
        .order_by(col(SubjectProfile.since), col(SubjectProfile.id))
    )


def parameters_of(claims: Iterable[Claim]) -> dict[str, object]:
    """Return the parameters of `select_bearers`."""
    return {"names": sorted({claim.key.external_id for claim in claims})}


def judged(claims: Sequence[Claim], rows: Iterable[Row[Any]]) -> list[tuple[int, Overturned]]:
    """Return the overturned claims by their index, each with the contradiction."""
    bearers: dict[SubjectKey, list[Row[Any]]] = {}
    for row in rows:
        bearers.setdefault(SubjectKey(row.source, row.kind, row.bore), []).append(row)
    found = []
    for place, claim in enumerate(claims):
        subject = _bearer(bearers, claim)
        verdict = None if subject is None else _judge(claim, subject)
        if verdict is not None:
            found.append((place, verdict))
    return found


def _bearer(bearers: Mapping[SubjectKey, Sequence[Row[Any]]], claim: Claim) -> Row[Any] | None:
    """Return the subject that had the name when the entry was observed."""
    known = bearers.get(claim.key, ())
    if claim.observed_at is None or not known:
        return known[-1] if known else None
    by_then = [row for row in known if row.since <= claim.observed_at]
    return by_then[-1] if by_then else known[0]


def _judge(claim: Claim, subject: Row[Any]) -> Overturned | None:
    name = claim.key.external_id
    if subject.gone_at is not None:
        since = subject.missing_since or subject.gone_at
        detail = f"{name} is gone upstream; it was not found since {since:%-d %B %Y}."
        return Overturned("gone", detail, "external_id", printed=name)
    counted = _taken_back(claim, subject)
    if counted is not None:
        return counted
    if subject.external_id != name:
        detail = f"{name} was renamed; it is {subject.external_id} now."
        return Overturned(
            "renamed", detail[:200], "external_id", printed=name, observed=subject.external_id
        )
    return None


def _taken_back(claim: Claim, subject: Row[Any]) -> Overturned | None:
    counter = counter_of(claim.key.kind)
    printed, now = claim.counter, getattr(subject, counter)
    if printed is None or now is None:
        return None
    if claim.observed_at is None or subject.observed_at <= claim.observed_at:
        return None
    lost = printed - now
    if claim.change is not None and claim.change > 0:
        least = REVERSED_SHARE * claim.change
    else:
        least = FALLEN_SHARE * printed
    if lost < max(least, LEAST_LOSS):
        return None
    word = counter_word(claim.key.kind)
    said = f", with a gain of {claim.change:,}" if claim.change and claim.change > 0 else ""
    detail = (
        f"{claim.key.external_id} has {now:,} {word} on {subject.observed_at:%-d %B %Y}, "
        f"{lost:,} fewer than the {printed:,} of the entry{said}."
    )
    return Overturned("taken_back", detail[:200], counter, printed=printed, observed=now)
