"""Hugging Face: models, datasets and spaces by `trendingScore`, and daily papers.

Hub API endpoints, and the sources of huggingface_hub, read 2026-11.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from app.models.sighting import KnownSubject, Sighting
from app.models.source import source_named
from app.models.values import EntryKind
from app.sync import rows
from app.sync.client import Answer, Client, UpstreamError
from app.sync.source import Survey

LISTED = 100
"""Rows of a listing; everything on it is watched from then on."""
MOST_LISTED = 1_000
"""The longest page: to see again many who left the listing."""
MAX_PAGES = 3
FEW = 10
"""So many are asked for one by one; for more, a long page is cheaper."""
MAX_SINGLE = 60
"""Asked for one by one in a run, of each kind."""
MAX_MONTHS = 6

_SHARED = ("author", "createdAt", "disabled", "gated", "lastModified", "likes", "private")
_EXPAND: Mapping[str, tuple[str, ...]] = {
    "model": (*_SHARED, "downloads", "library_name", "pipeline_tag", "trendingScore"),
    "dataset": (*_SHARED, "downloads", "description", "trendingScore"),
    "space": (*_SHARED, "sdk", "trendingScore"),
}
_OBJECT_ID = "[0-9a-f]{24}"
_ARXIV_ID = r"[A-Za-z0-9.\-]{4,40}"

Parse = Callable[[Mapping[str, Any]], Sighting]


class HuggingFace:
    """The Hub."""

    headers: Mapping[str, str] = MappingProxyType({})

    async def survey(
        self,
        client: Client,
        kind: EntryKind,
        *,
        known: Sequence[KnownSubject],
        now: datetime,
    ) -> Survey:
        """Look at one kind."""
        hunt = _Hunt(client, kind, known)
        try:
            await hunt.list()
        except UpstreamError as error:
            return Survey(kind, "failed", error.reason, skipped=hunt.skipped)
        if not hunt.found and not hunt.skipped:
            return Survey(kind, "failed", "empty")
        if hunt.skipped > len(hunt.found):
            return Survey(kind, "failed", "bad_rows", skipped=hunt.skipped)
        listed = len(hunt.found)
        reason = await hunt.find_the_others()
        return Survey(
            kind,
            "partial" if reason else "complete",
            reason,
            list(hunt.found.values()),
            hunt.missing,
            listed,
            hunt.skipped,
        )


class _Hunt:
    """One kind in one run: what was found so far."""

    def __init__(self, client: Client, kind: EntryKind, known: Sequence[KnownSubject]) -> None:
        self.client = client
        self.kind = kind
        self.path = f"/api/{kind}s"
        self.parse: Parse = _paper if kind == "paper" else _repository(kind)
        self.known = {each.upstream_id: each for each in known}
        self.found: dict[str, Sighting] = {}
        self.missing: list[str] = []
        self.skipped = 0

    @property
    def others(self) -> list[KnownSubject]:
        """Known ones that were not found yet."""
        return [each for key, each in self.known.items() if key not in self.found]

    async def list(self) -> None:
        """Read the listing. Raises `UpstreamError`."""
        if self.kind == "paper":
            answer = await self.client.get("/api/daily_papers", {"limit": LISTED})
        else:
            answer = await self._page(LISTED)
        self._take(answer)

    async def find_the_others(self) -> str | None:
        """Find the known ones that are not listed; why not all of them were asked for, if so."""
        try:
            if self.kind == "paper":
                await self._find_by_month()
            elif len(self.others) > FEW:
                await self._find_on_long_pages()
            left = self.others
            for each in left[:MAX_SINGLE]:
                await self._find_one(each)
        except UpstreamError as error:
            return error.reason
        return "not_all_refreshed" if len(left) > MAX_SINGLE else None

    async def _page(self, limit: int) -> Answer:
        params: dict[str, str | int | list[str]] = {"sort": "trendingScore", "limit": limit}
        try:
            return await self.client.get(
                self.path, {**params, "expand[]": list(_EXPAND[self.kind])}
            )
        except UpstreamError as error:
            if error.status != 400:
                raise
            # A name that it no longer knows: its own choice of members is better than nothing.
            return await self.client.get(self.path, {**params, "full": "true"})

    async def _find_on_long_pages(self) -> None:
        answer = await self._page(MOST_LISTED)
        for _ in range(MAX_PAGES):
            self._take(answer, only_known=True)
            if answer.next_url is None or len(self.others) <= FEW:
                return
            answer = await self.client.get(answer.next_url)

    async def _find_by_month(self) -> None:
        months = {f"{o.created_at:%Y-%m}" for o in self.others if o.created_at is not None}
        for month in sorted(months, reverse=True)[:MAX_MONTHS]:
            page = 0
            while page < MAX_PAGES * 2:
                answer = await self.client.get(
                    "/api/daily_papers", {"month": month, "limit": LISTED, "p": page}
                )
                if not self._take(answer, only_known=True):
                    break
                page += 1
                if not any(o.created_at and f"{o.created_at:%Y-%m}" == month for o in self.others):
                    break

    async def _find_one(self, known: KnownSubject) -> None:
        params = {} if self.kind == "paper" else {"expand[]": list(_EXPAND[self.kind])}
        try:
            answer = await self.client.get(
                f"{self.path}/{quote(known.external_id, safe='/')}",
                params,
            )
        except UpstreamError as error:
            if error.reason != "not_found":
                raise
            self.missing.append(known.upstream_id)
            return
        row = {"paper": answer.body} if self.kind == "paper" else answer.body
        sighting = self._read(row)
        if sighting is None:
            return
        if sighting.upstream_id == known.upstream_id:
            self.found[sighting.upstream_id] = sighting
        else:
            # Its name was freed, and something else bears it.
            self.missing.append(known.upstream_id)

    def _take(self, answer: Answer, *, only_known: bool = False) -> int:
        """Take the rows of a page; how many there were."""
        if not isinstance(answer.body, list):
            raise UpstreamError("bad_shape")
        for row in answer.body:
            sighting = self._read(row)
            if sighting is None or (only_known and sighting.upstream_id not in self.known):
                continue
            if sighting.upstream_id in self.found:
                self.skipped += not only_known
            else:
                self.found[sighting.upstream_id] = sighting
        return len(answer.body)

    def _read(self, row: object) -> Sighting | None:
        try:
            if not isinstance(row, Mapping):
                raise rows.BadRow("row")
            if row.get("private") is True:
                raise rows.BadRow("private")
            return self.parse(row)
        except rows.BadRow:
            self.skipped += 1
            return None


def _repository(kind: EntryKind) -> Parse:
    def parse(row: Mapping[str, Any]) -> Sighting:
        name = rows.external_id(row.get("id"))
        return Sighting(
            upstream_id=rows.identity(row, "_id", _OBJECT_ID),
            external_id=name,
            name=name.rsplit("/", 1)[-1],
            url=_page_of(kind, name),
            summary=rows.text(row.get("description"), most=1000),
            task=rows.text(row.get("pipeline_tag"), most=200),
            likes=rows.count(row, "likes", is_required=True),
            downloads=rows.count(row, "downloads"),
            score=rows.number(row, "trendingScore"),
            created_at=rows.instant(row.get("createdAt")),
        )

    return parse


def _paper(row: Mapping[str, Any]) -> Sighting:
    paper = row.get("paper")
    if not isinstance(paper, Mapping):
        raise rows.BadRow("paper")
    name = rows.external_id(paper.get("id"))
    title = rows.text(paper.get("title"), most=300)
    return Sighting(
        upstream_id=rows.identity(paper, "id", _ARXIV_ID),
        external_id=name,
        name=title or name,
        url=_page_of("paper", name),
        summary=rows.text(_first(paper.get("ai_summary"), paper.get("summary")), most=1000),
        likes=rows.count(paper, "upvotes", is_required=True),
        created_at=rows.instant(_first(paper.get("submittedOnDailyAt"), paper.get("publishedAt"))),
    )


def _first(*values: object) -> object:
    return next((value for value in values if value), None)


def _page_of(kind: EntryKind, name: str) -> str:
    return source_named("huggingface").page_of(kind=kind, external_id=name)


SOURCE = HuggingFace()
