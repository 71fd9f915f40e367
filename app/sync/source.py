"""What a source is: one file that surveys its kinds. What becomes of a survey is told elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date, datetime
from typing import Literal, Protocol, runtime_checkable

from app.models.sighting import KnownSubject, Sighting
from app.models.values import EntryKind
from app.sync.client import Client

SurveyStatus = Literal["complete", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class Survey:
    """What one run learned of one kind."""

    kind: EntryKind
    status: SurveyStatus
    """`complete`: the listing came whole, and every known subject that can be ranked was seen,
    refused, or not found when it was asked for by itself. `partial`: what came is true, and
    something that could be ranked is not in it. `failed`: nothing of it may be believed; it has no
    sightings then."""
    reason: str | None = None
    """Why it is not complete: a code, such as `rate_limited`, `anonymous_quota`, `server_error`,
    `not_json`, `timeout`, `too_large`, `incomplete_results`, `empty`, `bad_rows`."""
    sightings: Sequence[Sighting] = ()
    """Each subject once."""
    missing: Sequence[str] = ()
    """Upstream ids of known subjects that were asked for by themselves and are not there."""
    listed: int = 0
    """Rows of the listing that were good, before known subjects were asked for."""
    skipped: int = 0
    """Rows that were not believed."""
    star_days: Mapping[str, Sequence[tuple[Date, int]]] = field(default_factory=dict)
    """Of some subjects, by upstream id: stars given on each day, as the source counts them now."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Upstream ids of known subjects that the source does not show to us, each with the reason.
    They do not make a survey partial."""
    listing_floor: float | None = None
    """The lowest `score` on the listing; 0 where the listing was shorter than what was asked for.
    `None` where the source has no score."""


class Surveyor(Protocol):
    """One upstream. Its name and kinds are in `models/source.py`.

    It may also have `configured(settings)`, which returns a surveyor for these settings, and
    `find`, as `Finder` describes.
    """

    headers: Mapping[str, str]
    """What each of its requests bears."""

    async def survey(
        self,
        client: Client,
        kind: EntryKind,
        *,
        known: Sequence[KnownSubject],
        now: datetime,
    ) -> Survey:
        """Ask for what is to be known of a kind; never raises for what a source answers.

        `known` are the subjects of that kind to be seen again, least recently asked for first.
        Those that are gone are among them when it is time to look for them again.
        """
        ...


@runtime_checkable
class Finder(Protocol):
    """A surveyor that can look for one thing by its name, which the watch list needs."""

    async def find(self, client: Client, kind: EntryKind, external_id: str) -> Sighting:
        """Ask for one thing by name.

        Raises:
            UpstreamError: it is not there, or is not shown.
            BadRow: it is not as it should be.
        """
        ...
