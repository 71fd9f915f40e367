"""A small Hugging Face and GitHub, held in memory: what a test puts in is what they answer.

The shapes are those of the fact sheet on the two APIs; everything in them is invented.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date as Date, datetime, time, timedelta
from typing import Any

import httpx

Answer = Callable[[httpx.Request], httpx.Response | None]

_QUOTA = {"RateLimit": '"api";r=400;t=120', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}

_OTHER = {"_id": "f" * 24, "id": "lab/other", "likes": 77, "private": False}


def object_id(number: int) -> str:
    """An identity as Hugging Face has them."""
    return f"{number:024x}"


_MODEL = {
    *("author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt", "disabled"),
    *("downloads", "downloadsAllTime", "evalResults", "gated", "gguf", "inference"),
    *("inferenceProviderMapping", "lastModified", "library_name", "likes", "mask_token"),
    *("model-index", "pipeline_tag", "private", "resourceGroup", "safetensors", "sha"),
    *("siblings", "spaces", "tags", "transformersInfo", "trendingScore", "usedStorage"),
    "widgetData",
}
_DATASET = {
    *("author", "cardData", "citation", "createdAt", "description", "disabled", "downloads"),
    *("downloadsAllTime", "gated", "lastModified", "likes", "mainSize", "paperswithcode_id"),
    *("private", "resourceGroup", "sha", "siblings", "tags", "trendingScore", "usedStorage"),
}
_SPACE = {
    *("author", "cardData", "createdAt", "datasets", "disabled", "lastModified", "likes", "models"),
    *("private", "region", "resourceGroup", "runtime", "sdk", "sha", "siblings", "subdomain"),
    *("tags", "trendingScore", "usedStorage"),
}
EXPANDABLE = {"models": _MODEL, "datasets": _DATASET, "spaces": _SPACE}
"""What each kind of the Hub has: any other name is a 400."""


@dataclass
class Upstream:
    """Both APIs; `counts` by kind, then by identity. A name may change, an identity never."""

    models: dict[int, dict[str, Any]] = field(default_factory=dict)
    spaces: dict[int, dict[str, Any]] = field(default_factory=dict)
    papers: dict[str, dict[str, Any]] = field(default_factory=dict)
    repositories: dict[int, dict[str, Any]] = field(default_factory=dict)
    unlisted: set[int] = field(default_factory=set)
    """Identities that listings and searches leave out; asked for by themselves they answer."""
    refused: dict[int, tuple[int, Any]] = field(default_factory=dict)
    """Status and body in place of one thing, where it is asked for by itself."""
    node_errors: dict[int, dict[str, Any]] = field(default_factory=dict)
    """GraphQL errors in place of one repository; the path is added."""
    star_days: dict[int, dict[Date, int]] = field(default_factory=dict)
    is_id_lookup_broken: bool = False
    """Whether everything that is asked for by itself is a 404."""
    fault: Answer | None = None
    """Answers in the place of the APIs, where it answers."""
    requests: list[httpx.Request] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    """Requests so far, by source."""

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def add_model(self, number: int, name: str, likes: int, **members: Any) -> None:
        self.models[number] = {
            "_id": object_id(number),
            "id": name,
            "likes": likes,
            "downloads": 100,
            "trendingScore": float(likes),
            "createdAt": "2025-01-01T00:00:00.000Z",
            "private": False,
            **members,
        }

    def add_space(self, number: int, name: str, likes: int, **members: Any) -> None:
        self.spaces[number] = {
            "_id": object_id(number),
            "id": name,
            "likes": likes,
            "trendingScore": float(likes),
            "createdAt": "2025-01-01T00:00:00.000Z",
            "private": False,
            **members,
        }

    def add_paper(self, name: str, upvotes: int, day: str) -> None:
        self.papers[name] = {
            "id": name,
            "title": f"On {name}",
            "upvotes": upvotes,
            "submittedOnDailyAt": f"{day}T00:00:00.000Z",
        }

    def add_repository(self, number: int, name: str, stars: int, **members: Any) -> None:
        self.repositories[number] = {
            "id": number,
            "node_id": f"R_{number}",
            "full_name": name,
            "description": "Invented for a test.",
            "language": "Python",
            "stargazers_count": stars,
            "forks_count": 1,
            "created_at": "2025-01-01T00:00:00Z",
            "archived": False,
            "disabled": False,
            "private": False,
            "fork": False,
            **members,
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.asked["huggingface" if request.url.host == "hub.test" else "github"] += 1
        if self.fault is not None:
            given = self.fault(request)
            if given is not None:
                return given
        if request.url.host == "hub.test":
            return self._huggingface(request)
        return self._github(request)

    def _huggingface(self, request: httpx.Request) -> httpx.Response:
        path, params = request.url.path, request.url.params
        if path == "/api/daily_papers":
            return self._papers_page(params)
        if path.startswith("/api/papers/"):
            paper = self.papers.get(path.removeprefix("/api/papers/"))
            return _missing_at_hub() if paper is None else reply(paper, headers=_QUOTA)
        kind, _, name = path.removeprefix("/api/").partition("/")
        unknown = set(params.get_list("expand[]")) - EXPANDABLE[kind]
        if unknown:
            return reply({"error": f"Invalid option {sorted(unknown)[0]}"}, 400, _QUOTA)
        things = {"models": self.models, "spaces": self.spaces, "datasets": {}}[kind]
        if not name:
            return self._hub_page(things, kind, params)
        for number, row in things.items():
            if row["id"] == name and not self.is_id_lookup_broken:
                status, body = self.refused.get(number, (200, row))
                return reply(body, status, _QUOTA)
        return _missing_at_hub()

    def _hub_page(
        self, things: dict[int, dict[str, Any]], kind: str, params: httpx.QueryParams
    ) -> httpx.Response:
        listed = [row for key, row in things.items() if key not in self.unlisted]
        if author := params.get("author"):
            listed = [row for row in listed if row["id"].startswith(f"{author}/")]
        elif kind != "models" and not things:
            listed = [_OTHER]
        ordered = sorted(listed, key=lambda row: -row.get("trendingScore", 0.0))
        return reply(ordered[: int(params.get("limit", 1000))], headers=_QUOTA)

    def _papers_page(self, params: httpx.QueryParams) -> httpx.Response:
        if not self.papers:
            paper = {"id": "2605.00001", "title": "On $x$", "upvotes": 12}
            return reply([{"paper": paper}], headers=_QUOTA)
        days = sorted(self.papers.values(), key=lambda each: each["submittedOnDailyAt"])
        if month := params.get("month"):
            days = [each for each in days if each["submittedOnDailyAt"].startswith(month)]
        limit, page = int(params.get("limit", 50)), int(params.get("p", 0))
        shown = days[::-1][page * limit : (page + 1) * limit]
        return reply([{"paper": paper} for paper in shown], headers=_QUOTA)

    def _github(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/search/repositories":
            found = [row for key, row in self.repositories.items() if key not in self.unlisted]
            return reply({"total_count": len(found), "incomplete_results": False, "items": found})
        if path == "/graphql":
            return self._nodes(json.loads(request.content)["variables"]["ids"])
        if match := re.fullmatch(r"/repos/([^/]+/[^/]+)(/stargazers/history)?", path):
            for number, row in self.repositories.items():
                if row["full_name"].lower() == match[1].lower():
                    return reply(_weeks(self.star_days.get(number, {}))) if match[2] else reply(row)
        by_id = re.fullmatch(r"/repositories/(\d+)", path)
        known = self.repositories.get(int(by_id[1])) if by_id else None
        if known is not None and not self.is_id_lookup_broken:
            status, body = self.refused.get(known["id"], (200, known))
            return reply(body, status, {"etag": f'"{known["stargazers_count"]}"'})
        return reply({"message": "Not Found", "status": "404"}, status=404)

    def _nodes(self, handles: list[str]) -> httpx.Response:
        by_handle = {row["node_id"]: row for row in self.repositories.values()}
        nodes: list[dict[str, Any] | None] = []
        errors: list[dict[str, Any]] = []
        for place, handle in enumerate(handles):
            row = None if self.is_id_lookup_broken else by_handle.get(handle)
            error = self.node_errors.get(row["id"]) if row is not None else _NO_NODE
            nodes.append(_node(row) if error is None else None)
            if error is not None:
                errors.append({**error, "path": ["nodes", place]})
        return reply({"data": {"nodes": nodes}, **({"errors": errors} if errors else {})})


_NO_NODE = {"type": "NOT_FOUND", "message": "Could not resolve to a node"}


def _missing_at_hub() -> httpx.Response:
    return reply({"error": "Invalid username or password."}, status=401, headers=_QUOTA)


def _weeks(days: dict[Date, int]) -> list[dict[str, Any]]:
    """Stars by day as GitHub tells of them: weeks from Sunday, newest first."""
    if not days:
        return []
    sunday = max(days) - timedelta(days=(max(days).weekday() + 1) % 7)
    weeks = []
    while sunday > min(days) - timedelta(days=7):
        counts = [days.get(sunday + timedelta(days=place), 0) for place in range(7)]
        start = int(datetime.combine(sunday, time.min, tzinfo=UTC).timestamp())
        weeks.append({"week": start, "total": sum(counts), "days": counts})
        sunday -= timedelta(days=7)
    return weeks


class _Wire(httpx.AsyncByteStream):
    """A body that comes in pieces, as it does over a wire, and is nowhere unpacked before."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 16_384):
            yield self._content[start : start + 16_384]


def raw_reply(content: bytes, status: int, headers: dict[str, str]) -> httpx.Response:
    """An answer of any bytes."""
    return httpx.Response(status, stream=_Wire(content), headers=headers)


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
    """An answer as JSON, packed as both APIs pack theirs."""
    fields = {"content-type": "application/json", "content-encoding": "gzip", **(headers or {})}
    return raw_reply(gzip.compress(json.dumps(body).encode()), status, fields)


def _node(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "__typename": "Repository",
        "id": row["node_id"],
        "databaseId": row["id"] if row["id"] < 2**31 else None,
        "fullDatabaseId": str(row["id"]),
        "nameWithOwner": row["full_name"],
        "description": row["description"],
        "stargazerCount": row["stargazers_count"],
        "forkCount": row["forks_count"],
        "createdAt": row["created_at"],
        "isArchived": row["archived"],
        "isDisabled": row["disabled"],
        "isPrivate": row["private"],
        "licenseInfo": {"spdxId": "MIT"},
        "primaryLanguage": {"name": row["language"]},
    }
