"""Queries by POST are answered from the response cache: the same bytes, counted, never private."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from starlette.types import Message

from app.config import Settings
from app.web.caching import posted
from app.web.caching.groups import BoundedGroups
from app.web.graphql.documents.persisted import sha256_of
from app.web.graphql.transport.execution import Outcome, Prepared
from tests.counted import counted
from tests.web.graphql.conftest import RESPONSE, Partner

QUERY = "query Latest { latestIssue { number title } }"
BY_NUMBER = "query One($number: Int) { issue(number: $number) { number title } }"
PRIVATE = "private, no-store"
JSON = "application/json"

pytestmark = pytest.mark.usefixtures("twelve_issues")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "600/60"})


def told(answer: httpx.Response) -> dict[str, str]:
    """The header fields, but for those that name or count the request."""
    return {k: v for k, v in answer.headers.items() if k not in ("x-request-id", "ratelimit")}


async def is_ready(partner: Partner, body: Any, **headers: str) -> bool:
    """Whether a body is answered without a statement."""
    with counted() as statements:
        answer = await partner.post(body, headers)
    assert answer.status_code == 200, answer.text
    return not statements


@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_a_ready_answer_is_what_the_route_answers(
    partner: Partner, accept: str, coding: str
) -> None:
    body = {"query": "{ issues(first: 5) { nodes { title summary lead { body } } } }"}
    asked = {"Accept": accept, "Accept-Encoding": coding}
    first = await partner.post(body, asked)
    with counted() as statements:
        ready = await partner.post(body, {**asked, "If-None-Match": first.headers["etag"]})

    assert statements == []
    assert (ready.status_code, ready.content) == (200, first.content)
    assert told(ready) == told(first)
    assert ready.headers["cache-control"] == PRIVATE
    assert "cost" in ready.json()["extensions"]
    assert ready.headers["x-request-id"] != first.headers["x-request-id"]


async def test_ready_answers_are_counted(app: FastAPI, partner: Partner) -> None:
    left = [(await partner.post({"query": QUERY})).headers["ratelimit"] for _ in range(3)]
    for _ in range(597):
        await app.state.limiter.hit("address:127.0.0.1")
    refused = await partner.post({"query": QUERY})

    assert [each.split(";")[1] for each in left] == ["r=599", "r=598", "r=597"]
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"


async def test_one_meaning_has_one_answer(app: FastAPI, partner: Partner) -> None:
    spellings: list[Any] = [
        {"query": QUERY},
        {"query": QUERY, "variables": {}},
        {"variables": None, "query": QUERY, "operationName": None},
        {"query": QUERY, "operationName": ""},
        {"query": QUERY, "variables": {"undeclared": 1}, "extensions": {"trace": 2}},
        orjson.dumps({"query": QUERY}, option=orjson.OPT_INDENT_2),
        b'{"query": "query Latest\\u0020{ latestIssue { number title } }"}',
    ]
    answers = {(await partner.post(body)).content for body in spellings}

    assert len(answers) == 1
    assert len(app.state.response_cache) == 1
    assert all([await is_ready(partner, body) for body in spellings])


async def test_each_meaning_has_its_own_answer(partner: Partner) -> None:
    two = "query A { latestIssue { number } } query B { latestIssue { title } }"
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(QUERY)}}
    bodies: list[Any] = [
        {"query": QUERY},
        {"query": QUERY + " "},
        {"query": two, "operationName": "A"},
        {"query": two, "operationName": "B"},
        *({"query": BY_NUMBER, "variables": {"number": number}} for number in (11, 12)),
        {"query": QUERY, "extensions": hashed},
        {"extensions": hashed},
    ]
    for _ in range(2):
        answers = [await partner.post(body) for body in bodies]
        data = [orjson.dumps(each.json()["data"]) for each in answers]
        assert len(set(data)) == 5
        assert data[0] == data[1] == data[6] == data[7]
        controls = [each.headers["cache-control"] for each in answers]
        assert controls[:6] == [PRIVATE] * 6
        assert all(control.startswith("public") for control in controls[6:])
    # A query with its hash always reaches the route, which learns it.
    assert [await is_ready(partner, body) for body in bodies] == [
        *[True] * 6,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "session=1"},
        {"Idempotency-Key": "a"},
        {"Content-Type": "application/json; charset=UTF8"},
        {"Accept": "text/event-stream"},
        {"Expect": "100-continue"},
    ],
    ids=str,
)
async def test_other_requests_reach_the_routes(partner: Partner, headers: dict[str, str]) -> None:
    for _ in range(2):
        assert not await is_ready(partner, {"query": QUERY}, **headers)


async def test_what_the_routes_refuse_is_refused_beside_a_ready_answer(
    client: httpx.AsyncClient, partner: Partner
) -> None:
    body = orjson.dumps({"query": QUERY})
    assert not await is_ready(partner, body)
    assert await is_ready(partner, body)

    async def status(path: str = "/graphql", content: Any = body, **headers: str) -> int:
        given = {"Content-Type": JSON, **headers}
        return (await client.post(path, content=content, headers=given)).status_code

    async def chunks() -> Any:
        yield body

    assert await status(Authorization="Bearer no") == 401
    assert await status(**{"Content-Encoding": "gzip"}) == 415
    assert await status(**{"Content-Type": "application/json; charset=utf-16"}) == 415
    assert await status(**{"Content-Type": "text/plain"}) == 415
    assert await status(Accept="text/plain") == 406
    assert await status("/graphql?key=amp_live_x") == 400
    assert await status(Host="a b") == 400
    assert await status(content=b'{"query": "{__typename}", ' + body[1:]) == 400
    assert await status(content=b"[" + body + b"]") == 400
    assert await status(content=chunks()) == 200


async def test_what_is_private_or_fails_is_never_kept(
    app: FastAPI, partner: Partner, desk: Partner
) -> None:
    for caller, query in (
        (desk, QUERY),
        (partner, 'mutation { deleteIssue(ref: "1", ifRevision: 1) { __typename } }'),
        (partner, "subscription { issuePublished { number } }"),
        (partner, "{ issue(number: 99) { title } }"),
        (partner, "{ issue { number } }"),
        (partner, "{ nothing }"),
        (partner, "{"),
        (partner, '{ latestIssue { title } broken: search(query: "") { totalCount } }'),
    ):
        answer = await caller.post({"query": query})
        assert answer.headers["cache-control"] == PRIVATE
    assert len(app.state.response_cache) == 0


async def test_a_write_is_seen_by_the_next_query(partner: Partner, desk: Partner) -> None:
    for _ in range(2):
        await partner.post({"query": QUERY})
    await desk.ask(
        'mutation { updateIssue(ref: "12", ifRevision: 1, patch: {title: "New"}, publish: true)'
        " { __typename } }"
    )

    assert (await partner.ask(QUERY))["latestIssue"]["title"] == "New"


async def test_equal_queries_at_once_are_executed_once(partner: Partner) -> None:
    body = {"query": QUERY}
    with counted() as alone:
        await partner.post(body)
    other = {"query": QUERY + "\n"}
    with counted() as together:
        answers = await asyncio.gather(*(partner.post(other) for _ in range(10)))

    assert len(together) == len(alone) > 0
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    "query",
    [
        "{ issue(number: 404) { title } }",
        '{ latestIssue { title } broken: search(query: "") { totalCount } }',
        "query A($n: Int) { issue(number: $n) { title } }",
        QUERY + "  ",
    ],
)
async def test_nothing_is_carried_out_or_counted_twice(
    app: FastAPI, partner: Partner, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """Whether the fast path or the endpoint answers."""
    executed: list[str] = []
    execute = Prepared.execute

    async def noted(self: Prepared, root: object = None) -> Outcome:
        executed.append(query)
        return await execute(self, root)

    monkeypatch.setattr(Prepared, "execute", noted)
    body = {"query": query, "variables": {"n": 3}}
    answers = []
    for _ in range(3):
        app.state.response_cache.clear()
        answers.append(await partner.post(body, {"Accept-Encoding": "identity"}))

    assert len(executed) == 3
    left = [answer.headers["ratelimit"].split(";")[1] for answer in answers]
    assert left == ["r=599", "r=598", "r=597"]
    # The ETag of an answer with errors follows from the request id in it.
    fields = [{**told(answer), "etag": ""} for answer in answers]
    assert fields[1:] == fields[:1] * 2
    bodies = [
        answer.content.replace(answer.headers["x-request-id"].encode(), b"") for answer in answers
    ]
    assert bodies[1:] == bodies[:1] * 2


class TestBounds:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"cache_bytes": 400_000, "rate_limit": "0"})

    async def test_one_document_takes_an_eighth_at_most(
        self, app: FastAPI, client: httpx.AsyncClient, partner: Partner
    ) -> None:
        cache = app.state.response_cache
        for path in ("/v1/issues", "/v1/tools"):
            await client.get(path)
        query = "query Many($first: Int) { issues(first: $first) { nodes { number } } }"
        for first in range(1, 101):
            await partner.post({"query": query, "variables": {"first": first}})
            await partner.post({"query": query, "variables": {"first": 1}})

        assert cache.size <= 400_000
        assert 5 < len(cache) < 20
        assert cache.holds(b"/v1/issues")
        assert await is_ready(partner, {"query": query, "variables": {"first": 100}})
        # What is asked for again and again stays.
        assert await is_ready(partner, {"query": query, "variables": {"first": 1}})

    async def test_spellings_of_one_query_take_no_room(
        self, app: FastAPI, partner: Partner
    ) -> None:
        cache = app.state.response_cache
        await partner.post({"query": QUERY})
        before = cache.size
        for extra in range(50):
            await partner.post({"query": QUERY, "variables": {"extra": extra}})

        assert len(cache) == 1
        assert cache.size < before + 2_000
        cache.clear()
        assert cache.size == 0


def test_a_group_gives_up_its_oldest() -> None:
    groups = BoundedGroups(100)

    assert groups.put(b"one", b"a", 40) == []
    assert groups.put(b"one", b"b", 40) == []
    groups.touch(b"one", b"a")
    assert groups.put(b"two", b"c", 90) == []
    assert groups.put(b"one", b"d", 40) == [b"b"]
    groups.remove(b"one", b"b")
    assert groups.put(b"one", b"d", 200) == [b"a"]
    for key in (b"a", b"d"):
        groups.remove(b"one", key)
    groups.remove(b"two", b"c")
    assert len(groups) == 0


def scope_of(body: bytes) -> dict[str, Any]:
    headers = [
        (b"host", b"paper.test"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.1", 1),
        "server": ("paper.test", 80),
        "state": {},
    }


async def sent_by(app: FastAPI, body: bytes, *messages: Message) -> list[Message]:
    """What the application sends to a client that sends some messages, and then nothing."""
    waiting, sent = list(messages), []

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await asyncio.wait_for(app(scope_of(body), receive, send), 10)
    return sent


async def test_a_body_in_pieces_is_handed_on_whole(app: FastAPI) -> None:
    body = orjson.dumps({"query": QUERY})
    pieces = [
        {"type": "http.request", "body": body[at : at + 7], "more_body": at + 7 < len(body)}
        for at in range(0, len(body), 7)
    ]

    for _ in range(2):
        start, *rest = await sent_by(app, body, *pieces)
        whole = b"".join(message["body"] for message in rest)
        assert start["status"] == 200
        assert orjson.loads(whole)["data"]["latestIssue"]["number"] == 12


async def test_a_client_that_is_gone_gets_nothing(app: FastAPI) -> None:
    body = orjson.dumps({"query": QUERY})
    piece = {"type": "http.request", "body": body[:9], "more_body": True}

    assert await sent_by(app, body, piece, {"type": "http.disconnect"}) == []


async def test_a_body_that_does_not_end_is_refused_in_time(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posted, "BODY_TIMEOUT_SECONDS", 0.05)
    body = orjson.dumps({"query": QUERY})
    piece = {"type": "http.request", "body": body[:9], "more_body": True}

    start, answer = await sent_by(app, body, piece)

    assert start["status"] == 408
    (error,) = orjson.loads(answer["body"])["errors"]
    assert error["extensions"]["code"] == "body_timeout"
