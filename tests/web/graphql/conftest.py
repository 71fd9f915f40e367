"""Callers of the GraphQL face: `partner` has no key, `desk` may do everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest

RESPONSE = "application/graphql-response+json"


@dataclass(frozen=True)
class Partner:
    """A caller, with the headers that all of its requests bear."""

    client: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict)

    async def post(self, body: Any, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Send a body as it is, if it is bytes, else as JSON."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        given = {"Content-Type": "application/json", **self.headers, **(headers or {})}
        return await self.client.post("/graphql", content=content, headers=given)

    async def get(
        self, headers: Mapping[str, str] | None = None, /, **parameters: Any
    ) -> httpx.Response:
        """Ask by GET; what is no text is written as JSON."""
        texts = {
            name: value if isinstance(value, str) else orjson.dumps(value).decode()
            for name, value in parameters.items()
        }
        given = {**self.headers, **(headers or {})}
        return await self.client.get("/graphql", params=texts, headers=given)

    async def send(
        self, query: str, variables: Mapping[str, Any] | None = None, /, **headers: str
    ) -> httpx.Response:
        """Send a query by POST; `idempotency_key="…"` becomes that header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.post({"query": query, "variables": variables}, named)

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of a query that has no errors."""
        answer = await self.send(query, variables)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert "errors" not in told, told
        return told["data"]

    async def code_of(self, query: str, **variables: Any) -> str:
        """The code of the first error of a query."""
        answer = await self.send(query, variables)
        code: str = answer.json()["errors"][0]["extensions"]["code"]
        return code


@pytest.fixture
def partner(client: httpx.AsyncClient) -> Partner:
    return Partner(client)


@pytest.fixture
def desk(client: httpx.AsyncClient, editor: dict[str, str]) -> Partner:
    return Partner(client, editor)


@pytest.fixture
def holder(client: httpx.AsyncClient, key: Callable[..., str]) -> Callable[..., Partner]:
    """Make a caller who holds some scopes: `holder("drafts:read")`."""

    def make(*scopes: str) -> Partner:
        return Partner(client, {"Authorization": f"Bearer {key(*scopes)}"})

    return make
