"""Figures are read before a publishing write waits for the write lock, never while it holds it."""

from collections.abc import Awaitable, Callable
from threading import current_thread

import httpx
import orjson
import pytest
from fastapi import FastAPI

from app.content.facts import text_claims
from tests.conftest import Clock
from tests.factories import issue, lead
from tests.web.rest.conftest import Desk
from tests.web.rest.test_claims import OPENBB, observe

pytestmark = pytest.mark.anyio

BODY = "OpenBB has 66,912 stars."
DOCUMENT = issue(number=95, sections=[lead(body=BODY)])
CREATE = """mutation ($input: IssueInput!) {
  createIssue(input: $input, publish: true) { ... on IssueSaved { warnings { code } } }
}"""
PUBLISH = """mutation ($ref: String!) {
  variable: publishIssue(ref: $ref, ifRevision: 1) { __typename }
  written: publishIssue(ref: "95", ifRevision: 1) { __typename }
}"""
ANY = {"If-Match": "*"}


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads that read a text for figures."""
    names: list[str] = []
    read = text_claims._read

    def counting(*given: object) -> object:
        names.append(current_thread().name)
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(text_claims, "_read", counting)
    return names


async def _post(desk: Desk) -> object:
    return await desk.create(DOCUMENT, publish=True)


async def _import(desk: Desk) -> httpx.Response:
    headers = {**desk.headers, "Content-Type": "application/x-ndjson"}
    return await desk.client.post(
        "/v1/issues/import?publish=true", content=orjson.dumps(DOCUMENT), headers=headers
    )


async def _mutate(desk: Desk) -> httpx.Response:
    section = {"kind": "LEAD", "headline": "H", "body": BODY}
    sent = {
        "query": CREATE,
        "variables": {"input": {"date": "2026-05-03", "sections": [section]}},
    }
    return await desk.client.post("/graphql", json=sent, headers=desk.headers)


@pytest.mark.parametrize("write", [_post, _import, _mutate])
async def test_what_is_sent_is_read_ahead_once(
    app: FastAPI,
    clock: Clock,
    desk: Desk,
    threads: list[str],
    write: Callable[[Desk], Awaitable[object]],
) -> None:
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)

    await write(desk)

    assert [name.rpartition("_")[0] for name in threads] == ["off-the-loop"]


@pytest.mark.parametrize("action", ["publish", "schedule", "patch", "mutation"])
async def test_a_stored_head_is_read_ahead_once(
    app: FastAPI, clock: Clock, desk: Desk, threads: list[str], action: str
) -> None:
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)
    await desk.create(DOCUMENT)
    assert threads == []

    if action == "patch":
        changes = {"title": "Another title"}
        done = await desk.send("PATCH", "/v1/issues/95?publish=true", json=changes, headers=ANY)
    elif action == "mutation":
        sent = {"query": PUBLISH, "variables": {"ref": "95"}}
        done = await desk.client.post("/graphql", json=sent, headers=desk.headers)
    else:
        sent = {"publish_at": "2099-01-01T00:00:00Z"} if action == "schedule" else {}
        done = await desk.send("POST", f"/v1/issues/95/{action}", json=sent, headers=ANY)

    assert done.status_code == 200, done.text
    assert [name.rpartition("_")[0] for name in threads] == ["off-the-loop"]


async def test_the_figures_in_texts_that_are_read_are_bounded(
    app: FastAPI, clock: Clock, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)
    for module in ("text_claims", "claims"):
        monkeypatch.setattr(f"app.content.facts.{module}.MAX_TEXT_CLAIMS", 3)
    document = issue(number=95, sections=[lead(body="OpenBB has 7,000 stars. " * 5)])
    document["sections"].append({"kind": "brief", "headline": "H", "body": BODY})

    published = await desk.create(document, publish=True)

    assert [each["printed"] for each in published["warnings"]] == ["7,000 stars"] * 3
