"""What a source said of one subject at one time, and what we know of it before asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date, datetime
from typing import Literal

from app.models.subject import SubjectStatus
from app.models.values import EntryKind, SourceName

SnapshotStatus = Literal["complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A subject as one answer of its source shows it; judged already, nothing here is raw."""

    upstream_id: str
    """The source's own identity, which survives renames: `_id`, `id`, an arXiv id."""
    external_id: str
    """The name it bears now: "owner/name", an arXiv id, or a bare name."""
    name: str
    """At most 300 characters."""
    url: str
    summary: str | None = None
    """At most 1,000 characters, of one line."""
    task: str | None = None
    language: str | None = None
    stars: int | None = None
    likes: int | None = None
    downloads: int | None = None
    forks: int | None = None
    score: float | None = None
    """The source's own opinion, where it has one; never compared with that of another."""
    created_at: datetime | None = None
    """When it came into being upstream."""
    handle: str | None = None
    """What else the source wants to be asked by: GitHub's `node_id`."""
    validator: str | None = None
    """The `ETag` of its own resource, where that was asked for."""
    licence: str | None = None
    """The identifier that the source gives, at most 100 characters."""
    topics: str | None = None
    """Topics or tags, separated by spaces, at most 1,000 characters."""
    base_model: str | None = None
    """The name of the model that it is a re-packed copy of."""
    status: SubjectStatus = "active"
    """`active`, `archived` or `disabled`. What is not active is observed, and not ranked."""


@dataclass(frozen=True, slots=True)
class KnownSubject:
    """A subject that was seen before: what is needed to ask for it again."""

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
    """Whether it was asked for and not found the last time."""
    latest: Sighting
    """What its last observation said; repeated where the source says that nothing changed."""
    status: SubjectStatus = "active"
    is_due: bool = True
    """Whether it may be asked for by itself now: what was refused waits for some days."""
    is_watched: bool = False
    """Whether it is on the watch list."""
    has_star_history: bool = False

    @property
    def is_rankable(self) -> bool:
        """Whether a look that does not see it lacks something."""
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class Look:
    """What one run learned of one kind of a source, judged already."""

    source: SourceName
    kind: EntryKind
    observed_at: datetime
    status: SnapshotStatus
    reason: str | None = None
    sightings: Sequence[Sighting] = ()
    """Each subject once; none where the look failed."""
    missing: Sequence[str] = ()
    """Upstream ids that were asked for by themselves and are not there."""
    listed: int = 0
    skipped: int = 0
    star_days: Mapping[str, Sequence[tuple[Date, int]]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """Upstream ids that the source did not show to us, each with the reason."""
    listing_floor: float | None = None
    """As `Snapshot.listing_floor`."""
    is_mass: bool = False
    """Whether more are missing than can be believed at once."""
