"""`GET /v1/events`: pages, long polls and event streams, and what each caller may see of them."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from tests import factories
from tests.conftest import Clock
from tests.counted import counted
from tests.web.graphql.live import Spoken, scope_of
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.anyio

STREAM = "text/event-stream"


async def log_of(desk: Desk, query: str = "") -> Any:
    answer = await desk.get(f"/v1/events{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    return answer.json()


def types(log: Any) -> list[str]:
    return [event["type"] for event in log["data"]]


@pytest.mark.both_databases
async def test_the_public_reads_public_events_in_a_sequence_of_its_own(
    desk: Desk, public: Desk, holder: Callable[..., Desk], clock: Clock
) -> None:
    await desk.create()
    await desk.patch("1", {"title": "Saved"})
    await desk.act("1", "publish")
    await desk.create(factories.issue(date="2026-05-04"))
    await desk.patch("1", {"title": "Saved again"})
    await desk.act("1", "publish")

    seen = await log_of(public)
    everything = await log_of(holder("drafts:read"))

    assert types(seen) == ["issue.published", "issue.updated"]
    assert [event["sequence"] for event in seen["data"]] == [1, 2]
    assert (await log_of(holder()))["data"] == seen["data"]
    assert types(everything) == [
        *("issue.created", "issue.saved", "issue.published"),
        *("issue.created", "issue.saved", "issue.updated"),
    ]
    assert [event["sequence"] for event in everything["data"]] == [1, 2, 3, 4, 5, 6]
    published = seen["data"][0]
    assert published["id"] == everything["data"][2]["id"]
    assert published["timestamp"] == "2026-05-03T06:00:00Z"
    assert published["data"]["html"] == "http://paper.test/issues/1"
    issue = await public.get("/v1/issues/1", accept_encoding="identity")
    assert seen["data"][1]["data"]["etag"] == issue.headers["etag"]
    assert seen["data"][1]["data"]["changed"] == ["/title"]
    page = await log_of(public, "?types=issue.saved")
    assert (page["data"], page["page"]["has_more"]) == ([], False)


@pytest.mark.both_databases
async def test_a_reader_goes_on_from_its_cursor(desk: Desk, public: Desk) -> None:
    end = (await log_of(public, "?after=latest"))["page"]
    assert end == {
        "limit": 20,
        "next_cursor": end["next_cursor"],
        "has_more": False,
        "truncated": False,
    }
    for number in (1, 2, 3):
        await desk.create(factories.make_issue(number), publish=True)

    with counted() as seen:
        first = await log_of(public, f"?limit=2&after={end['next_cursor']}")
    rest = await log_of(public, f"?limit=2&after={first['page']['next_cursor']}")
    nothing = await log_of(public, f"?after={rest['page']['next_cursor']}")

    numbers = [event["data"]["issue"]["number"] for event in first["data"] + rest["data"]]
    assert numbers == [1, 2, 3]
    assert (first["page"]["has_more"], rest["page"]["has_more"]) == (True, False)
    assert nothing["data"] == []
    assert nothing["page"]["next_cursor"] == rest["page"]["next_cursor"]
    assert (await log_of(public))["data"] == first["data"] + rest["data"]
    assert len(seen) == 2, seen  # the end of the log, for the cursor; the events


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?after=nonsense", "invalid_cursor"),
        ("?after=", "invalid_cursor"),
        (f"?after={'a' * 501}", "invalid_parameter"),
        ("?types=issue", "invalid_parameter"),
        ("?types=issue.publish", "invalid_parameter"),
        ("?types=", "invalid_parameter"),
        (f"?types={'a' * 501}", "invalid_parameter"),
        ("?limit=0", "invalid_parameter"),
        ("?limit=101", "invalid_parameter"),
        ("?wait=31", "invalid_parameter"),
        ("?wait=-1", "invalid_parameter"),
        ("?wait=NaN", "invalid_parameter"),
        ("?cursor=x", "unknown_parameter"),
    ],
)
async def test_a_wrong_parameter_is_refused(public: Desk, query: str, code: str) -> None:
    for accept in ("application/json", STREAM):
        answer = await public.get(f"/v1/events{query}", accept=accept)

        assert refusal(answer) == (400, code)
        (fault,) = answer.json()["errors"]
        assert fault["parameter"] == query[1:].partition("=")[0]
        assert len(answer.text) < 1_500


async def test_another_form_is_not_offered(public: Desk) -> None:
    answer = await public.get("/v1/events", accept="text/html")

    assert refusal(answer) == (406, "not_acceptable")


async def test_a_cursor_that_shows_drafts_is_no_use_without_the_scope(
    desk: Desk, public: Desk, holder: Callable[..., Desk]
) -> None:
    await desk.create()
    mine = (await log_of(holder("drafts:read")))["page"]["next_cursor"]
    theirs = (await log_of(public))["page"]["next_cursor"]

    assert refusal(await public.get(f"/v1/events?after={mine}")) == (400, "invalid_cursor")
    assert types(await log_of(desk, f"?after={theirs}")) == ["issue.created"]


@pytest.mark.both_databases
async def test_a_long_poll_ends_with_the_event_that_it_waits_for(desk: Desk, public: Desk) -> None:
    await desk.create()
    after = (await log_of(public, "?after=latest"))["page"]["next_cursor"]
    polls = [asyncio.create_task(log_of(public, f"?wait=20&after={after}")) for _ in range(3)]
    await asyncio.sleep(0.2)

    with counted() as seen:
        await desk.patch("1", {"title": "A draft, which the public does not see"})
        await asyncio.sleep(0.1)
        assert not any(poll.done() for poll in polls)
    await desk.act("1", "publish")
    logs = await asyncio.wait_for(asyncio.gather(*polls), timeout=30)

    assert [types(log) for log in logs] == [["issue.published"]] * 3
    # A draft does not wake those who may not see it.
    assert not [statement for statement in seen if "public_sequence >" in statement]


@pytest.mark.slow
async def test_a_long_poll_without_an_event_answers_in_time(public: Desk) -> None:
    started = time.monotonic()

    log = await log_of(public, "?wait=1")

    assert time.monotonic() - started > 0.9
    assert log["data"] == []
    assert log["page"]["next_cursor"]


@pytest.mark.slow
async def test_equal_long_polls_do_not_queue_for_each_other(public: Desk) -> None:
    started = time.monotonic()

    await asyncio.gather(*(log_of(public, "?wait=1") for _ in range(10)))

    assert time.monotonic() - started < 9


def stream_scope(app: FastAPI, query: str = "", **headers: str) -> dict[str, Any]:
    given = {"host": "paper.test", "accept": STREAM, **headers}
    return scope_of(
        app,
        "http",
        method="GET",
        path="/v1/events",
        raw_path=b"/v1/events",
        query_string=query.encode(),
        headers=[(name.encode(), value.encode()) for name, value in given.items()],
    )


class Stream(Spoken):
    """An event stream, without a socket."""

    async def begin(self) -> None:
        start = await self.hear()
        assert start["status"] == 200, start
        headers = dict(start["headers"])
        assert headers[b"content-type"].startswith(STREAM.encode())
        assert headers[b"cache-control"] == b"private, no-store"
        assert (await self.hear())["body"] == b":\n\n"

    async def next(self) -> tuple[str, Any]:
        """The cursor and the event of the next message."""
        body = (await self.hear())["body"].decode()
        first, second, *rest = body.split("\n")
        assert rest == ["", ""]
        return first.removeprefix("id: "), orjson.loads(second.removeprefix("data: "))


@pytest.mark.both_databases
async def test_a_stream_sends_what_happens_and_resumes_behind_its_last_id(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    await desk.create(factories.make_issue(1), publish=True)
    stream = Stream(app, stream_scope(app))
    await stream.begin()
    _, first = await stream.next()
    await desk.create(factories.make_issue(2), publish=True)
    cursor, second = await stream.next()
    await desk.create(factories.make_issue(3))
    assert await stream.is_silent()
    await stream.tell({"type": "http.disconnect"})
    await asyncio.wait_for(stream.task, timeout=30)
    due = clock() + timedelta(minutes=1)
    await desk.act("3", "schedule", {"publish_at": due.isoformat()})
    clock.advance(seconds=61)

    again = Stream(app, stream_scope(app, "after=latest", **{"last-event-id": cursor}))
    await again.begin()
    _, third = await again.next()
    await again.tell({"type": "http.disconnect"})
    await asyncio.wait_for(again.task, timeout=30)

    numbers = [event["data"]["issue"]["number"] for event in (first, second, third)]
    assert numbers == [1, 2, 3]
    assert [event["sequence"] for event in (first, second, third)] == [1, 2, 3]
    assert third["timestamp"] == due.isoformat().replace("+00:00", "Z")


async def test_a_stream_ends_with_the_key_that_opened_it(
    app: FastAPI, desk: Desk, key: Callable[..., str]
) -> None:
    presented = key("drafts:read", name="follower")
    stream = Stream(app, stream_scope(app, authorization=f"Bearer {presented}"))
    await stream.begin()
    await desk.send("DELETE", f"/v1/keys/{presented.split('_')[1]}")

    await desk.create()

    assert (await stream.hear()) == {
        "type": "http.response.body",
        "body": b"",
        "more_body": False,
    }


async def test_the_number_of_streams_is_limited(
    app: FastAPI, public: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.subscriptions, "most", 1)
    stream = Stream(app, stream_scope(app))
    await stream.begin()

    answer = await public.get("/v1/events", accept=STREAM)

    assert refusal(answer) == (429, "too_many_subscriptions")
    await stream.tell({"type": "http.disconnect"})
    await asyncio.wait_for(stream.task, timeout=30)
    assert len(app.state.subscriptions) == 0


async def test_head_answers_at_once(client: httpx.AsyncClient) -> None:
    for accept in ("application/json", STREAM):
        answer = await client.head("/v1/events?wait=30", headers={"Accept": accept})

        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"].startswith(accept)
