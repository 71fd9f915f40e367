"""Hugging Face: models, datasets and spaces by `trendingScore`, and daily papers.

Hub API endpoints, and the sources of huggingface_hub, read 2026-11.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import quote

from app.config import Settings
from app.models.sighting import KnownSubject, Sighting
from app.models.values import EntryKind
from app.sync import rows
from app.sync.client import Answer, Client
from app.sync.errors import UpstreamError
from app.sync.huggingface_rows import EXPAND, id_of, parser_of
from app.sync.lookups import Lookups, Named
from app.sync.source import Survey
from app.sync.tally import Tally

LISTED = 100
"""Rows per listing; everything listed is tracked from then on."""
MOST_LISTED = 1_000
"""Rows of the longest page, used to refresh many subjects that left the listing."""
MAX_PAGES = 3
FEW = 10
"""Up to this many are looked up one by one; for more a long page is cheaper."""
MAX_SINGLE = 60
"""Subjects looked up one by one per run and kind."""
MAX_GONE = 5
"""Gone subjects looked up again per run and kind."""
MAX_MONTHS = 3
MAX_PAPER_PAGES = 20
"""Pages per month: 2,000 papers."""
PAPERS_FOR = timedelta(days=60)
"""Papers are dropped after this: upvotes come early, and each month brings hundreds of papers."""


class HuggingFace:
    """The surveyor of the Hub."""

    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, owners: Sequence[str] = ()) -> None:
        self._owners = owners

    def configured(self, settings: Settings) -> "HuggingFace":
        """Return a surveyor with the configured owners."""
        return HuggingFace(settings.huggingface_owners)

    async def find(self, client: Client, kind: EntryKind, external_id: str) -> Sighting:
        """Look up one subject by name. Raises `UpstreamError` or `BadRow`."""
        return await _Hunt(client, kind, (), datetime.min).read_one(external_id)

    async def survey(
        self,
        client: Client,
        kind: EntryKind,
        *,
        known: Sequence[KnownSubject],
        now: datetime,
    ) -> Survey:
        """Survey one kind."""
        hunt = _Hunt(client, kind, known, now)
        try:
            await hunt.read_listing()
        except UpstreamError as error:
            return Survey(kind, "failed", error.reason)
        if hunt.tally.is_mostly_bad:
            return Survey(kind, "failed", "bad_rows", skipped=hunt.tally.skipped)
        if not hunt.found:
            return Survey(kind, "failed", "empty")
        listed, floor = len(hunt.found), hunt.floor
        reason = await hunt.list_owners(self._owners) or await hunt.find_the_others()
        return Survey(
            kind,
            "partial" if reason else "complete",
            reason,
            list(hunt.found.values()),
            hunt.missing,
            listed,
            hunt.tally.skipped,
            refused=hunt.refused,
            listing_floor=floor,
        )


class _Hunt:
    """The state of the survey of one kind."""

    def __init__(
        self, client: Client, kind: EntryKind, known: Sequence[KnownSubject], now: datetime
    ) -> None:
        self.client = client
        self.kind = kind
        self.path = f"/api/{kind}s"
        self.parse = parser_of(kind)
        self.known = {
            each.upstream_id: each
            for each in known
            if kind != "paper" or each.is_watched or now - each.first_seen_at < PAPERS_FOR
        }
        self.found: dict[str, Sighting] = {}
        self.missing: list[str] = []
        self.refused: dict[str, str] = {}
        self.tally = Tally()
        self.floor: float | None = None
        self._can_expand = True

    @property
    def others(self) -> list[KnownSubject]:
        """Known subjects that were not found yet and are due for a look-up."""
        return [
            each
            for key, each in self.known.items()
            if key not in self.found and each.is_due and each.status != "gone"
        ]

    async def read_listing(self) -> None:
        """Read the listing. Raises `UpstreamError`."""
        if self.kind == "paper":
            answer = await self.client.get("/api/daily_papers", {"limit": LISTED})
            await self._take(answer)
            return
        rows_read = await self._take(await self._page(LISTED))
        scores = [each.score for each in self.found.values() if each.score is not None]
        if scores:
            self.floor = min(scores) if rows_read >= LISTED else 0.0

    async def list_owners(self, owners: Sequence[str]) -> str | None:
        """Read the subjects of some owners; return why they are incomplete, if they are."""
        if self.kind == "paper":
            return None
        try:
            for owner in owners:
                await self._take(await self._page(LISTED, author=owner))
        except UpstreamError as error:
            return error.reason
        return None

    async def find_the_others(self) -> str | None:
        """Refresh known subjects that are not listed; return why some were not."""
        reason = None
        try:
            if self.kind == "paper":
                await self._find_by_month()
            elif len(self.others) > FEW:
                await self._find_on_long_pages()
        except UpstreamError as error:
            if error.ends_source:
                return error.reason
            reason = error.reason  # the rest is looked up one by one
        left = self.others
        gone = [each for each in self.known.values() if each.status == "gone" and each.is_due]
        gone = [each for each in gone if each.upstream_id not in self.found][:MAX_GONE]
        lookups = Lookups(self._ask, self.tally)
        control = next((s for s in self.found.values() if s.status == "active"), None)
        ended = await lookups.see([*left[:MAX_SINGLE], *gone], control=control)
        self.found |= lookups.found
        self.missing += lookups.missing
        self.refused |= lookups.refused
        if ended is not None:
            return ended
        if any(each.is_rankable for each in left[MAX_SINGLE:]):
            return reason or "not_all_refreshed"
        return None

    async def _page(self, limit: int, **more: str) -> Answer:
        params: dict[str, str | int | list[str]]
        params = {"sort": "trendingScore", "limit": limit, **more}
        return await self._get(self.path, params, {**params, "full": "true"})

    async def _get(
        self,
        path: str,
        params: Mapping[str, str | int | list[str]],
        without: Mapping[str, str | int | list[str]],
    ) -> Answer:
        """Request selected members; use `without` if the Hub rejects one of their names."""
        if self._can_expand:
            expand = {"expand[]": [*EXPAND[self.kind]]}
            try:
                return await self.client.get(path, {**params, **expand})
            except UpstreamError as error:
                if error.status != 400:
                    raise
                # The default members are better than nothing.
                self._can_expand = False
        return await self.client.get(path, without)

    async def _find_on_long_pages(self) -> None:
        answer = await self._page(MOST_LISTED)
        for _ in range(MAX_PAGES):
            await self._take(answer, only_known=True)
            if answer.next_url is None or len(self.others) <= FEW:
                return
            answer = await self.client.get(answer.next_url)

    async def _find_by_month(self) -> None:
        months = {f"{o.created_at:%Y-%m}" for o in self.others if o.created_at is not None}
        for month in sorted(months, reverse=True)[:MAX_MONTHS]:
            for page in range(MAX_PAPER_PAGES):
                answer = await self.client.get(
                    "/api/daily_papers", {"month": month, "limit": LISTED, "p": page}
                )
                if not await self._take(answer, only_known=True):
                    break
                if not any(o.created_at and f"{o.created_at:%Y-%m}" == month for o in self.others):
                    break

    async def _ask(self, each: Named) -> Sighting | None:
        sighting = await self.read_one(each.external_id)
        # A different identity means that the name was freed and reused.
        return sighting if sighting.upstream_id == each.upstream_id else None

    async def read_one(self, external_id: str) -> Sighting:
        """Look up one subject by name. Raises `UpstreamError` or `BadRow`."""
        path = f"{self.path}/{quote(external_id, safe='/')}"
        if self.kind == "paper":
            answer = await self.client.get(path)
            return self.parse({"paper": answer.body})
        answer = await self._get(path, {}, {})
        if not isinstance(answer.body, Mapping):
            raise rows.BadRow("row")
        if answer.body.get("private") is True:
            raise UpstreamError("not_found")
        return self.parse(answer.body)

    async def _take(self, answer: Answer, *, only_known: bool = False) -> int:
        """Parse the rows of a page; return their number.

        Raises:
            UpstreamError: the body is not a list.
        """
        if not isinstance(answer.body, list):
            raise UpstreamError("bad_shape")
        async for row in rows.in_slices(answer.body):
            sighting = self._read(row)
            if sighting is not None and (not only_known or sighting.upstream_id in self.known):
                self.found.setdefault(sighting.upstream_id, sighting)
        return len(answer.body)

    def _read(self, row: object) -> Sighting | None:
        try:
            if not isinstance(row, Mapping):
                raise rows.BadRow("row")
            if row.get("private") is True:
                raise rows.BadRow("private")
            sighting = self.parse(row)
        except rows.BadRow:
            self.tally.note_bad(id_of(self.kind, row))
            return None
        self.tally.note_read(sighting.upstream_id)
        return sighting


SOURCE = HuggingFace()
