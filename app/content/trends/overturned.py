"""Printed claims that a later observation takes back: deleted, renamed, or its gain reversed.

Pure rules, and the statement that finds what a printed name stands for now. A draft and the issues
in print are judged by the same rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlmodel import col

from app.models.snapshot import Observation, Snapshot
from app.models.subject import Subject, SubjectProfile

What = Literal["gone", "renamed", "taken_back"]

REVERSED_SHARE = 0.5
"""A printed gain is taken back when so much of it was lost again."""
FALLEN_SHARE = 0.1
"""Where no gain was printed: the share of the printed counter that was lost."""
LEAST_LOSS = 10
"""Smaller losses are the coming and going of every day."""


class SubjectKey(NamedTuple):
    """What an entry is of, by the name that was printed."""

    source: str
    kind: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What an entry says of a subject."""

    key: SubjectKey
    observed_at: datetime | None
    stars: int | None
    likes: int | None
    change: int | None

    @property
    def counter(self) -> int | None:
        return self.stars if self.key.kind == "repository" else self.likes


@dataclass(frozen=True, slots=True)
class Overturned:
    """What a later observation says against a claim."""

    what: What
    detail: str
    """A sentence for an editor, with the numbers."""
    field: str
    """The member of the entry that is no longer true."""


def claim_of(entry: Any) -> Claim:
    """The claim of an entry: a shape, or a row in print."""
    return Claim(
        SubjectKey(entry.source, entry.kind, entry.external_id),
        entry.observed_at,
        entry.stars,
        entry.likes,
        entry.change,
    )


@cache
def select_bearers() -> Select[Any]:
    """Select whatever bore one of some names, each with its present state. For `parameters_of`."""
    statement: Select[Any] = (
        select(
            *(col(getattr(Subject, name)) for name in ("source", "kind", "external_id")),
            *(col(getattr(Subject, name)) for name in ("gone_at", "missing_since")),
            col(SubjectProfile.external_id).label("bore"),
            col(SubjectProfile.since),
            col(Snapshot.observed_at),
            col(Observation.stars),
            col(Observation.likes),
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
    return statement


def parameters_of(claims: Iterable[Claim]) -> dict[str, object]:
    """What `select_bearers` wants to be given."""
    return {"names": sorted({claim.key.external_id for claim in claims})}


def judged(claims: Sequence[Claim], rows: Iterable[Row[Any]]) -> list[tuple[int, Overturned]]:
    """The claims that are overturned, by their place, with what is said against them."""
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
    """What bore the name when the entry was observed: the last that had taken it by then."""
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
        return Overturned("gone", detail, "external_id")
    counted = _taken_back(claim, subject)
    if counted is not None:
        return counted
    if subject.external_id != name:
        detail = f"{name} was renamed; it is {subject.external_id} now."
        return Overturned("renamed", detail[:200], "external_id")
    return None


def _taken_back(claim: Claim, subject: Row[Any]) -> Overturned | None:
    printed = claim.counter
    now = subject.stars if claim.key.kind == "repository" else subject.likes
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
    field = "stars" if claim.key.kind == "repository" else "likes"
    word = "upvotes" if claim.key.kind == "paper" else field
    said = f", with a gain of {claim.change:,}" if claim.change and claim.change > 0 else ""
    detail = (
        f"{claim.key.external_id} has {now:,} {word} on {subject.observed_at:%-d %B %Y}, "
        f"{lost:,} fewer than the {printed:,} of the entry{said}."
    )
    return Overturned("taken_back", detail[:200], field)
