"""Queries by POST that the protocol class answers: the same as through ASGI, and counted once."""

import asyncio
import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from app.config import Settings
from app.web.graphql.transport.execution import Outcome, Prepared
from app.web.server.direct_responses import Direct, DirectResponses
from app.web.server.protocol import HEAD_SLICE_BYTES
from tests import factories
from tests.servers.uvicorn import Connection, exchange, serving

pytestmark = pytest.mark.end_to_end

KEY = "amp_wire_0123456789abcdef"
_DIFFERING = re.compile(rb"(?im)^(date|x-request-id): .*$|req_[0-9a-f]{24}|;t=\d+")
CLOSE = b"\r\nConnection: close\r\n\r\n"
_TOLD = re.compile(rb'HTTP/1.1 200 OK|latestIssue|"number":94|errors')
"""The statuses, and what each body begins with."""
_ETAG = re.compile(rb"(?im)^etag: .*$")

ONE = "query One($n: Int) { issue(number: $n) { number title lead { headline } tools { name } } }"
LIST = (
    "query List($n: Int, $after: String) { issues(first: $n, after: $after) { nodes { title } } }"
)
BODIES: tuple[dict[str, Any], ...] = (
    {"query": ONE, "variables": {"n": 95}},
    {"query": ONE, "variables": {"n": 94}, "operationName": "One"},
    {"query": ONE, "variables": {"n": 404}},
    {"query": ONE, "variables": {"n": "no number"}},
    {"query": ONE, "operationName": "Other"},
    {"query": ONE},
    {"query": LIST, "variables": {"n": 2}},
    {"query": LIST, "variables": {"n": 101}},
    {"query": LIST, "variables": {"after": "junk"}},
    {"query": '{ issues(to: "1999-01-01") { nodes { title } totalCount } }'},
    {"query": "{ a: issue(number: 94) { title } b: issue(number: 95) { title } }"},
    {"query": "{ latestIssue { sections { slug issue { number } } claims { verdict } } }"},
    {"query": "{ latestIssue { previous { title } next { title } } }"},
    {"query": '{ search(query: "weights") { nodes { title } } }'},
    {"query": "mutation { never }"},
    {"query": "{ latestIssue { title "},
    {"variables": {}},
)
FIELDS = (
    *(b"Accept: */*", b"Accept: application/graphql-response+json", b"Accept: text/html"),
    *(b"Accept-Encoding: gzip", b"Content-Encoding: gzip", b"X-Other: " + b"x" * 1_500),
    *(b"Authorization: Bearer amp_x_y", b"Cookie: a=b", b"If-None-Match: *"),
)


@pytest.fixture
def two(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[int, int]]:
    """Ports of two servers on one paper: direct responses on, and off."""
    path = tmp_path / "paper.db"
    path.write_bytes(sqlite_template.read_bytes())
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{path}",
        public_url="http://paper.test",
        rate_limit="2000/3600",
        bootstrap_key=SecretStr(KEY),
    )
    with ExitStack() as stack:
        ports = [
            stack.enter_context(serving(settings.model_copy(update={"wire": wire})))
            for wire in (True, False)
        ]
        for document in (factories.whole_issue(), factories.issue(date="2026-05-02", number=94)):
            answer = httpx.post(
                f"http://127.0.0.1:{ports[0]}/v1/issues?publish=true",
                json=document,
                headers={"Authorization": f"Bearer {KEY}"},
            )
            assert answer.status_code == 201, answer.text
        yield ports[0], ports[1]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each POST that was held: whether it had a direct response."""
    told: list[bool] = []
    respond = DirectResponses.respond_to_post

    def noted(self: DirectResponses, *arguments: Any) -> Direct:
        direct = respond(self, *arguments)
        told.append(direct.response is not None)
        return direct

    monkeypatch.setattr(DirectResponses, "respond_to_post", noted)
    return told


def posting(body: bytes, *fields: bytes) -> bytes:
    lines = (b"Host: paper.test", b"Content-Type: application/json", *fields)
    head = b"".join(line + b"\r\n" for line in lines)
    return b"POST /graphql HTTP/1.1\r\n%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


def plain(answer: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Without what differs between two equal answers; answers with errors name the request."""
    head, body = (_DIFFERING.sub(b"", part) for part in answer)
    return (_ETAG.sub(b"", head) if b'"errors"' in body else head), body


def test_posts_are_answered_as_through_asgi(two: tuple[int, int], written: list[bool]) -> None:
    chance = random.Random(1)
    connections = [Connection(port) for port in two]
    for _ in range(150):
        fields = [field for field in FIELDS if chance.random() < 0.06]
        sent = posting(orjson.dumps(chance.choice(BODIES)), *fields)
        cut = chance.choice((None, None, None, sent.index(b"\r\n\r\n") + 4, -3))
        answers = []
        for connection in connections:
            connection.send(sent[:cut])
            if cut is not None:
                connection.send(sent[cut:])
            answers.append(plain(connection.read_answer()))

        assert answers[0] == answers[1], sent
    for connection in connections:
        connection.socket.close()
    assert written.count(True) > 20
    assert written.count(False) > 20


def test_what_follows_a_post_in_its_packet_is_answered_in_order(
    two: tuple[int, int], written: list[bool]
) -> None:
    first, unknown = (
        posting(orjson.dumps({"query": query})) for query in ("{ latestIssue { slug } }", "{ a }")
    )
    get = b"GET /v1/issues/94 HTTP/1.1\r\nHost: paper.test\r\n\r\n"
    for _ in range(3):
        sent = first + get + unknown + first + get.replace(b"\r\n\r\n", CLOSE)
        answers = [exchange(port, sent) for port in two]

        told = [_TOLD.findall(each) for each in answers]
        assert told[0] == told[1]
        assert told[0].count(b"HTTP/1.1 200 OK") == 5
    assert True in written


def test_of_queries_in_one_packet_one_is_executed_before_others_have_a_turn(
    two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may take as long as its cost allows; a packet holds ten and more."""
    has_task: list[bool] = []
    execute = Prepared.execute

    async def noted(self: Prepared, root: object = None) -> Outcome:
        has_task.append(asyncio.current_task() is not None)
        return await execute(self, root)

    monkeypatch.setattr(Prepared, "execute", noted)
    bodies = [orjson.dumps({"query": LIST, "variables": {"n": n}}) for n in range(1, 8)]
    connection = Connection(two[0])
    connection.send(posting(bodies[0]))
    connection.read_answer()
    sent = b"".join(map(posting, bodies[1:]))
    assert len(sent) < HEAD_SLICE_BYTES
    connection.send(sent + b"GET /v1/issues/94 HTTP/1.1\r\nHost: paper.test" + CLOSE)
    answered = connection.read_all()
    connection.close()

    assert answered.count(b"HTTP/1.1 200 OK") == 7
    assert len(has_task) == 7
    assert has_task[1:].count(False) == 1


def test_a_query_that_waits_is_cached_too(
    tmp_path: Path,
    sqlite_papers: Callable[[str | None], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Subjects are read together, for which the first of them waits."""
    path = tmp_path / "paper.db"
    path.write_bytes(sqlite_papers("demo").read_bytes())
    executed: list[Prepared] = []
    execute = Prepared.execute

    async def noted(self: Prepared, root: object = None) -> Outcome:
        executed.append(self)
        return await execute(self, root)

    monkeypatch.setattr(Prepared, "execute", noted)
    query = "query($n: Int) { issue(number: $n) { trending { subject { id } } } }"
    with serving(Settings(_env_file=None, database_url=f"sqlite:///{path}")) as port:
        connection = Connection(port)
        for number in (11, 12, 12, 12):
            before = len(executed)
            connection.send(posting(orjson.dumps({"query": query, "variables": {"n": number}})))
            assert b'"subject":{"id"' in connection.read_answer()[1]
        connection.close()

    assert len(executed) == before


def test_a_read_that_finds_nothing_is_counted_once(two: tuple[int, int]) -> None:
    urls = [f"http://127.0.0.1:{port}/v1/issues/404" for port in two]
    plain_ = {"Accept-Encoding": "identity"}
    told = [[httpx.get(url, headers=plain_) for _ in range(3)] for url in urls]

    left = [[answer.headers["ratelimit"].split(";")[1] for answer in each] for each in told]
    assert left[0] == left[1]
    assert [answer.status_code for each in told for answer in each] == [404] * 6
