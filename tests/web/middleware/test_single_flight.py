"""Cache misses are single flight: nothing that happens to the first request holds up the others."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
from starlette.types import Message

from app.config import Settings
from app.web.application import Application
from app.web.middleware import caching as edge
from tests import factories
from tests.counted import counted

pytestmark = pytest.mark.anyio

Headers = dict[str, str]

SOON_SECONDS = 30
"""Much more than any of these reads takes, and much less than a test may hang."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "1000/60"})


@pytest.fixture
async def paper(client: httpx.AsyncClient, editor: Headers) -> None:
    document = factories.whole_issue()
    made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
    assert made.status_code == 201, made.text


def scope_of(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"paper.test")],
        "client": ("192.0.2.1", 1),
        "server": ("paper.test", 80),
        "state": {},
    }


async def nothing_more() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("the event is never set")


@pytest.mark.parametrize("path", ["/", "/v1/issues", "/v1/issues/95", "/feeds/issues.atom"])
@pytest.mark.usefixtures("paper")
async def test_a_first_client_that_does_not_read_holds_up_nobody(
    client: httpx.AsyncClient, app: Application, path: str
) -> None:
    is_sending, may_send = asyncio.Event(), asyncio.Event()
    sent: list[Message] = []

    async def blocked(message: Message) -> None:
        is_sending.set()
        await may_send.wait()
        sent.append(message)

    first = asyncio.create_task(app(scope_of(path), nothing_more, blocked))
    await asyncio.wait_for(is_sending.wait(), SOON_SECONDS)

    answers = await asyncio.wait_for(
        asyncio.gather(*(client.get(path) for _ in range(3))), SOON_SECONDS
    )

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("ratelimit" not in answer.headers for answer in answers)
    may_send.set()
    await first
    assert sent[0]["status"] == 200


@pytest.mark.parametrize("path", ["/v1/issues", "/v1/issues/95"])
@pytest.mark.usefixtures("paper")
async def test_a_first_request_that_is_stuck_is_waited_for_only_so_long(
    client: httpx.AsyncClient,
    app: Application,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    monkeypatch.setattr(edge, "MAX_WAIT_SECONDS", 0.05)
    is_stuck = _stick_the_first(app, monkeypatch)
    first = asyncio.create_task(client.get(path))
    await asyncio.wait_for(is_stuck.wait(), SOON_SECONDS)

    answer = await asyncio.wait_for(client.get(path), SOON_SECONDS)

    assert answer.status_code == 200
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


@pytest.mark.parametrize("path", ["/v1/issues?limit=3", "/v1/issues/95"])
@pytest.mark.usefixtures("paper")
async def test_cancelling_the_first_hands_its_work_to_one_follower(
    client: httpx.AsyncClient,
    app: Application,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    is_stuck = _stick_the_first(app, monkeypatch)
    first = asyncio.create_task(client.get(path))
    await asyncio.wait_for(is_stuck.wait(), SOON_SECONDS)
    followers = [asyncio.create_task(client.get(path)) for _ in range(5)]
    await asyncio.sleep(0.05)

    with counted() as asked:
        first.cancel()
        followers[0].cancel()
        answers = await asyncio.wait_for(asyncio.gather(*followers[1:]), SOON_SECONDS)

    assert {answer.status_code for answer in answers} == {200}
    assert sum("issue_revision" in statement for statement in asked) == 1
    assert followers[0].cancelled()


def _stick_the_first(app: Application, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Have the first read of the database wait for ever; the event is set when it does."""
    reader = app.state.database.reader
    rows = reader.rows
    is_stuck = asyncio.Event()

    async def stuck_once(*arguments: Any) -> Any:
        is_watch = "content_version.name" in str(arguments[0])[:60]
        if not is_stuck.is_set() and not is_watch:
            is_stuck.set()
            await asyncio.Event().wait()
        return await rows(*arguments)

    monkeypatch.setattr(reader, "rows", stuck_once)
    return is_stuck


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.usefixtures("paper")
async def test_an_error_in_the_cache_is_a_problem_document(
    client: httpx.AsyncClient,
    app: Application,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    method: str,
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(app.state.response_cache, "prepare", broken)

    answer = await client.request(method, "/v1/issues")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    request_id = answer.headers["x-request-id"]
    assert any(request_id in record.getMessage() for record in caplog.records)
    if method == "GET":
        told = answer.json()
        assert (told["code"], told["request_id"]) == ("internal_error", request_id)
        assert "secret" not in answer.text


@pytest.mark.usefixtures("paper")
async def test_an_answer_that_cannot_be_cached_is_sent_all_the_same(
    client: httpx.AsyncClient,
    app: Application,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(app.state.response_cache, "admit", broken)

    with caplog.at_level(logging.ERROR):
        answer = await client.get("/v1/issues")

    assert answer.status_code == 200
    assert "answer_not_cached" in caplog.text
