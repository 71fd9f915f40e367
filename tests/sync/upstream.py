"""A small Hugging Face and GitHub, held in memory: what a test puts in is what they answer.

The shapes are those of the fact sheet on the two APIs; everything in them is invented.
"""

import gzip
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

Answer = Callable[[httpx.Request], httpx.Response | None]

_QUOTA = {"RateLimit": '"api";r=400;t=120', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}

_OTHER = {"_id": "f" * 24, "id": "lab/other", "likes": 77, "private": False}


def object_id(number: int) -> str:
    """An identity as Hugging Face has them."""
    return f"{number:024x}"


@dataclass
class Upstream:
    """Both APIs; `counts` by kind, then by identity. A name may change, an identity never."""

    models: dict[int, dict[str, Any]] = field(default_factory=dict)
    repositories: dict[int, dict[str, Any]] = field(default_factory=dict)
    unlisted: set[int] = field(default_factory=set)
    """Identities that listings and searches leave out; asked for by themselves they answer."""
    fault: Answer | None = None
    """Answers in the place of the APIs, where it answers."""
    requests: list[httpx.Request] = field(default_factory=list)

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
            "fork": False,
            **members,
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.fault is not None:
            given = self.fault(request)
            if given is not None:
                return given
        if request.url.host == "hub.test":
            return self._huggingface(request)
        return self._github(request)

    def _huggingface(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/api/models":
            listed = [row for key, row in self.models.items() if key not in self.unlisted]
            ordered = sorted(listed, key=lambda row: -row["trendingScore"])
            return reply(ordered[: int(request.url.params.get("limit", 1000))], headers=_QUOTA)
        if path in {"/api/datasets", "/api/spaces"}:
            return reply([_OTHER], headers=_QUOTA)
        if path == "/api/daily_papers":
            paper = {"id": "2605.00001", "title": "On $x$", "upvotes": 12}
            return reply([{"paper": paper}], headers=_QUOTA)
        name = path.removeprefix("/api/models/")
        for row in self.models.values():
            if row["id"] == name:
                return reply(row, headers=_QUOTA)
        body = {"error": "Invalid username or password."}
        return reply(body, status=401, headers=_QUOTA)

    def _github(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/search/repositories":
            found = [row for key, row in self.repositories.items() if key not in self.unlisted]
            return reply({"total_count": len(found), "incomplete_results": False, "items": found})
        if path == "/graphql":
            return self._nodes(json.loads(request.content)["variables"]["ids"])
        if match := re.fullmatch(r"/repositories/(\d+)", path):
            row = self.repositories.get(int(match[1]))
            if row is not None:
                return reply(row, headers={"etag": f'"{row["stargazers_count"]}"'})
        return reply({"message": "Not Found", "status": "404"}, status=404)

    def _nodes(self, handles: list[str]) -> httpx.Response:
        by_handle = {row["node_id"]: row for row in self.repositories.values()}
        nodes = [_node(by_handle.get(handle)) for handle in handles]
        errors = [
            {"type": "NOT_FOUND", "path": ["nodes", place], "message": "Could not resolve"}
            for place, node in enumerate(nodes)
            if node is None
        ]
        return reply({"data": {"nodes": nodes}, **({"errors": errors} if errors else {})})


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
        "databaseId": row["id"],
        "nameWithOwner": row["full_name"],
        "description": row["description"],
        "stargazerCount": row["stargazers_count"],
        "forkCount": row["forks_count"],
        "createdAt": row["created_at"],
        "primaryLanguage": {"name": row["language"]},
    }
