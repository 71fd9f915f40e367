"""A commit that fails is never answered with success, and leaves nothing behind."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Engine, event

from tests import factories

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]


class Failing:
    """Makes the next commits of a write fail, for as long as it is armed."""

    def __init__(self) -> None:
        self.armed = False

    def __call__(self, connection: Connection) -> None:
        if self.armed:
            raise RuntimeError("the disk is full, or the like")


@pytest.fixture
def failing() -> Iterator[Failing]:
    hook = Failing()
    event.listen(Engine, "commit", hook)
    yield hook
    event.remove(Engine, "commit", hook)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/issues?publish=true", factories.issue(date="2026-05-09")),
        ("PUT", "/v1/issues/1", factories.issue(title="Another")),
        ("PATCH", "/v1/issues/1", {"title": "Another"}),
        ("POST", "/v1/issues/1/publish", None),
        ("POST", "/v1/issues/1/schedule", {"publish_at": "2026-06-01T00:00:00Z"}),
        ("DELETE", "/v1/issues/1", None),
        ("POST", "/v1/keys", {"name": "x", "scopes": []}),
    ],
)
async def test_a_failing_commit_is_a_5xx_and_changes_nothing(
    client: httpx.AsyncClient,
    editor: Headers,
    failing: Failing,
    method: str,
    path: str,
    body: Any,
) -> None:
    once = {"Idempotency-Key": "again"} if method == "POST" else {}
    headers = {**editor, "If-Match": "*", **once}
    await client.post("/v1/issues", json=factories.issue(), headers=editor)
    before = await _everything(client, editor)

    failing.armed = True
    failed = await client.request(method, path, json=body, headers=headers)
    failing.armed = False

    assert failed.status_code == 500
    assert failed.json()["code"] == "internal_error"
    assert "disk" not in failed.text
    assert await _everything(client, editor) == before
    again = await client.request(method, path, json=body, headers=headers)
    assert again.status_code < 300
    assert "idempotent-replayed" not in again.headers


async def _everything(client: httpx.AsyncClient, editor: Headers) -> list[Any]:
    keys = (await client.get("/v1/keys", headers=editor)).json()["page"]["total"]
    issues = (await client.get("/v1/issues?status=all", headers=editor)).json()
    return [keys, issues]
