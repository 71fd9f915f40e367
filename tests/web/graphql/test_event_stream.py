"""Results as server-sent events, on real sockets and without."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine, delete

from app.config import Settings
from app.models import event as models
from app.web.graphql.transport import event_stream
from app.web.graphql.transport.subscription_source import outcomes_of
from app.web.http import server_sent_events
from tests import factories
from tests.servers.uvicorn import Connection
from tests.web.graphql.live import PUBLISHED, Spoken, scope_of, serving, until_followed

KEY = "amp_stream_0123456789abcdef"
ACCEPT = {"Accept": "text/event-stream"}
EDITOR = {"Authorization": f"Bearer {KEY}"}

Event = tuple[str, dict[str, Any] | None]


def events_in(text: str) -> list[Event]:
    """Read a stream; comments are no events."""
    return [event for part in text.split("\n\n") if (event := _event(part)) is not None]


def _event(part: str) -> Event | None:
    if not part or part.startswith(":"):
        return None
    first, second = part.split("\n")
    assert first.startswith("event: ")
    assert second.startswith("data:")
    data = second.removeprefix("data:").strip()
    return first.removeprefix("event: "), json.loads(data) if data else None


@pytest.fixture(scope="module")
def paper(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[httpx.Client]:
    """A client of a server."""
    settings = _settings(tmp_path_factory.mktemp("stream") / "paper.db", sqlite_template)
    with (
        serving(settings) as (port, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        yield client


@contextmanager
def following(paper: httpx.Client, method: str = "GET") -> Iterator[Iterator[str]]:
    """The lines of a stream that is open; the first sign of life is behind."""
    sent: dict[str, Any] = (
        {"params": {"query": PUBLISHED}} if method == "GET" else {"json": {"query": PUBLISHED}}
    )
    with paper.stream(method, "/graphql", headers=ACCEPT, **sent) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-request-id"].startswith("req_")
        lines = answer.iter_lines()
        assert [next(lines), next(lines)] == [":", ""]
        yield lines


def publish(paper: httpx.Client, number: int) -> None:
    made = paper.post("/v1/issues?publish=true", json=factories.make_issue(number), headers=EDITOR)
    assert made.status_code == 201, made.text


@pytest.mark.end_to_end
@pytest.mark.parametrize(("method", "number"), [("GET", 1), ("POST", 2)])
def test_a_publication_is_an_event(paper: httpx.Client, method: str, number: int) -> None:
    with following(paper, method) as lines:
        publish(paper, number)

        assert next(lines) == "event: next"
        data = json.loads(next(lines).removeprefix("data: "))
        assert data["data"]["issuePublished"]["number"] == number
        assert data["extensions"]["cost"]["limit"] == 1000
        assert next(lines) == ""


def _settings(path: Path, template: Path) -> Settings:
    path.write_bytes(template.read_bytes())
    return Settings(
        _env_file=None,
        database_url=f"sqlite:///{path}",
        public_url="http://paper.test",
        rate_limit="0",
        bootstrap_key=SecretStr(KEY),
    )


def _errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.end_to_end
def test_who_goes_away_with_a_request_behind_is_an_error_to_nobody(
    tmp_path: Path,
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing is read while a request waits, so that the next sign of life meets nobody."""
    monkeypatch.setattr(server_sent_events, "KEEP_ALIVE_SECONDS", 0.1)
    follow = f"GET /graphql?{urlencode({'query': PUBLISHED})} HTTP/1.1\r\nHost: paper.test\r\n"
    behind = "GET /v1/issues HTTP/1.1\r\nHost: paper.test\r\n\r\n"
    settings = _settings(tmp_path / "paper.db", sqlite_template)
    with serving(settings) as (port, server):
        connection = Connection(port)
        connection.send(f"{follow}Accept: text/event-stream\r\n\r\n{behind}".encode())
        received = b""
        while b":\n\n" not in received:  # the head may come by itself
            part = connection.socket.recv(4_096)
            assert part, received
            received += part
        connection.close()
        until = time.monotonic() + 30
        while server.server_state.tasks and time.monotonic() < until:
            time.sleep(0.05)
        assert not server.server_state.tasks
    assert _errors(caplog) == []


@pytest.mark.slow
@pytest.mark.end_to_end
def test_a_server_that_ends_waits_for_no_stream(
    tmp_path: Path, sqlite_template: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = _settings(tmp_path / "paper.db", sqlite_template)
    with (
        serving(settings) as (port, server),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
        following(client) as lines,
    ):
        server.should_exit = True
        with pytest.raises(httpx.RemoteProtocolError):
            next(lines)
    assert _errors(caplog) == []  # uvicorn would tell of tasks that it had to cancel


@pytest.mark.end_to_end
def test_two_may_follow_by_the_same_address(paper: httpx.Client) -> None:
    with following(paper), following(paper):
        pass


@pytest.mark.end_to_end
def test_an_open_stream_does_not_fill_the_edge(paper: httpx.Client) -> None:
    """What others read is answered meanwhile."""
    with following(paper):
        assert paper.get("/v1/issues").status_code == 200
        assert paper.get("/graphql", params={"query": "{ __typename }"}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_query_has_one_result_and_is_complete(
    client: httpx.AsyncClient, method: str
) -> None:
    query = "{ latestIssue { number } }"
    sent = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}

    for _ in range(2):
        answer = await client.request(method, "/graphql", headers=ACCEPT, **sent)  # type: ignore[arg-type]

        (first, second) = events_in(answer.text)
        assert first[0] == "next"
        assert first[1] is not None
        assert first[1]["data"] == {"latestIssue": None}
        assert second == ("complete", None)
        assert answer.text.endswith("event: complete\ndata:\n\n")
        assert answer.headers["cache-control"] == "private, no-store"
        assert "etag" not in answer.headers
        assert "Accept" in answer.headers["vary"]


REFUSED = {
    "syntax": ({"query": "{"}, "syntax_error"),
    "validation": ({"query": "{ nothing }"}, "invalid_query"),
    "variables": ({"query": "query ($n: Int!) { issue(number: $n) { id } }"}, "invalid_variables"),
    "variables of a subscription": (
        {"query": "subscription ($n: Boolean!) { issuePublished { id @skip(if: $n) } }"},
        "invalid_variables",
    ),
    "cost": (
        {"query": "{ issues(first: 100) { nodes { sections { slug } } } }"},
        "too_costly",
    ),
    "operation": ({"query": "{ __typename }", "operationName": "A"}, "unknown_operation"),
}


@pytest.mark.parametrize(("sent", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_is_wrong_with_a_query_is_told_in_the_stream(
    client: httpx.AsyncClient, sent: dict[str, Any], code: str
) -> None:
    answer = await client.post("/graphql", json=sent, headers=ACCEPT)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    (first, second) = events_in(answer.text)
    assert first[0] == "next"
    assert first[1] is not None
    assert first[1]["errors"][0]["extensions"] == {
        "code": code,
        "request_id": answer.headers["x-request-id"],
    }
    assert "data" not in first[1]
    assert second == ("complete", None)


@pytest.mark.parametrize(
    ("body", "status"), [(b"[]", 400), (b"{", 400), (b'{"query":1}', 400), (b"x" * 300_000, 413)]
)
async def test_what_is_no_request_is_refused_over_http(
    client: httpx.AsyncClient, body: bytes, status: int
) -> None:
    headers = {**ACCEPT, "Content-Type": "application/json"}

    answer = await client.post("/graphql", content=body, headers=headers)

    assert answer.status_code == status
    assert "json" in answer.headers["content-type"]


async def test_a_wrong_key_is_a_401(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/graphql",
        json={"query": PUBLISHED},
        headers={**ACCEPT, "Authorization": "Bearer amp_nobody_0123456789abcdef"},
    )

    assert answer.status_code == 401


async def test_too_many_are_a_429(client: httpx.AsyncClient, app: FastAPI) -> None:
    caller = "address:127.0.0.1"
    opened = [await app.state.graphql.subscriptions.subscribe(caller) for _ in range(500)]

    answer = await client.post("/graphql", json={"query": PUBLISHED}, headers=ACCEPT)

    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many_subscriptions"
    assert answer.headers["retry-after"] == "60"
    assert len(opened) == 500


async def test_head_has_no_stream(client: httpx.AsyncClient) -> None:
    answer = await client.head("/graphql", params={"query": PUBLISHED}, headers=ACCEPT)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.both_databases
async def test_a_mutation_is_one_result_and_complete(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    query = """mutation ($input: IssueInput!) {
        createIssue(input: $input) { __typename ... on Problem { code detail } }
    }"""
    member = {"date": "2026-05-03", "sections": []}
    sent = {"query": query, "variables": {"input": member}}

    answer = await client.post("/graphql", json=sent, headers={**editor, **ACCEPT})

    (first, second) = events_in(answer.text)
    assert first[1] is not None
    assert first[1]["data"]["createIssue"]["__typename"] == "IssueSaved"
    assert second == ("complete", None)
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert (await client.get("/v1/issues?status=draft", headers=editor)).json()["page"]["total"]


# ---------------------------------------------------------------------------- an open stream


async def stream(app: FastAPI, query: str = "subscription{issuePublished{number}}") -> Spoken:
    """A stream of publications, heard until its first sign of life."""
    query_string = urlencode({"query": query}).encode()
    headers = [(b"host", b"paper.test"), (b"accept", b"text/event-stream")]
    scope = scope_of(app, "http", method="GET", query_string=query_string, headers=headers)
    stream = Spoken(app, scope)
    await stream.tell({"type": "http.request", "body": b"", "more_body": False})
    assert (await stream.hear())["type"] == "http.response.start"
    assert (await stream.hear())["body"] == b":\n\n"
    return stream


async def leave(stream: Spoken) -> None:
    await stream.tell({"type": "http.disconnect"})
    async with asyncio.timeout(30):
        await stream.task


@pytest.mark.both_databases
async def test_who_goes_away_follows_no_more(app: FastAPI) -> None:
    followed = await stream(app)
    await until_followed(app, 1)

    await leave(followed)

    assert len(app.state.graphql.subscriptions) == 0


async def test_there_are_signs_of_life_and_events_between_them(
    app: FastAPI,
    client: httpx.AsyncClient,
    editor: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server_sent_events, "KEEP_ALIVE_SECONDS", 0.02)
    followed = await stream(app)
    heard = [(await followed.hear())["body"] for _ in range(3)]

    made = await client.post(
        "/v1/issues?publish=true", json=factories.make_issue(1), headers=editor
    )
    assert made.status_code == 201
    while (body := (await followed.hear())["body"]) == b":\n\n":
        pass

    assert heard == [b":\n\n"] * 3
    assert events_in(body.decode())[0][1] == {
        "data": {"issuePublished": {"number": 1}},
        "extensions": {"cost": {"requested": 1, "limit": 1000}},
    }
    await leave(followed)


async def test_what_ends_a_stream_is_told_in_it(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], engine: Engine
) -> None:
    start = (await client.get("/v1/events?after=latest")).json()["page"]["next_cursor"]
    made = await client.post(
        "/v1/issues?publish=true", json=factories.make_issue(1), headers=editor
    )
    assert made.status_code == 201
    with engine.begin() as connection:
        connection.execute(delete(models.Event))

    followed = await stream(app, f'subscription{{events(after:"{start}"){{id}}}}')

    first, second, third = [await followed.hear() for _ in range(3)]

    ((_, data),) = events_in(first["body"].decode())
    assert data is not None
    assert data["errors"][0]["extensions"]["code"] == "cursor_expired"
    assert second["body"] == b"event: complete\ndata:\n\n"
    assert third == {"type": "http.response.body", "body": b"", "more_body": False}
    await followed.task


async def test_nothing_of_a_stream_is_kept(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time it is carried out."""
    carried_out = []

    def noting(*arguments: Any, **named: Any) -> Any:
        carried_out.append(arguments)
        return outcomes_of(*arguments, **named)

    monkeypatch.setattr(event_stream, "outcomes_of", noting)
    for _ in range(3):
        await client.get("/graphql", params={"query": "{ __typename }"}, headers=ACCEPT)

    assert len(carried_out) == 3
