"""Sightings: what a source reported about a subject, and what is known of subjects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date, datetime
from typing import Literal

from app.models.subject import SubjectStatus
from app.models.values import EntryKind, SourceName

SnapshotStatus = Literal["complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A subject as reported by its source; all values are validated."""

    upstream_id: str
    """The permanent identity at the source: `_id`, `id`, or an arXiv id."""
    external_id: str
    """The current name: "owner/name", an arXiv id, or a bare name."""
    name: str
    """At most 300 characters."""
    url: str
    summary: str | None = None
    """One line of at most 1,000 characters."""
    task: str | None = None
    language: str | None = None
    stars: int | None = None
    likes: int | None = None
    downloads: int | None = None
    forks: int | None = None
    score: float | None = None
    """The source's own score; not comparable across sources."""
    created_at: datetime | None = None
    """When it was created upstream."""
    handle: str | None = None
    """A second identity for requests: GitHub's `node_id`."""
    validator: str | None = None
    """The `ETag` of its own resource, if that was requested."""
    licence: str | None = None
    """The source's identifier of the licence, at most 100 characters."""
    topics: str | None = None
    """Topics or tags, separated by spaces, at most 1,000 characters."""
    base_model: str | None = None
    """The name of the base model, for a re-packed copy."""
    status: SubjectStatus = "active"
    """`active`, `archived` or `disabled`. Only active subjects are ranked."""


@dataclass(frozen=True, slots=True)
class KnownSubject:
    """A known subject, with what is needed to refresh it."""

    id: int
    upstream_id: str
    external_id: str
    url: str
    handle: str | None
    validator: str | None
    created_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    is_missing: bool
    """Whether the last request for it did not find it."""
    latest: Sighting
    """Its last observation, repeated if the source reports no change."""
    status: SubjectStatus = "active"
    is_due: bool = True
    """Whether it may be looked up now; refused subjects wait for some days."""
    is_watched: bool = False
    """Whether it is on the watch list."""
    has_star_history: bool = False

    @property
    def is_rankable(self) -> bool:
        """Whether a look without it is incomplete."""
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class Look:
    """What one run learned about one kind of a source; validated."""

    source: SourceName
    kind: EntryKind
    observed_at: datetime
    status: SnapshotStatus
    reason: str | None = None
    sightings: Sequence[Sighting] = ()
    """Each subject once; empty if the look failed."""
    missing: Sequence[str] = ()
    """Upstream ids that were looked up and not found."""
    listed: int = 0
    skipped: int = 0
    star_days: Mapping[str, Sequence[tuple[Date, int]]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """Upstream ids that the source withheld, each with the reason."""
    listing_floor: float | None = None
    """As `Snapshot.listing_floor`."""
    is_mass: bool = False
    """Whether implausibly many subjects are missing at once."""
