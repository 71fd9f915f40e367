"""GitHub: repositories on artificial intelligence, found by topic and age, then seen again by id.

GitHub has no trending API and lists its largest repositories instead, so what moves is told by our
own looks. GitHub REST (search, repositories, stargazer history) and GraphQL, read 2026-11.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date as Date, datetime, timedelta
from typing import Any

from app.models.sighting import KnownSubject, Sighting
from app.models.values import EntryKind
from app.sync import rows
from app.sync.client import Answer, Client, UpstreamError
from app.sync.source import Survey

TOPICS = (
    *("llm", "machine-learning", "artificial-intelligence", "generative-ai", "ai-agents", "rag"),
    *("deep-learning", "computer-vision", "diffusion-models", "mcp", "transformers", "robotics"),
)
WORDS = '"large language model" OR "ai agent" in:name,description'
ANONYMOUS_TOPICS = 4
"""Topics of a run without a token, in turn by the day: ten searches a minute are allowed."""
BATCH = 100
"""Ids in one GraphQL query, which cost one point; more are refused."""
LEAST_BATCH = 10
RESERVE = 10
"""Requests of the hour that a run without a token leaves for others at its address."""
ANONYMOUS_REFRESHED = 30
STAR_HISTORIES = 20
ANONYMOUS_STAR_HISTORIES = 5

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

_FIELDS = (
    "id databaseId nameWithOwner name url description stargazerCount forkCount createdAt "
    "isArchived isDisabled isPrivate primaryLanguage{name}"
)
_QUERY = f"query($ids:[ID!]!){{nodes(ids:$ids){{__typename ...on Repository{{{_FIELDS}}}}}}}"


class GitHub:
    """GitHub."""

    headers: Mapping[str, str] = HEADERS

    async def survey(
        self,
        client: Client,
        kind: EntryKind,
        *,
        known: Sequence[KnownSubject],
        now: datetime,
    ) -> Survey:
        """Look at the repositories."""
        hunt = _Hunt(client, known)
        reasons = [await hunt.discover(now)]
        if not hunt.found:
            return Survey(kind, "failed", reasons[0] or "empty", skipped=hunt.skipped)
        if hunt.skipped > len(hunt.found):
            return Survey(kind, "failed", "bad_rows", skipped=hunt.skipped)
        reasons.append(await hunt.refresh())
        star_days = {}
        if not hunt.is_watched_for_a_week(now):
            star_days = await hunt.star_days(now)
        reason = next((reason for reason in reasons if reason), None)
        return Survey(
            kind,
            "partial" if reason else "complete",
            reason,
            list(hunt.found.values()),
            hunt.missing,
            # Searches come and go; what is watched does not.
            len(hunt.found),
            hunt.skipped,
            star_days,
        )


class _Hunt:
    """One run: what was found so far, by the numeric id."""

    def __init__(self, client: Client, known: Sequence[KnownSubject]) -> None:
        self.client = client
        self.known = known
        self.found: dict[str, Sighting] = {}
        self.missing: list[str] = []
        self.skipped = 0

    @property
    def others(self) -> list[KnownSubject]:
        """Known ones that were not found yet."""
        return [each for each in self.known if each.upstream_id not in self.found]

    def is_watched_for_a_week(self, now: datetime) -> bool:
        """Whether our own looks reach back so far that nobody else need be asked."""
        oldest = min((each.first_seen_at for each in self.known), default=now)
        return now - oldest > timedelta(days=8)

    async def discover(self, now: datetime) -> str | None:
        """Search by topic and age; why not everything came, if so."""
        reason = None
        for query in _queries(now, has_token=self.client.has_token):
            try:
                answer = await self.client.get(
                    "/search/repositories",
                    {"q": query, "sort": "stars", "order": "desc", "per_page": 100},
                    bucket="search",
                )
                reason = self._take(answer) or reason
            except UpstreamError as error:
                reason = error.reason
                if error.ends_source or error.reason == "rate_limited":
                    break
            if self.client.remaining.get("search") == 0:
                await self.client.wait_for_search(60.0)
        return reason

    async def refresh(self) -> str | None:
        """See the known ones again that no search named; why not all of them were, if so."""
        try:
            if self.client.has_token:
                return await self._refresh_by_nodes()
            return await self._refresh_one_by_one()
        except UpstreamError as error:
            return error.reason

    async def star_days(self, now: datetime) -> dict[str, list[tuple[Date, int]]]:
        """Ask for the stars of past days of some; in the first week nothing else tells of them."""
        most = STAR_HISTORIES if self.client.has_token else ANONYMOUS_STAR_HISTORIES
        promising = sorted(
            (each for each in self.found.values() if each.created_at is not None),
            key=lambda each: -_pace(each, now),
        )
        days: dict[str, list[tuple[Date, int]]] = {}
        for each in promising[:most]:
            try:
                path = f"/repos/{each.external_id}/stargazers/history"
                answer = await self.client.get(path, {"per_page": 6})
                days[each.upstream_id] = _days(answer.body)
            except (UpstreamError, rows.BadRow) as error:
                if isinstance(error, UpstreamError) and error.ends_source:
                    break
        return days

    def _take(self, answer: Answer) -> str | None:
        body = answer.body
        if not isinstance(body, Mapping) or not isinstance(body.get("items"), list):
            raise UpstreamError("bad_shape")
        for row in body["items"]:
            sighting = self._read(row)
            if sighting is not None:
                self.found.setdefault(sighting.upstream_id, sighting)
        return "incomplete_results" if body.get("incomplete_results") is True else None

    def _read(self, row: object) -> Sighting | None:
        try:
            if not isinstance(row, Mapping):
                raise rows.BadRow("row")
            if any(row.get(name) is True for name in ("private", "disabled", "archived", "fork")):
                return None  # nothing is wrong with it, and it is not what we list
            return _repository(row)
        except rows.BadRow:
            self.skipped += 1
            return None

    async def _refresh_by_nodes(self) -> str | None:
        waiting = [each for each in self.others if each.handle is not None]
        unseen = [each for each in self.others if each.handle is None]
        size = BATCH
        while waiting:
            batch = waiting[:size]
            try:
                nodes = await self._nodes(batch)
            except UpstreamError as error:
                if (
                    error.reason not in {"server_error", "not_json", "timeout"}
                    or size <= LEAST_BATCH
                ):
                    raise
                size //= 2
                continue
            del waiting[: len(batch)]
            for each, node in zip(batch, nodes, strict=True):
                if node is None:
                    unseen.append(each)
                elif (sighting := self._read_node(node)) is not None:
                    self.found[sighting.upstream_id] = sighting
        for each in unseen:
            await self._see(each)
        return None

    async def _nodes(self, batch: Sequence[KnownSubject]) -> list[object]:
        answer = await self.client.post(
            "/graphql",
            {"query": _QUERY, "variables": {"ids": [each.handle for each in batch]}},
        )
        body = answer.body
        errors = body.get("errors") if isinstance(body, Mapping) else None
        for error in errors if isinstance(errors, list) else ():
            kind = error.get("type") if isinstance(error, Mapping) else None
            if kind in {"RATE_LIMITED", "RATE_LIMIT"} or "rate limit" in str(error).lower():
                raise UpstreamError("rate_limited")
            if kind != "NOT_FOUND":
                raise UpstreamError("server_error")
        shown = body.get("data") if isinstance(body, Mapping) else None
        nodes = shown.get("nodes") if isinstance(shown, Mapping) else None
        if not isinstance(nodes, list) or len(nodes) != len(batch):
            raise UpstreamError("bad_shape")
        return nodes

    def _read_node(self, node: object) -> Sighting | None:
        if not isinstance(node, Mapping):
            self.skipped += 1
            return None
        language = node.get("primaryLanguage")
        return self._read(
            {
                "id": node.get("databaseId"),
                "node_id": node.get("id"),
                "full_name": node.get("nameWithOwner"),
                "description": node.get("description"),
                "language": language.get("name") if isinstance(language, Mapping) else None,
                "stargazers_count": node.get("stargazerCount"),
                "forks_count": node.get("forkCount"),
                "created_at": node.get("createdAt"),
            }
        )

    async def _refresh_one_by_one(self) -> str | None:
        others = self.others
        for each in others[:ANONYMOUS_REFRESHED]:
            if self.client.remaining.get("core", 60) <= RESERVE:
                return "anonymous_quota"
            await self._see(each)
        return "anonymous_quota" if len(others) > ANONYMOUS_REFRESHED else None

    async def _see(self, known: KnownSubject) -> None:
        """Ask for one by its id, whatever it is called now. Raises `UpstreamError`."""
        try:
            answer = await self.client.get(
                f"/repositories/{known.upstream_id}", etag=known.validator
            )
        except UpstreamError as error:
            if error.reason != "not_found":
                raise
            self.missing.append(known.upstream_id)
            return
        if answer.status == 304:
            self.found[known.upstream_id] = known.latest
            return
        sighting = self._read(answer.body)
        if sighting is not None and sighting.upstream_id == known.upstream_id:
            self.found[known.upstream_id] = sighting


def _queries(now: datetime, *, has_token: bool) -> list[str]:
    topics: Sequence[str] = TOPICS
    if not has_token:
        start = now.toordinal() * ANONYMOUS_TOPICS % len(TOPICS)
        topics = (*TOPICS, *TOPICS)[start : start + ANONYMOUS_TOPICS]
    pushed = f"{now - timedelta(days=30):%Y-%m-%d}"
    created = f"{now - timedelta(days=60):%Y-%m-%d}"
    found = [f"{WORDS} created:>{created} stars:>50"]
    for topic in topics:
        found.append(f"topic:{topic} archived:false stars:>500 pushed:>{pushed}")
        found.append(f"topic:{topic} created:>{created} stars:>20")
    return found


def _repository(row: Mapping[str, Any]) -> Sighting:
    name = rows.external_id(row.get("full_name"))
    if "/" not in name:
        raise rows.BadRow("full_name")
    return Sighting(
        upstream_id=rows.identity(row, "id", r"[1-9]\d{0,18}"),
        external_id=name,
        name=name.rsplit("/", 1)[-1],
        url=f"https://github.com/{name}",
        summary=rows.text(row.get("description"), most=1000),
        language=rows.text(row.get("language"), most=200),
        stars=rows.count(row, "stargazers_count", is_required=True),
        forks=rows.count(row, "forks_count"),
        created_at=rows.instant(row.get("created_at")),
        handle=rows.text(row.get("node_id"), most=200),
    )


def _pace(seen: Sighting, now: datetime) -> float:
    assert seen.created_at is not None, "only those are asked for"
    age = now - seen.created_at
    return (seen.stars or 0) / max(age / timedelta(days=1), 1.0)


def _days(weeks: object) -> list[tuple[Date, int]]:
    """Stars by day, oldest first, of weeks that come newest first. Raises `BadRow`."""
    if not isinstance(weeks, list):
        raise rows.BadRow("weeks")
    days: list[tuple[Date, int]] = []
    for week in weeks:
        start = week.get("week") if isinstance(week, Mapping) else None
        given = week.get("days") if isinstance(week, Mapping) else None
        if not isinstance(start, int) or not 0 < start < 2**33 or not isinstance(given, list):
            raise rows.BadRow("week")
        first = datetime.fromtimestamp(start, UTC).date()
        for place, stars in enumerate(given[:7]):
            number = rows.count({"stars": stars}, "stars", is_required=True)
            days.append((first + timedelta(days=place), number or 0))
    return sorted(days)


SOURCE = GitHub()
