"""The interface of a source: one module per source that surveys its kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date, datetime
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from app.models.sighting import KnownSubject, Sighting
from app.models.values import EntryKind

if TYPE_CHECKING:
    from app.sync.client import Client

SurveyStatus = Literal["complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class Survey:
    """What one run learned about one kind."""

    kind: EntryKind
    status: SurveyStatus
    """`complete`: the whole listing was read, and every rankable known subject was seen, refused or
    not found. `partial`: the data is correct but lacks rankable subjects. `failed`: nothing can be
    trusted, and there are no sightings."""
    reason: str | None = None
    """Why it is not complete: a code, such as `rate_limited`, `anonymous_quota`, `server_error`,
    `not_json`, `timeout`, `too_large`, `incomplete_results`, `empty`, `bad_rows`."""
    sightings: Sequence[Sighting] = ()
    """Each subject once."""
    missing: Sequence[str] = ()
    """Upstream ids of known subjects that were looked up and not found."""
    listed: int = 0
    """Valid rows of the listing, before known subjects are refreshed."""
    skipped: int = 0
    """Subjects that were never read, each once, and rows without an id; see `Tally`."""
    star_days: Mapping[str, Sequence[tuple[Date, int]]] = field(default_factory=dict)
    """Daily stars by upstream id, as the source counts them now."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Upstream ids of known subjects that the source withholds, each with the reason. They do not
    make a survey partial."""
    listing_floor: float | None = None
    """The lowest `score` on the listing; 0 if the listing was shorter than requested. `None` if the
    source has no score."""


class Surveyor(Protocol):
    """An upstream source. Its name and kinds are in `models/source.py`.

    It may also have `configured(settings)`, which returns a surveyor for the settings, and `find`
    as in `Finder`.
    """

    headers: Mapping[str, str]
    """Headers of every request."""

    async def survey(
        self,
        client: "Client",
        kind: EntryKind,
        *,
        known: Sequence[KnownSubject],
        now: datetime,
    ) -> Survey:
        """Survey a kind; failures of the source are part of the result and not raised.

        `known` are the subjects to refresh, least recently asked first. Gone subjects are included
        when they are due.
        """
        ...


@runtime_checkable
class Finder(Protocol):
    """A surveyor that can look up a subject by name, as the watch list requires."""

    async def find(self, client: "Client", kind: EntryKind, external_id: str) -> Sighting:
        """Look up a subject by name.

        Raises:
            UpstreamError: it is not there, or is withheld.
            BadRow: its row is not valid.
        """
        ...
