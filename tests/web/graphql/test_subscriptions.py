"""What is followed: each publication once, whoever made it, read once for however many follow."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, delete

from app.config import Settings
from app.content import event_feed
from app.content.access import COMMAND_LINE
from app.content.commands import issues
from app.content.commands.transaction import perform
from app.content.queries.newly_published import NewlyPublished, find_newly_published
from app.db import write_engine
from app.errors import BadRequest, DatabaseAway, RateLimited
from app.main import create_app
from app.models.event import Event
from app.web.graphql.documents.projection import Budget
from app.web.graphql.transport import subscriptions
from app.web.graphql.transport.service import graphql_of
from tests.conftest import Clock
from tests.factories import make_issue
from tests.web.graphql.live import (
    PUBLISHED,
    SUBPROTOCOL,
    Socket,
    Spoken,
    open_socket,
    scope_of,
    until_followed,
)

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

Headers = dict[str, str]


@pytest.fixture
async def socket(app: FastAPI) -> AsyncIterator[Socket]:
    async with open_socket(app) as socket:
        yield socket


@pytest.fixture
async def subscriber(app: FastAPI, socket: Socket) -> Socket:
    """A socket that follows."""
    await socket.subscribe()
    await until_followed(app)
    return socket


async def post(client: httpx.AsyncClient, editor: Headers, number: int, *, publish: bool) -> None:
    made = await client.post(
        f"/v1/issues?publish={str(publish).lower()}", json=make_issue(number), headers=editor
    )
    assert made.status_code == 201, made.text


async def act(client: httpx.AsyncClient, editor: Headers, path: str, **sent: Any) -> None:
    """Do something to issue 1."""
    guarded = {**editor, "If-Match": "*"}
    done = await client.post(f"/v1/issues/1/{path}", json=sent or None, headers=guarded)
    assert done.status_code == 200, done.text


async def test_what_is_published_is_told(
    client: httpx.AsyncClient, editor: Headers, subscriber: Socket
) -> None:
    await post(client, editor, 1, publish=True)

    assert await subscriber.event() == {"number": 1, "title": "Plain title 1"}
    assert await subscriber.is_silent()


async def test_an_event_has_the_whole_issue_and_its_neighbours(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, socket: Socket
) -> None:
    query = """
        subscription Follow($with: Boolean!) {
          issuePublished {
            id status publishedAt ...Beside @include(if: $with)
            lead { headline issue { number } }
            tools { name issue { previous { title } } }
          }
        }
        fragment Beside on Issue { previous { number lead { headline } } next { number } }
    """
    await post(client, editor, 1, publish=True)
    payload = {"query": query, "variables": {"with": True}}
    await socket.send({"type": "subscribe", "id": "a", "payload": payload})
    await until_followed(app)

    await post(client, editor, 2, publish=True)

    event = await socket.event()
    asked = {
        **payload,
        "query": query.replace("subscription", "query").replace(
            "issuePublished", "issuePublished: latestIssue"
        ),
    }
    read = (await client.post("/graphql", json=asked)).json()["data"]["issuePublished"]
    assert event == read
    assert event["previous"] == {"number": 1, "lead": {"headline": "Plain lead 1"}}
    assert event["tools"][0]["issue"]["previous"] == {"title": "Plain title 1"}


async def test_an_event_that_is_too_large_is_an_error_of_its_own(
    client: httpx.AsyncClient,
    editor: Headers,
    app: FastAPI,
    socket: Socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query = "subscription { issuePublished { number lead { body } } }"
    await socket.send({"type": "subscribe", "id": "a", "payload": {"query": query}})
    await until_followed(app)
    with monkeypatch.context() as small:
        small.setattr(Budget.__init__, "__defaults__", (5_000, 1))
        await post(client, editor, 1, publish=True)
        failed = (await socket.next())["payload"]

    await post(client, editor, 2, publish=True)

    assert failed["data"] is None
    assert [error["extensions"]["code"] for error in failed["errors"]] == ["answer_too_large"]
    assert (await socket.event())["number"] == 2


async def test_only_what_comes_into_print_is_told(
    client: httpx.AsyncClient, editor: Headers, subscriber: Socket, clock: Clock
) -> None:
    """A draft, a new revision and a withdrawal are none; a second publication is one."""
    await post(client, editor, 1, publish=False)
    await act(client, editor, "publish")
    assert (await subscriber.event())["number"] == 1
    guarded = {**editor, "If-Match": "*"}
    changed = make_issue(1, title="Another title")
    await client.put("/v1/issues/1?publish=true", json=changed, headers=guarded)
    clock.advance(seconds=1)
    await act(client, editor, "unpublish")
    await post(client, editor, 2, publish=False)
    assert await subscriber.is_silent()

    await act(client, editor, "publish")

    assert await subscriber.event() == {"number": 1, "title": "Another title"}
    assert await subscriber.is_silent()


async def test_a_scheduled_issue_is_told_when_its_time_has_come(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, subscriber: Socket, clock: Clock
) -> None:
    due = clock() + timedelta(hours=1)
    await post(client, editor, 1, publish=False)
    await act(client, editor, "schedule", publish_at=due.isoformat())
    assert await subscriber.is_silent()

    clock.set(due)
    await app.state.database.after_write()  # the watch looks, as its timer would have it look

    assert (await subscriber.event())["number"] == 1
    await post(client, editor, 2, publish=False)
    await app.state.database.after_write()
    assert await subscriber.is_silent()


async def test_a_schedule_that_is_taken_back_is_not_told(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, subscriber: Socket, clock: Clock
) -> None:
    due = clock() + timedelta(hours=1)
    await post(client, editor, 1, publish=False)
    await act(client, editor, "schedule", publish_at=due.isoformat())
    await act(client, editor, "unpublish")

    clock.set(due)
    await app.state.database.after_write()

    assert await subscriber.is_silent()


async def test_what_another_process_publishes_is_told(
    settings: Settings, clock: Clock, subscriber: Socket
) -> None:
    def write() -> None:
        engine = write_engine(settings.database)
        try:
            perform(
                engine,
                lambda tx: issues.create(
                    tx, payload=lambda: make_issue(1), publish=True, base_url="http://paper.test"
                ),
                principal=COMMAND_LINE,
                clock=clock,
            )
        finally:
            engine.dispose()

    await asyncio.to_thread(write)

    assert (await subscriber.event(seconds=2))["number"] == 1


async def test_an_import_is_told_whole(
    client: httpx.AsyncClient, editor: Headers, subscriber: Socket
) -> None:
    """More at once than wait for anybody: all wait for each other then."""
    numbers = range(1, 41)
    lines = b"\n".join(
        httpx.Request("POST", "/", json=make_issue(number)).content for number in numbers
    )
    await client.post(
        "/v1/issues/import?publish=true",
        content=lines,
        headers={**editor, "Content-Type": "application/x-ndjson"},
    )

    told = [(await subscriber.event())["number"] for _ in numbers]

    assert told == list(numbers)


async def test_what_was_published_before_is_not_told(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, socket: Socket
) -> None:
    await post(client, editor, 1, publish=True)

    await socket.subscribe()
    await until_followed(app)
    await app.state.database.after_write()

    assert await socket.is_silent()
    await post(client, editor, 2, publish=True)
    assert (await socket.event())["number"] == 2


async def test_who_has_completed_is_told_no_more(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, subscriber: Socket
) -> None:
    await subscriber.send({"type": "complete", "id": "a"})
    await until_followed(app, 0)

    await post(client, editor, 1, publish=True)

    assert await subscriber.is_silent()


async def test_who_goes_away_follows_no_more(app: FastAPI) -> None:
    async with open_socket(app) as socket:
        for id_ in "abc":
            await socket.subscribe(id_=id_)
        await until_followed(app, 3)

    assert len(app.state.graphql.subscriptions) == 0


async def test_drafts_are_told_to_nobody(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, socket: Socket, clock: Clock
) -> None:
    """A later save of what comes into print by schedule stays hidden from editors' sockets too."""
    due = clock() + timedelta(hours=1)
    await socket.subscribe("subscription { issuePublished { title publishedRevision revision } }")
    await until_followed(app)
    await post(client, editor, 1, publish=False)
    await act(client, editor, "schedule", publish_at=due.isoformat())
    guarded = {**editor, "If-Match": "*"}
    later = make_issue(1, title="A later save")
    saved = await client.put("/v1/issues/1", json=later, headers=guarded)
    assert saved.status_code == 200, saved.text

    clock.set(due)
    await app.state.database.after_write()

    assert await socket.event() == {
        "title": "Plain title 1",
        "publishedRevision": None,
        "revision": 1,
    }


# ---------------------------------------------------------------------------- how it is read


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What subscriptions ask the database for."""
    seen: list[str] = []
    for module, name in ((subscriptions, "find_newly_published"), (event_feed, "events_after")):
        function = getattr(module, name)

        async def noting(
            *arguments: Any, name: str = name, function: Any = function, **named: Any
        ) -> Any:
            seen.append(name)
            return await function(*arguments, **named)

        monkeypatch.setattr(module, name, noting)
    return seen


async def test_nothing_is_read_while_nobody_follows(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, reads: list[str]
) -> None:
    await post(client, editor, 1, publish=True)
    async with open_socket(app) as socket:
        await socket.subscribe()
        await until_followed(app)
        assert await socket.is_silent()
    reads.clear()

    await post(client, editor, 2, publish=True)
    await asyncio.sleep(0.05)

    assert reads == []


async def test_however_many_follow_it_is_read_once(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, socket: Socket, reads: list[str]
) -> None:
    for number in range(30):
        await socket.subscribe(id_=f"{number}")
    await until_followed(app, 30)
    reads.clear()

    await post(client, editor, 1, publish=True)

    told = {(await socket.next())["id"] for _ in range(30)}
    assert told == {f"{number}" for number in range(30)}
    # The first may belong to the beginning of the subscriptions.
    assert reads in (
        ["events_after", "find_newly_published"],
        ["events_after", "events_after", "find_newly_published"],
    )


async def test_a_database_that_is_away_delays_and_loses_nothing(
    client: httpx.AsyncClient,
    editor: Headers,
    subscriber: Socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = find_newly_published
    failures = [DatabaseAway("database_away", "Away."), RuntimeError("unexpected")]

    async def failing(*arguments: Any, **named: Any) -> NewlyPublished | None:
        if failures:
            raise failures.pop()
        return await find(*arguments, **named)

    monkeypatch.setattr(subscriptions, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(subscriptions, "find_newly_published", failing)
    await post(client, editor, 1, publish=True)

    assert (await subscriber.event())["number"] == 1
    assert await subscriber.is_silent()


async def test_who_reads_slowly_delays_nobody_and_misses_nothing(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, subscriber: Socket
) -> None:
    slow = await app.state.graphql.subscriptions.subscribe("a")

    for number in (1, 2, 3):
        await post(client, editor, number, publish=True)
        assert (await subscriber.event())["number"] == number

    assert [(await anext(slow)).row.number for _ in range(3)] == [1, 2, 3]
    await slow.close()


async def test_events_that_were_pruned_before_they_were_read_end_a_subscription(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, engine: Engine
) -> None:
    late = await app.state.graphql.subscriptions.subscribe("a")
    await post(client, editor, 1, publish=True)
    with engine.begin() as connection:
        connection.execute(delete(Event))

    with pytest.raises(BadRequest) as lost:
        await anext(late)

    assert lost.value.code == "cursor_expired"
    await late.close()


async def test_a_caller_has_a_share_and_leaves_the_rest_to_others(app: FastAPI) -> None:
    """One stranger used to take all that the process has."""
    subscribe = app.state.graphql.subscriptions.subscribe
    opened = [await subscribe("a") for _ in range(500)]

    with pytest.raises(RateLimited, match="You have 500 subscriptions open here"):
        await subscribe("a")

    assert await subscribe("b")
    await opened[0].close()
    await opened[0].close()
    assert await subscribe("a")


async def test_a_process_has_so_many(app: FastAPI) -> None:
    subscribe = app.state.graphql.subscriptions.subscribe
    opened = [await subscribe(f"{number % 4}") for number in range(2_000)]

    with pytest.raises(RateLimited, match="2000 subscriptions are open here"):
        await subscribe("another")

    await opened[0].close()
    assert await subscribe("another")


async def test_a_subscription_that_could_not_begin_takes_no_share(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> object:
        raise DatabaseAway("database_away", "away")

    with monkeypatch.context() as patch:
        patch.setattr(app.state.events, "start_of", away)
        for _ in range(501):
            with pytest.raises(DatabaseAway):
                await app.state.graphql.subscriptions.subscribe("a")

    assert await app.state.graphql.subscriptions.subscribe("a")


async def test_all_are_complete_when_the_app_closes(settings: Settings, clock: Clock) -> None:
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        subscription = await graphql_of(app.state).subscriptions.subscribe("a")

    assert [event async for event in subscription] == []


@pytest.mark.parametrize("form", ["application/json", "application/graphql-response+json"])
async def test_in_another_form_a_subscription_is_refused(
    client: httpx.AsyncClient, form: str
) -> None:
    answer = await client.post("/graphql", json={"query": PUBLISHED}, headers={"Accept": form})

    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "subscription_transport"
    assert answer.status_code == (200 if form == "application/json" else 400)


async def test_a_revoked_key_ends_its_subscriptions_at_the_next_event(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, key: Callable[..., str]
) -> None:
    reader = key("drafts:read", name="reader")
    headers = [(b"host", b"paper.test"), (b"authorization", f"Bearer {reader}".encode())]
    scope = scope_of(app, "websocket", subprotocols=[SUBPROTOCOL], extensions={}, headers=headers)
    socket = await Socket(app, scope).open()
    await socket.subscribe()
    await until_followed(app)
    await post(client, editor, 1, publish=True)
    assert (await socket.event())["number"] == 1

    gone = await client.delete(f"/v1/keys/{reader.split('_')[1]}", headers=editor)
    assert gone.status_code == 204
    await post(client, editor, 2, publish=True)

    closed = await socket.hear()
    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)
    assert len(app.state.graphql.subscriptions) == 0
    async with asyncio.timeout(30):
        await socket.task


async def test_a_revoked_key_ends_its_event_stream_at_the_next_event(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, key: Callable[..., str]
) -> None:
    reader = key("drafts:read", name="reader")
    headers = [
        (b"host", b"paper.test"),
        (b"accept", b"text/event-stream"),
        (b"authorization", f"Bearer {reader}".encode()),
    ]
    query = urlencode({"query": PUBLISHED}).encode()
    stream = Spoken(app, scope_of(app, "http", method="GET", query_string=query, headers=headers))
    await stream.tell({"type": "http.request", "body": b"", "more_body": False})
    assert (await stream.hear())["status"] == 200
    await until_followed(app)

    gone = await client.delete(f"/v1/keys/{reader.split('_')[1]}", headers=editor)
    assert gone.status_code == 204
    await post(client, editor, 1, publish=True)

    said = b""
    async with asyncio.timeout(30):
        while (part := await stream.hear())["more_body"]:
            said += part["body"]
    assert b'"code":"invalid_key"' in said
    assert b"issuePublished" not in said
    await until_followed(app, 0)
    await stream.task


# ---------------------------------------------------------------------------- the event log

LOG = "subscription($after: String, $types: [String!]) { events(after: $after, types: $types) %s }"
MEMBERS = "{ id sequence type timestamp data cursor }"


async def follow(socket: Socket, id_: str = "a", **variables: Any) -> None:
    payload = {"query": LOG % MEMBERS, "variables": variables}
    await socket.send({"type": "subscribe", "id": id_, "payload": payload})


async def heard(socket: Socket) -> dict[str, Any]:
    message = await socket.next()
    assert "errors" not in message["payload"], message
    event: dict[str, Any] = message["payload"]["data"]["events"]
    return event


async def test_the_log_is_followed_and_resumed_without_a_gap(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI, socket: Socket
) -> None:
    await post(client, editor, 1, publish=True)
    await follow(socket)
    await until_followed(app)
    for number in (2, 3):
        await post(client, editor, number, publish=True)
    second = await heard(socket)
    await socket.send({"type": "complete", "id": "a"})
    await until_followed(app, 0)

    async with open_socket(app) as again:
        await follow(again, after=second["cursor"])
        third = await heard(again)
        await post(client, editor, 4, publish=False)
        assert await again.is_silent()

    log = (await client.get("/v1/events")).json()["data"]
    assert [{**event, "cursor": event["cursor"]} for event in (second, third)] == [
        {**event, "cursor": told["cursor"]}
        for event, told in zip(log[1:], (second, third), strict=True)
    ]


async def test_editors_follow_drafts_of_the_types_they_want(
    client: httpx.AsyncClient, editor: Headers, app: FastAPI
) -> None:
    headers = [(b"host", b"paper.test"), (b"authorization", editor["Authorization"].encode())]
    scope = scope_of(app, "websocket", subprotocols=[SUBPROTOCOL], extensions={}, headers=headers)
    socket = await Socket(app, scope).open()
    await follow(socket, types=["issue.c*", "issue.created"])
    refused = await socket.next()
    await follow(socket, types=["issue.created", "sync.*"])
    await until_followed(app)

    await post(client, editor, 1, publish=True)
    await post(client, editor, 2, publish=False)

    assert refused["payload"][0]["extensions"]["code"] == "invalid_parameter"
    assert [(await heard(socket))["type"] for _ in range(2)] == ["issue.created"] * 2
    await socket.tell({"type": "websocket.disconnect", "code": 1000})
    await socket.task


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"after": "nonsense"}, "invalid_cursor"),
        ({"after": "x" * 501}, "invalid_argument"),
        ({"types": ["issue"]}, "invalid_parameter"),
        ({"types": ["issue.*"] * 51}, "invalid_argument"),
    ],
)
async def test_a_place_or_type_that_does_not_exist_is_refused(
    app: FastAPI, socket: Socket, variables: dict[str, Any], code: str
) -> None:
    await follow(socket, **variables)

    message = await socket.next()

    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == code
    assert len(app.state.graphql.subscriptions) == 0
