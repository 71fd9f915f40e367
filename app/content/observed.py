"""What claims need of the database: the names of all subjects, and their observations.

Statements and the values made of their rows, for queries and commands alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select
from sqlmodel import col

from app.content.facts.claims import Claim
from app.content.facts.names import NamedSubject, NameIndex
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import FRESH, Judged, Observed, judge, needs_more
from app.content.trends.ranking import TOLERANCES, WINDOW_LENGTHS
from app.models.base import UtcInstant, columns
from app.models.content_version import TRENDING, ContentVersion
from app.models.shown_name import has_title
from app.models.snapshot import COUNTERS, PENDING, Observation, Snapshot
from app.models.source import source_named
from app.models.subject import Subject, SubjectProfile
from app.models.values import Window

NAMES_AT_ONCE = 1_000
"""Names of one statement: reading 20,000 at once would occupy the event loop of PostgreSQL."""
MAX_HISTORY = 20_000
"""Observations of all subjects of an issue that are read to tell stale from contradicted."""

Histories = Mapping[int, Sequence[Observed]]
Statement = tuple[Select[Any], dict[str, object]]


class KnownNames:
    """The names of the subjects of one database, for one version of its trends."""

    def __init__(self) -> None:
        self.version: int | None = None
        self.index: NameIndex | None = None

    def keep(self, version: int, index: NameIndex) -> NameIndex:
        """Replace the index."""
        self.version, self.index = version, index
        return index


@dataclass(frozen=True, slots=True)
class FiguresAhead:
    """What a write has read before it takes the write lock, to check the figures that it prints."""

    names: KnownNames = field(default_factory=KnownNames)
    texts: TextClaims | None = None
    """Figures of texts; `None` if none were read."""


@cache
def select_trends_version() -> Select[Any]:
    """Select the version of the trends."""
    return select(col(ContentVersion.number)).where(col(ContentVersion.name) == TRENDING)


@cache
def select_names() -> Select[Any]:
    """Select names after a profile, oldest first; at most `NAMES_AT_ONCE`."""
    return (
        select(
            *columns(Subject, "id", "source", "kind", "external_id", "profile_id"),
            col(SubjectProfile.id).label("named_by"),
            col(SubjectProfile.external_id).label("bore"),
            *columns(SubjectProfile, "name", "url"),
        )
        .join(Subject, col(Subject.id) == col(SubjectProfile.subject_id))
        .join(Snapshot, col(Snapshot.id) == col(Subject.last_snapshot_id))
        .where(col(SubjectProfile.id) > bindparam("after"), col(Snapshot.status) != PENDING)
        .order_by(col(SubjectProfile.id))
        .limit(NAMES_AT_ONCE)
    )


def index_of(rows: Iterable[Row[Any]]) -> NameIndex:
    """Build the index of names of all rows of `select_names`."""
    profiles: dict[int, list[Row[Any]]] = {}
    for row in rows:
        profiles.setdefault(row.id, []).append(row)
    return NameIndex(_subject(found) for found in profiles.values())


def _subject(profiles: Sequence[Row[Any]]) -> NamedSubject:
    newest = profiles[-1]
    source = source_named(newest.source)
    return NamedSubject(
        newest.id,
        newest.source,
        newest.kind,
        newest.external_id,
        source.page_of(kind=newest.kind, external_id=newest.external_id),
        former_ids=tuple({row.bore for row in profiles} - {newest.external_id}),
        title=newest.name if has_title(newest.name, newest.external_id) else None,
    )


def recent_observations(claims: Iterable[Claim], *, printed_at: datetime) -> Statement | None:
    """Return the statement for fresh observations and the baselines of changes.

    `None` if no claim has a subject.
    """
    judged = [each for each in claims if each.subject is not None]
    if not judged:
        return None
    windows = frozenset(each.window for each in judged if each.window is not None)
    ids = {each.subject.row_id for each in judged if each.subject is not None}
    given: dict[str, object] = {
        "ids": sorted(ids),
        "since": printed_at - FRESH,
        "until": printed_at,
    }
    for window in windows:
        length, slack = WINDOW_LENGTHS[window], TOLERANCES[window]
        given[f"{window}_since"] = printed_at - FRESH - length - slack
        given[f"{window}_until"] = printed_at - length + slack
    return _select_recent(windows), given


@cache
def _select_recent(windows: frozenset[Window]) -> Select[Any]:
    spans = [("since", "until"), *((f"{name}_since", f"{name}_until") for name in sorted(windows))]
    when = col(Snapshot.observed_at)
    within = select(col(Snapshot.id)).where(
        col(Snapshot.status) != PENDING,
        or_(
            *(
                when.between(bindparam(since, type_=UtcInstant), bindparam(until, type_=UtcInstant))
                for since, until in spans
            )
        ),
    )
    return _select_observations().where(col(Observation.snapshot_id).in_(within.scalar_subquery()))


def whole_histories(judged: Iterable[Judged], *, printed_at: datetime) -> Statement | None:
    """Return the statement for all observations of the subjects whose verdict they can change."""
    ids = {
        each.claim.subject.row_id
        for each in judged
        if needs_more(each) and each.claim.subject is not None
    }
    if not ids:
        return None
    return _select_histories(), {"ids": sorted(ids), "until": printed_at, "limit": MAX_HISTORY}


@cache
def _select_histories() -> Select[Any]:
    until = bindparam("until", type_=UtcInstant)
    return (
        _select_observations()
        .where(col(Snapshot.observed_at) <= until, col(Snapshot.status) != PENDING)
        .limit(bindparam("limit"))
    )


def _select_observations() -> Select[Any]:
    return (
        select(
            *columns(Observation, "subject_id", "snapshot_id", *COUNTERS),
            *columns(Snapshot, "observed_at", "status"),
        )
        .join(Snapshot, col(Snapshot.id) == col(Observation.snapshot_id))
        .where(col(Observation.subject_id).in_(bindparam("ids", expanding=True)))
        .order_by(col(Snapshot.observed_at).desc(), col(Snapshot.id).desc())
    )


def histories_of(rows: Iterable[Row[Any]]) -> Histories:
    """Group rows of observations by subject, newest first."""
    found: dict[int, list[Observed]] = {}
    for row in rows:
        counters = {name: getattr(row, name) for name in COUNTERS}
        is_complete = row.status == "complete"
        seen = Observed(row.observed_at, row.snapshot_id, is_complete, counters)
        found.setdefault(row.subject_id, []).append(seen)
    return found


def judged_by(
    claims: Iterable[Claim], histories: Histories, *, printed_at: datetime
) -> list[Judged]:
    """Judge claims by the observations of their subjects."""
    return [
        judge(
            each,
            histories.get(each.subject.row_id, ()) if each.subject else (),
            printed_at=printed_at,
        )
        for each in claims
    ]


def judged_again(
    judged: Sequence[Judged], histories: Histories, *, printed_at: datetime
) -> list[Judged]:
    """Judge the claims anew that older observations can decide."""
    return [
        judge(each.claim, histories.get(each.claim.subject.row_id, ()), printed_at=printed_at)
        if each.claim.subject is not None and needs_more(each)
        else each
        for each in judged
    ]
