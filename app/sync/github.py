"""GitHub: AI repositories, discovered by search and refreshed by id.

GitHub has no trending API and search lists the largest repositories, so changes come from our own
snapshots. GitHub REST (search, repositories, stargazer history) and GraphQL, read 2026-11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date as Date, datetime, timedelta
from urllib.parse import quote

from app.config import Settings
from app.models.sighting import KnownSubject, Sighting
from app.models.values import EntryKind
from app.sync import rows
from app.sync.client import Answer, Client
from app.sync.errors import UpstreamError
from app.sync.github_nodes import Nodes
from app.sync.github_queries import Discovery, searches
from app.sync.github_rows import id_of, repository, star_days
from app.sync.lookups import Lookups, Named
from app.sync.source import Survey
from app.sync.tally import Tally

RESERVE = 10
"""Requests per hour that a run without a token leaves for others at its address."""
ANONYMOUS_REFRESHED = 30
MAX_SINGLE = 100
"""Repositories refreshed one by one in a run with a token, because GraphQL does not know them."""
MAX_GONE = 5
"""Gone repositories looked up again per run."""
PAGE = 100
STAR_HISTORIES = 20
ANONYMOUS_STAR_HISTORIES = 5
NEWCOMER = timedelta(days=7)
"""Until this age since discovery a repository has no baseline of a week."""
YOUNG = timedelta(hours=18)
"""A younger repository has no baseline of a day: all its stars are of that day."""
FAILED_SEARCHES = 2
"""Failures in a row after which search counts as down."""

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class GitHub:
    """The surveyor of GitHub."""

    headers: Mapping[str, str] = HEADERS

    def __init__(self, discovery: Discovery | None = None) -> None:
        self._discovery = discovery or Discovery()

    def configured(self, settings: Settings) -> "GitHub":
        """Return a surveyor with the configured topics and owners."""
        given = Discovery(owners=settings.github_owners)
        if settings.github_topics:
            given = Discovery(settings.github_topics, settings.github_owners)
        return GitHub(given)

    async def find(self, client: Client, kind: EntryKind, external_id: str) -> Sighting:
        """Look up a repository by name. Raises `UpstreamError` or `BadRow`."""
        answer = await client.get(f"/repos/{quote(external_id, safe='/')}")
        if _is_private(answer.body):
            raise UpstreamError("not_found")
        return repository(answer.body)

    async def survey(
        self,
        client: Client,
        kind: EntryKind,
        *,
        known: Sequence[KnownSubject],
        now: datetime,
    ) -> Survey:
        """Survey the repositories."""
        hunt = _Hunt(client, known)
        reasons = [await hunt.discover(searches(self._discovery, now, has_token=client.has_token))]
        if hunt.tally.is_mostly_bad:
            return Survey(kind, "failed", "bad_rows", skipped=hunt.tally.skipped)
        reasons.append(await hunt.refresh())
        reason = next((reason for reason in reasons if reason), None)
        if not hunt.found:
            return Survey(kind, "failed", reason or "empty", skipped=hunt.tally.skipped)
        days = await hunt.star_days(now)
        return Survey(
            kind,
            "partial" if reason else "complete",
            reason,
            list(hunt.found.values()),
            hunt.missing,
            # Search results vary, so only the number of watched repositories is compared.
            len(hunt.found),
            hunt.tally.skipped,
            days,
            hunt.refused,
        )


class _Hunt:
    """The state of one survey, keyed by the numeric id."""

    def __init__(self, client: Client, known: Sequence[KnownSubject]) -> None:
        self.client = client
        self.known = {each.upstream_id: each for each in known}
        self.found: dict[str, Sighting] = {}
        self.missing: list[str] = []
        self.refused: dict[str, str] = {}
        self.tally = Tally()

    async def discover(self, queries: Sequence[str]) -> str | None:
        """Run the searches; return why results are incomplete, if they are."""
        reason, failed = None, 0
        for query in queries:
            asked: dict[str, str | int | list[str]] = {"q": query, "per_page": PAGE}
            try:
                answer = await self.client.get(
                    "/search/repositories",
                    {**asked, "sort": "stars", "order": "desc"},
                    bucket="search",
                )
                reason = await self._take(answer) or reason
                failed = 0
            except UpstreamError as error:
                if error.status == 422:
                    continue  # the owner no longer exists; other searches are not affected
                reason = error.reason
                failed += 1
                if error.ends_source or failed == FAILED_SEARCHES:
                    break
        return reason if reason is not None or self.found else "empty"

    async def refresh(self) -> str | None:
        """Refresh known repositories that no search returned; return why some were not."""
        waiting = [each for key, each in self.known.items() if key not in self.found]
        there = [each for each in waiting if each.status != "gone"]
        gone = [each for each in waiting if each.status == "gone" and each.is_due][:MAX_GONE]
        reason = None
        try:
            if self.client.has_token:
                # In a batch, skipping archived ones would save nothing.
                there = [each for each in there if each.is_due or each.status != "refused"]
                there = await self._refresh_by_nodes(there)
                most = MAX_SINGLE
            else:
                there = [each for each in there if each.is_due]
                most = ANONYMOUS_REFRESHED
        except UpstreamError as error:
            return error.reason
        asked = there[:most]
        lookups = Lookups(self._ask, self.tally)
        control = next((s for s in self.found.values() if s.status == "active"), None)
        reason = await lookups.see([*asked, *gone], control=control)
        self.found |= lookups.found
        self.missing += lookups.missing
        self.refused |= lookups.refused
        if reason is None and any(each.is_rankable for each in there[len(asked) :]):
            reason = "not_all_refreshed" if self.client.has_token else "anonymous_quota"
        return reason

    async def star_days(self, now: datetime) -> dict[str, list[tuple[Date, int]]]:
        """Request the star history of repositories without a baseline, one request each.

        In the first week these are all repositories, later only new ones.
        """
        most = STAR_HISTORIES if self.client.has_token else ANONYMOUS_STAR_HISTORIES
        lacking = [each for each in self.found.values() if self._lacks_baseline(each, now)]
        # New ones first: a repository may have become public today.
        lacking.sort(
            key=lambda each: (each.upstream_id in self.known, -_pace(each, now), each.external_id)
        )
        days: dict[str, list[tuple[Date, int]]] = {}
        for each in lacking[:most]:
            try:
                self._keep_reserve()
                path = f"/repos/{quote(each.external_id, safe='/')}/stargazers/history"
                answer = await self.client.get(path, {"per_page": 6})
                days[each.upstream_id] = star_days(answer.body)
            except (UpstreamError, rows.BadRow) as error:
                if isinstance(error, UpstreamError) and error.ends_source:
                    break
        return days

    def _lacks_baseline(self, seen: Sighting, now: datetime) -> bool:
        known = self.known.get(seen.upstream_id)
        if seen.status != "active" or seen.created_at is None or now - seen.created_at < YOUNG:
            return False
        if known is None:
            return True
        return not known.has_star_history and now - known.first_seen_at < NEWCOMER

    async def _take(self, answer: Answer) -> str | None:
        body = answer.body
        if not isinstance(body, Mapping) or not isinstance(body.get("items"), list):
            raise UpstreamError("bad_shape")
        async for row in rows.in_slices(body["items"]):
            if isinstance(row, Mapping) and (_is_private(row) or row.get("fork") is True):
                continue
            upstream_id = id_of(row)
            if upstream_id in self.found:
                self.tally.note_read(upstream_id)
                continue
            try:
                sighting = repository(row)
            except rows.BadRow:
                self.tally.note_bad(upstream_id)
                continue
            self.tally.note_read(sighting.upstream_id)
            if sighting.status == "active" or sighting.upstream_id in self.known:
                self.found.setdefault(sighting.upstream_id, sighting)
        return "incomplete_results" if body.get("incomplete_results") is True else None

    async def _refresh_by_nodes(self, others: Sequence[KnownSubject]) -> list[KnownSubject]:
        """Refresh by node id, 100 at a time; return those to look up one by one."""
        nodes = Nodes(self.client, self.tally)
        try:
            await nodes.see([each for each in others if each.handle is not None])
        finally:
            self.found |= nodes.found
            self.refused |= nodes.refused
        return [*nodes.unclear, *(each for each in others if each.handle is None)]

    async def _ask(self, each: Named) -> Sighting | None:
        """Look up a repository by id, which survives renames."""
        self._keep_reserve()
        answer = await self.client.get(f"/repositories/{each.upstream_id}", etag=each.validator)
        known = self.known.get(each.upstream_id)
        if answer.status == 304:
            return known.latest if known is not None else None
        if _is_private(answer.body):
            return None
        sighting = repository(answer.body)
        if sighting.upstream_id != each.upstream_id:
            return None
        return replace(sighting, validator=answer.etag)

    def _keep_reserve(self) -> None:
        """Raises `UpstreamError` if the remaining requests are reserved for others."""
        left = self.client.remaining.get("core")
        if not self.client.has_token and left is not None and left <= RESERVE:
            raise UpstreamError("anonymous_quota")


def _is_private(row: object) -> bool:
    return isinstance(row, Mapping) and row.get("private") is True


def _pace(seen: Sighting, now: datetime) -> float:
    assert seen.created_at is not None, "_lacks_baseline requires it"
    age = now - seen.created_at
    return (seen.stars or 0) / max(age / timedelta(days=1), 1.0)


SOURCE = GitHub()
