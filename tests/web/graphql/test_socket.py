"""The socket by its protocol, on real sockets: every rule is a case, and none ends in a 1006."""

import asyncio
import json
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace as Namespace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from app.config import Settings
from app.web.graphql.transport import websocket as sockets
from app.web.limits.allowance import Allowance
from app.web.limits.shares import Shares
from app.web.server import websocket as socket_wire
from app.web.server.websocket import MAX_FRAMES
from tests import factories
from tests.servers.uvicorn import Connection
from tests.web.graphql.live import PUBLISHED, SUBPROTOCOL, serving

pytestmark = pytest.mark.end_to_end

KEY = "amp_socket_0123456789abcdef"
LEGACY = "graphql-ws"
DRAFTS = "{ issues(status: DRAFT) { nodes { number } } }"

Open = Callable[..., ClientConnection]


def settings_at(path: Path, template: Path, **changes: Any) -> Settings:
    path.write_bytes(template.read_bytes())
    values = {
        "database_url": f"sqlite:///{path}",
        "public_url": "http://paper.test",
        "rate_limit": "0",
        "bootstrap_key": SecretStr(KEY),
        **changes,
    }
    return Settings(_env_file=None, **values)


@pytest.fixture(scope="module", params=[True, False], ids=["wire", "no-wire"])
def port(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Path,
) -> Iterator[int]:
    path = tmp_path_factory.mktemp("socket") / "paper.db"
    with serving(settings_at(path, sqlite_template, wire=request.param)) as (port, _):
        made = httpx.post(
            f"http://127.0.0.1:{port}/v1/issues",
            json=factories.issue(number=1),
            headers={"Authorization": f"Bearer {KEY}"},
        )
        assert made.status_code == 201, made.text
        yield port


@pytest.fixture
def dial(port: int) -> Iterator[Open]:
    """Open sockets that are closed when the test is over."""
    with dialling(port) as dial:
        yield dial


@contextmanager
def dialling(port: int) -> Iterator[Open]:
    """Open sockets at a port, of our subprotocol unless others are named."""
    with ExitStack() as stack:

        def dial(*protocols: str, path: str = "/graphql", **options: Any) -> ClientConnection:
            offered = [Subprotocol(name) for name in protocols or (SUBPROTOCOL,) if name]
            socket: ClientConnection = stack.enter_context(
                connect(
                    f"ws://127.0.0.1:{port}{path}",
                    subprotocols=offered or None,
                    proxy=None,
                    ping_interval=None,
                    **options,
                )
            )
            return socket

        yield dial


def tell(socket: ClientConnection, type_: str, **members: Any) -> None:
    socket.send(json.dumps({"type": type_, **members}))


def hear(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout=30))
    return message


def greet(socket: ClientConnection, **members: Any) -> ClientConnection:
    tell(socket, "connection_init", **members)
    assert hear(socket) == {"type": "connection_ack"}
    return socket


def ask(socket: ClientConnection, query: str, id_: str = "a", **members: Any) -> None:
    tell(socket, "subscribe", id=id_, payload={"query": query, **members})


def closed(socket: ClientConnection) -> tuple[int, str]:
    """How the server closes: nothing else is said before."""
    with pytest.raises(ConnectionClosed) as caught:
        socket.recv(timeout=30)
    close = caught.value.rcvd
    return (1006, "") if close is None else (close.code, close.reason)


def error_code(socket: ClientConnection, id_: str = "a") -> str:
    """The code of the operation's error, which is told as every error is."""
    message = hear(socket)
    assert (message["type"], message["id"]) == ("error", id_), message
    for error in message["payload"]:
        assert error["message"]
        assert error["extensions"]["request_id"].startswith("req_")
    code: str = message["payload"][0]["extensions"]["code"]
    return code


# ---------------------------------------------------------------------------- the handshake


@pytest.mark.parametrize("protocols", [("",), (LEGACY,), ("soap", "graphql-Transport-WS")])
def test_without_the_subprotocol_it_is_closed(dial: Open, protocols: tuple[str, ...]) -> None:
    socket = dial(*protocols)

    assert socket.subprotocol is None
    assert closed(socket)[0] == 4406


@pytest.mark.parametrize("protocols", [(SUBPROTOCOL, LEGACY), (LEGACY, SUBPROTOCOL)])
def test_of_several_subprotocols_ours_is_spoken(dial: Open, protocols: tuple[str, ...]) -> None:
    assert greet(dial(*protocols)).subprotocol == SUBPROTOCOL


def test_the_handshake_is_named_as_every_answer(dial: Open) -> None:
    response = dial().response

    assert response is not None
    assert response.headers["x-request-id"].startswith("req_")


def test_a_bad_host_is_refused_before_the_socket_is_open(dial: Open) -> None:
    with pytest.raises(InvalidStatus) as refused:
        dial(additional_headers={"Host": "second.test"})

    assert refused.value.response.status_code == 400


def test_another_path_has_no_socket(dial: Open) -> None:
    with pytest.raises(InvalidStatus) as refused:
        dial(path="/v1/issues")

    assert refused.value.response.status_code in {403, 404}


# ---------------------------------------------------------------------------- the beginning


def test_without_connection_init_in_time_it_is_closed(
    dial: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "INIT_SECONDS", 0.05)

    assert closed(dial()) == (4408, "Connection initialisation timeout")


def test_pings_are_no_beginning(dial: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "INIT_SECONDS", 0.2)
    socket = dial()

    tell(socket, "ping")

    assert hear(socket) == {"type": "pong"}
    assert closed(socket)[0] == 4408


def test_who_has_begun_is_given_time(dial: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "INIT_SECONDS", 0.2)
    socket = greet(dial())

    with pytest.raises(TimeoutError):
        socket.recv(timeout=0.4)
    tell(socket, "ping")

    assert hear(socket) == {"type": "pong"}


@pytest.mark.parametrize("members", [{}, {"payload": None}, {"payload": {}}, {"payload": {"a": 1}}])
def test_a_beginning_is_acknowledged(dial: Open, members: dict[str, Any]) -> None:
    greet(dial(), **members)


def test_a_second_beginning_closes(dial: Open) -> None:
    socket = greet(dial())

    tell(socket, "connection_init")

    assert closed(socket) == (4429, "Too many initialisation requests")


def test_a_second_beginning_before_the_acknowledgement_closes(dial: Open) -> None:
    socket = dial()

    tell(socket, "connection_init")
    tell(socket, "connection_init")

    assert hear(socket) == {"type": "connection_ack"}
    assert closed(socket)[0] == 4429


def test_an_operation_before_the_beginning_closes(dial: Open) -> None:
    socket = dial()

    ask(socket, "{ __typename }")

    assert closed(socket) == (4401, "Unauthorized")


# ---------------------------------------------------------------------------- messages

INVALID = {
    "an array": "[]",
    "a number": "1",
    "null": "null",
    "a string": '"ping"',
    "true": "true",
    "an empty object": "{}",
    "an empty message": "",
    "no JSON": "{type: ping}",
    "NaN": '{"type":"ping","payload":{"a":NaN}}',
    "a lone surrogate": '{"type":"ping","payload":{"a":"\\ud800"}}',
    "deep JSON": "[" * 100_000,
    "deep and whole JSON": '{"type":"ping","payload":' + '{"a":' * 500 + "1" + "}" * 501,
    "a member twice": '{"type":"ping","type":"pong"}',
    "an unknown type": '{"type":"start","id":"a","payload":{"query":"{ __typename }"}}',
    "a type that is no string": '{"type":["ping"]}',
    "an acknowledgement": '{"type":"connection_ack"}',
    "a result": '{"type":"next","id":"a","payload":{}}',
    "an error": '{"type":"error","id":"a","payload":[]}',
    "a payload of ping that is a list": '{"type":"ping","payload":[]}',
    "a payload of pong that is a string": '{"type":"pong","payload":"x"}',
    "no id": '{"type":"subscribe","payload":{"query":"{ __typename }"}}',
    "an id that is a number": '{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}',
    "an id that is null": '{"type":"subscribe","id":null,"payload":{"query":"{ __typename }"}}',
    "an empty id": '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}',
    "a long id": '{"type":"complete","id":"' + "a" * 201 + '"}',
    "no payload": '{"type":"subscribe","id":"a"}',
    "a payload that is null": '{"type":"subscribe","id":"a","payload":null}',
    "a payload that is a list": '{"type":"subscribe","id":"a","payload":[]}',
    "a payload that is a string": '{"type":"subscribe","id":"a","payload":"{ __typename }"}',
    "no query": '{"type":"subscribe","id":"a","payload":{}}',
    "a query that is a number": '{"type":"subscribe","id":"a","payload":{"query":1}}',
    "a query that is null": '{"type":"subscribe","id":"a","payload":{"query":null}}',
    "a query that is a list": '{"type":"subscribe","id":"a","payload":{"query":["{ a }"]}}',
    "variables that are a string": '{"type":"subscribe","id":"a","payload":{"query":"{ a }",'
    '"variables":"{}"}}',
    "an operation name that is a number": '{"type":"subscribe","id":"a","payload":{"query":'
    '"{ a }","operationName":1}}',
    "extensions that are a list": '{"type":"subscribe","id":"a","payload":{"query":"{ a }",'
    '"extensions":[]}}',
    "a completion without an id": '{"type":"complete"}',
    "a completion with another id": '{"type":"complete","id":7}',
}


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_what_is_no_message_closes(dial: Open, text: str) -> None:
    socket = greet(dial())

    socket.send(text)

    code, reason = closed(socket)
    assert code == 4400
    assert reason


def test_a_beginning_with_a_payload_that_is_no_object_closes(dial: Open) -> None:
    socket = dial()

    tell(socket, "connection_init", payload="Bearer")

    assert closed(socket)[0] == 4400


def test_what_is_binary_closes(dial: Open) -> None:
    socket = greet(dial())

    socket.send(b'{"type":"ping"}')

    assert closed(socket)[0] == 4400


def test_what_is_not_utf_8_closes(dial: Open, caplog: pytest.LogCaptureFixture) -> None:
    socket = greet(dial())

    socket.send(b'{"type":"\xff"}', text=True)

    assert closed(socket)[0] == 1007
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_message_of_a_thousand_frames_closes(dial: Open) -> None:
    socket = greet(dial())

    # The library adds an empty one, which ends the message.
    socket.send(iter(["{", *[""] * (MAX_FRAMES - 1)]))

    assert closed(socket)[0] == 1009


def test_a_handshake_may_have_a_long_head(port: int) -> None:
    """Browsers send all the cookies that they have."""
    with connect(
        f"ws://127.0.0.1:{port}/graphql",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        additional_headers={"Cookie": "a" * 7_000},
    ) as socket:
        greet(socket)


@pytest.mark.parametrize("count", [1, 3_000], ids=["a packet", "many turns"])
def test_what_is_sent_before_the_handshake_is_answered_is_read_behind_it(
    port: int, count: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MAX_CONTROL_MESSAGES", count)

    def frame(text: str) -> bytes:
        return struct.pack("!BB4x", 0x81, 0x80 + len(text)) + text.encode()

    lines = (
        *("GET /graphql HTTP/1.1", "Host: paper.test", "Connection: Upgrade", "Upgrade: websocket"),
        *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
        *(f"Sec-WebSocket-Protocol: {SUBPROTOCOL}", "", ""),
    )
    sent = "\r\n".join(lines).encode() + frame('{"type":"connection_init"}')
    connection = Connection(port)

    connection.send(sent + frame('{"type":"ping"}') * count)

    answer = b""
    while answer.count(b'{"type":"pong"}') < count:
        answer += connection.socket.recv(262_144)
    connection.close()
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert answer.count(b'{"type":"connection_ack"}') == 1
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_message_of_many_frames_is_one(dial: Open) -> None:
    socket = greet(dial())

    socket.send(iter(['{"type":"ping"}', *[""] * (MAX_FRAMES - 2)]))

    assert json.loads(socket.recv(timeout=30)) == {"type": "pong"}


def test_what_is_too_large_closes(dial: Open) -> None:
    socket = greet(dial())

    tell(socket, "ping", payload={"a": "a" * 262_144})

    assert closed(socket)[0] == 1009


def test_what_is_just_not_too_large_is_read(dial: Open) -> None:
    socket = greet(dial())
    payload = {"a": "a" * 262_000}

    tell(socket, "ping", payload=payload)

    assert hear(socket) == {"type": "pong", "payload": payload}


@pytest.mark.parametrize("members", [{}, {"payload": {"at": 1}}])
def test_a_ping_is_answered_with_its_payload(dial: Open, members: dict[str, Any]) -> None:
    socket = greet(dial())

    tell(socket, "ping", **members)

    assert hear(socket) == {"type": "pong", **members}


@pytest.mark.parametrize(
    ("type_", "members"),
    [("pong", {}), ("pong", {"payload": {"at": 1}}), ("complete", {"id": "nobody"})],
)
def test_what_needs_no_answer_has_none(dial: Open, type_: str, members: dict[str, Any]) -> None:
    socket = greet(dial())

    tell(socket, type_, **members)
    tell(socket, "ping", payload={"is": "next"})

    assert hear(socket) == {"type": "pong", "payload": {"is": "next"}}


@pytest.mark.parametrize(
    ("type_", "members"), [("ping", {}), ("pong", {}), ("complete", {"id": "nobody"})]
)
def test_more_control_messages_than_a_window_allows_close(
    dial: Open, monkeypatch: pytest.MonkeyPatch, type_: str, members: dict[str, Any]
) -> None:
    monkeypatch.setattr(sockets, "MAX_CONTROL_MESSAGES", 3)
    socket = greet(dial())

    for _ in range(3):
        tell(socket, type_, **members)
        if type_ == "ping":
            assert hear(socket) == {"type": "pong"}
    ask(socket, "{ __typename }")
    assert [hear(socket)["type"] for _ in range(2)] == ["next", "complete"]
    tell(socket, type_, **members)

    assert closed(socket) == (4429, "Too many control messages")


def test_a_complete_that_ends_an_operation_is_no_control_message(
    dial: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MAX_CONTROL_MESSAGES", 1)
    socket = greet(dial())

    for number in range(3):
        ask(socket, PUBLISHED, id_=str(number))
        tell(socket, "complete", id=str(number))
    tell(socket, "ping")

    assert hear(socket) == {"type": "pong"}


def test_more_control_frames_than_a_window_allows_close(
    dial: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_wire, "MAX_CONTROL_FRAMES", 4)
    socket = greet(dial())

    for _ in range(2):
        assert socket.ping().wait(5)
        socket.pong()
    tell(socket, "ping")
    assert hear(socket) == {"type": "pong"}
    socket.ping()

    assert closed(socket)[0] == 4429


def test_no_pongs_wait_for_a_client_that_reads_nothing() -> None:
    wire = object.__new__(socket_wire.WebSocketProtocol)
    written: list[bytes] = []
    queued = [b"pong"]
    wire.conn = Namespace(data_to_send=lambda: [queued.pop()])  # type: ignore[assignment]
    wire.transport = Namespace(write=written.append)  # type: ignore[assignment]
    wire.writable = asyncio.Event()
    wire.close_sent = False
    wire._control_frames = Allowance(9, seconds=60)

    wire.handle_ping()
    assert (written, queued) == ([], [])
    queued.append(b"pong")
    wire.writable.set()
    wire.handle_ping()

    assert (written, queued) == ([b"pong"], [])


def test_an_allowance_begins_anew_with_each_window() -> None:
    now = 5.0
    allowance = Allowance(2, seconds=10, now=lambda: now)

    first = [allowance.take() for _ in range(3)]
    now = 14.9
    same = allowance.take()
    now = 15.0

    assert (first, same) == ([True, True, False], False)
    assert [allowance.take() for _ in range(3)] == [True, True, False]


# ---------------------------------------------------------------------------- operations


def test_a_query_has_one_result_and_is_complete(dial: Open) -> None:
    socket = greet(dial())

    ask(socket, "query A { latestIssue { number } } query B { __typename }", operationName="B")

    result = hear(socket)
    assert (result["type"], result["id"]) == ("next", "a")
    assert result["payload"]["data"] == {"__typename": "Query"}
    assert result["payload"]["extensions"]["cost"]["limit"] == 1000
    assert hear(socket) == {"type": "complete", "id": "a"}


def test_an_id_is_free_when_its_query_is_complete(dial: Open) -> None:
    socket = greet(dial())

    for _ in range(3):
        ask(socket, "{ __typename }")
        assert [hear(socket)["type"] for _ in range(2)] == ["next", "complete"]


def test_an_id_is_taken_while_its_subscription_lasts(dial: Open) -> None:
    socket = greet(dial())
    ask(socket, PUBLISHED)

    ask(socket, PUBLISHED)

    assert closed(socket) == (4409, "Subscriber for a already exists")


def test_the_reason_of_a_close_is_cut(dial: Open) -> None:
    socket = greet(dial())
    name = "é" * 200
    ask(socket, PUBLISHED, name)

    ask(socket, PUBLISHED, name)

    code, reason = closed(socket)
    assert code == 4409
    assert reason.startswith("Subscriber for éé")


def test_an_id_is_free_when_the_client_has_completed_it(dial: Open) -> None:
    socket = greet(dial())
    ask(socket, PUBLISHED)

    tell(socket, "complete", id="a")
    ask(socket, "{ __typename }")

    assert [hear(socket)["type"] for _ in range(2)] == ["next", "complete"]


REFUSED = {
    "no GraphQL": ("{", "syntax_error"),
    "an unknown field": ("{ nothing }", "invalid_query"),
    "two fields at once": ("subscription { a: issuePublished { number } __typename }", None),
    "too long": ("{ __typename } #" + "x" * 20_000, "query_too_long"),
    "too many tokens": ("{" + " a" * 2_001 + "}", "too_many_tokens"),
    "too deep": ("{" + " a {" * 12 + " b " + "}" * 13, "too_deep"),
    "too many aliases": (
        "{" + " ".join(f"a{n}: __typename" for n in range(31)) + "}",
        "too_many_aliases",
    ),
    "too costly": ("{ issues(first: 100) { nodes { sections { slug } } } }", "too_costly"),
    "too costly a subscription": (
        "subscription { issuePublished { previous { sections { issue { sections { issue "
        "{ sections { slug } } } } } } } }",
        "too_costly",
    ),
    "several operations and no name": (
        "query A { __typename } query B { __typename }",
        "unknown_operation",
    ),
    "a missing variable": (
        "query ($n: Int!) { issue(number: $n) { number } }",
        "invalid_variables",
    ),
    "a mutation": (
        'mutation { publishIssue(ref: "1", ifRevision: 1) { __typename } }',
        "mutation_transport",
    ),
}


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_and_the_socket_goes_on(
    dial: Open, query: str, code: str | None
) -> None:
    socket = greet(dial())

    ask(socket, query)

    assert error_code(socket) == (code or "invalid_query")
    ask(socket, "{ __typename }")
    assert hear(socket)["type"] == "next"


def test_a_fault_of_ours_is_masked(dial: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(sockets, "select_operation", fail)
    socket = greet(dial())

    ask(socket, "{ __typename }")

    assert error_code(socket) == "internal_error"


def test_a_fault_of_the_socket_is_no_1006(dial: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(sockets, "read_message", fail)
    socket = dial()

    tell(socket, "ping")

    assert closed(socket) == (4500, "Internal server error")


def test_a_socket_has_so_many_operations_at_a_time(dial: Open) -> None:
    socket = greet(dial())
    for number in range(sockets.MAX_OPERATIONS):
        ask(socket, PUBLISHED, f"{number}")

    ask(socket, PUBLISHED, "one more")

    assert error_code(socket, "one more") == "too_many_subscriptions"
    tell(socket, "complete", id="7")
    ask(socket, "{ __typename }", "in its place")
    assert hear(socket)["id"] == "in its place"


def test_a_caller_has_so_many_subscriptions(dial: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = greet(dial())
    monkeypatch.setattr(Shares, "take", lambda *_: "caller")

    ask(socket, PUBLISHED)

    assert error_code(socket) == "too_many_subscriptions"


# ---------------------------------------------------------------------------- who calls


@pytest.mark.parametrize("spelling", ["Authorization", "authorization"])
def test_a_key_may_come_with_the_beginning(dial: Open, spelling: str) -> None:
    socket = greet(dial(), payload={spelling: f"Bearer {KEY}"})

    ask(socket, DRAFTS)

    assert hear(socket)["payload"]["data"]["issues"]["nodes"] == [{"number": 1}]


def test_a_key_may_come_with_the_handshake(dial: Open) -> None:
    socket = greet(dial(additional_headers={"Authorization": f"Bearer {KEY}"}))

    ask(socket, DRAFTS)

    assert hear(socket)["payload"]["data"]["issues"]["nodes"] == [{"number": 1}]


def test_without_a_key_nobody_sees_drafts(dial: Open) -> None:
    socket = greet(dial())

    ask(socket, DRAFTS)

    (error,) = hear(socket)["payload"]["errors"]
    assert error["extensions"]["code"] == "unauthenticated"


WRONG = ["Bearer amp_nobody_0123456789abcdef", "Basic YTpi", "Bearer", "", "Bearer \u2603"]


@pytest.mark.parametrize("credential", [*WRONG, 7, {"key": KEY}, [f"Bearer {KEY}"]])
def test_a_wrong_credential_in_the_beginning_closes(dial: Open, credential: object) -> None:
    socket = dial()

    tell(socket, "connection_init", payload={"Authorization": credential})

    assert closed(socket) == (4403, "Forbidden")


@pytest.mark.parametrize("credential", WRONG[:3])
def test_a_wrong_credential_in_the_handshake_is_a_401(dial: Open, credential: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        dial(additional_headers={"Authorization": credential})

    status, code = problem_of(refused.value)
    assert status == 401
    assert code in ("invalid_key", "unsupported_scheme")
    assert refused.value.response.headers["WWW-Authenticate"] == "Bearer"


def test_a_socket_anywhere_else_is_a_404(dial: Open, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/v1/issues", "/", "/graphql/"):
        with pytest.raises(InvalidStatus) as refused:
            dial(path=path)

        assert problem_of(refused.value) == (404, "not_found")
    time.sleep(0.1)  # what is wrong is logged when all is over
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def problem_of(refused: InvalidStatus) -> tuple[int, str]:
    """What a refused handshake says; it bears the fields that every answer does."""
    answer = refused.response
    told = json.loads(answer.body)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"] == told["request_id"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.status_code, told["code"]


# ---------------------------------------------------------------------------- how often, how long


def test_handshakes_and_operations_are_counted(tmp_path: Path, sqlite_template: Path) -> None:
    settings = settings_at(tmp_path / "paper.db", sqlite_template, rate_limit="3/60")
    with serving(settings) as (port, _), dialling(port) as dial:
        socket = greet(dial())
        for id_ in "ab":
            ask(socket, "{ __typename }", id_)
            assert [hear(socket)["type"] for _ in range(2)] == ["next", "complete"]

        ask(socket, "{ __typename }", "c")

        assert error_code(socket, "c") == "rate_limited"
        with pytest.raises(InvalidStatus) as refused:
            dial()
        assert problem_of(refused.value) == (429, "rate_limited")
        assert refused.value.response.headers["RateLimit"].startswith('"default";r=0;t=')
        assert int(refused.value.response.headers["Retry-After"]) > 0


def test_a_server_that_stops_says_so(tmp_path: Path, sqlite_template: Path) -> None:
    settings = settings_at(tmp_path / "paper.db", sqlite_template)
    with serving(settings) as (port, server), dialling(port) as dial:
        socket = greet(dial())
        ask(socket, PUBLISHED)

        server.should_exit = True

        assert closed(socket)[0] in {1001, 1012}
