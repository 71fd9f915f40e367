"""Callers of the REST face: `desk` may do everything, `public` has no key."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.factories import issue


@dataclass(frozen=True)
class Desk:
    """A caller, with the headers that all of its requests bear."""

    client: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request as it is; `json` of None is no body."""
        return await self.client.request(
            method,
            path,
            json=json,
            content=content,
            headers={**self.headers, **(headers or {})},
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Read; `if_none_match="…"` becomes the header If-None-Match."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.send("GET", path, headers=named)

    async def write(
        self, method: str, path: str, json: Any = None, *, if_match: str = "*", **headers: str
    ) -> httpx.Response:
        """Write whatever the present revision is, unless an ETag is named."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.send(method, path, json=json, headers={"If-Match": if_match, **named})

    async def create(self, document: Any = None, *, publish: bool = False) -> Any:
        """Make an issue (by default that of 3 May 2026) and answer with its document."""
        path = "/v1/issues?publish=true" if publish else "/v1/issues"
        answer = await self.send("POST", path, json=issue() if document is None else document)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def act(self, ref: object, action: str, json: Any = None) -> Any:
        """Publish, unpublish, schedule or restore, and answer with the issue."""
        answer = await self.write("POST", f"/v1/issues/{ref}/{action}", json)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def patch(self, ref: object, changes: Any) -> Any:
        """Save a merge patch, and answer with the issue."""
        answer = await self.write("PATCH", f"/v1/issues/{ref}", changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, path: str) -> Any:
        """Read what is there, as JSON."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def find(self, ref: object) -> Any:
        """Read an issue; None where this caller finds none."""
        answer = await self.get(f"/v1/issues/{ref}")
        assert answer.status_code in {200, 404}, answer.text
        return answer.json() if answer.status_code == 200 else None


@pytest.fixture
def desk(client: httpx.AsyncClient, editor: dict[str, str]) -> Desk:
    return Desk(client, editor)


@pytest.fixture
def public(client: httpx.AsyncClient) -> Desk:
    return Desk(client)


@pytest.fixture
def holder(client: httpx.AsyncClient, key: Callable[..., str]) -> Callable[..., Desk]:
    """Make a caller who holds some scopes: `holder("drafts:read")`."""
    names = itertools.count(1)

    def make(*scopes: str) -> Desk:
        presented = key(*scopes, name=f"holder {next(names)}")
        return Desk(client, {"Authorization": f"Bearer {presented}"})

    return make


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem, whose form is checked on the way."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"http://paper.test/problems/{problem['code']}"
    return answer.status_code, problem["code"]


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Pointer and code of each fault of a 422 or 409."""
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
