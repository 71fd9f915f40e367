"""Bodies are rendered before a write waits for the write lock, never while it holds it."""

from collections.abc import Awaitable, Callable
from threading import current_thread

import httpx
import orjson
import pytest

from app.content.markdown.rendering import render
from tests.factories import issue, lead
from tests.web.rest.conftest import Desk

LONG = "word " * 1_000
OTHER = "other " * 1_000
CREATE = "mutation ($input: IssueInput!) { createIssue(input: $input) { __typename } }"
DOCUMENT = issue(sections=[lead(body=LONG)])


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads that rendered a body."""
    names: list[str] = []

    def counting(body: str) -> str:
        names.append(current_thread().name)
        return render(body)

    monkeypatch.setattr("app.content.markdown.rendered.render", counting)
    return names


async def _post(desk: Desk) -> object:
    return await desk.create(DOCUMENT)


async def _validate(desk: Desk) -> object:
    return await desk.client.post("/v1/issues/validate", json=DOCUMENT, headers=desk.headers)


async def _import(desk: Desk) -> object:
    headers = {**desk.headers, "Content-Type": "application/x-ndjson"}
    lines = orjson.dumps(DOCUMENT) + b"\n"
    return await desk.client.post("/v1/issues/import", content=lines, headers=headers)


async def _mutate(desk: Desk) -> httpx.Response:
    section = {"kind": "LEAD", "headline": "H", "body": LONG}
    variables = {"input": {"date": "2026-05-03", "sections": [section]}}
    sent = {"query": CREATE, "variables": variables}
    return await desk.client.post("/graphql", json=sent, headers=desk.headers)


@pytest.mark.parametrize("write", [_post, _validate, _import, _mutate])
async def test_a_body_is_rendered_by_its_own_thread(
    desk: Desk, threads: list[str], write: Callable[[Desk], Awaitable[object]]
) -> None:
    await write(desk)

    assert len(threads) == 1, threads
    assert threads[0].startswith("markdown")


async def test_a_change_is_rendered_there_too(desk: Desk, threads: list[str]) -> None:
    await desk.create(DOCUMENT)
    threads.clear()

    await desk.patch(1, {"sections": [lead(body=OTHER)]})

    assert len(threads) == 1, threads
    assert threads[0].startswith("markdown")
