"""Connections over real sockets: how many there may be, and what each may make the server hold."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from app.config import Settings
from app.web.http.client_address import ClientAddresses
from app.web.limits.shares import Shares
from app.web.server import connections, send_progress
from app.web.server.connections import Connections, connections_within
from app.web.server.direct_responses import MAX_JOINED_BYTES
from app.web.server.protocol import HEAD_SLICE_BYTES, HttpProtocol
from tests.servers.uvicorn import Connection, serving
from tests.web.graphql.live import serving as serving_sockets

pytestmark = pytest.mark.end_to_end

ASSET = b"/docs/assets/swagger-ui-bundle.js"
"""The longest answer that anybody may ask for, 1.7 MB."""
LIVE = b"GET /livez HTTP/1.1\r\nHost: paper.test\r\n\r\n"

Serve = Callable[..., int]


@pytest.fixture
def serve(tmp_path: Path, sqlite_template: Path) -> Iterator[Serve]:
    """Serve with some settings; answers with the port."""
    path = tmp_path / "paper.db"
    path.write_bytes(sqlite_template.read_bytes())
    with ExitStack() as stack:

        def start(*, sockets: bool = False, **changes: Any) -> int:
            settings = Settings.model_validate(
                {
                    "database_url": f"sqlite:///{path}",
                    "public_url": "http://paper.test",
                    "rate_limit": "0",
                    **changes,
                }
            )
            if sockets:
                port, _ = stack.enter_context(serving_sockets(settings))
                return port
            return stack.enter_context(serving(settings))

        yield start


@contextmanager
def opened(port: int, count: int) -> Iterator[list[Connection]]:
    """Open connections that are known to be admitted: each is answered once."""
    found = [Connection(port) for _ in range(count)]
    try:
        for connection in found:
            connection.send(LIVE)
            head, _ = connection.read_answer()
            assert head.startswith(b"HTTP/1.1 200 ")
        yield found
    finally:
        for connection in found:
            connection.close()


def answer_to_one_more(port: int) -> bytes:
    connection = Connection(port)
    try:
        return connection.read_all()
    finally:
        connection.close()


def until_admitted(port: int) -> None:
    """A connection that was closed is missed by the server a little later."""
    until = time.monotonic() + 10
    while True:
        connection = Connection(port)
        connection.send(LIVE)
        try:
            answer = connection.socket.recv(65_536)
        except ConnectionResetError:  # it was closed before the request was read
            answer = b""
        connection.close()
        if answer.startswith(b"HTTP/1.1 200 "):
            return
        assert time.monotonic() < until, answer


@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_address"])
@pytest.mark.parametrize("wire", [True, False], ids=["wire", "no-wire"])
def test_one_connection_too_many_is_told_and_closed(serve: Serve, limit: str, wire: bool) -> None:
    port = serve(**{limit: 3, "wire": wire})

    with opened(port, 3) as held:
        refused = answer_to_one_more(port)
        held[0].send(LIVE)
        head, _ = held[0].read_answer()
        assert head.startswith(b"HTTP/1.1 200 ")

    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b'"code":"too_many_connections"' in refused
    assert b"retry-after: 5\r\n" in refused
    assert b"connection: close\r\n" in refused
    until_admitted(port)


def test_a_trusted_proxy_has_no_limit_by_address(serve: Serve) -> None:
    port = serve(max_connections_per_address=1, trusted_proxies=("127.0.0.1",), max_connections=4)

    with opened(port, 4):
        assert answer_to_one_more(port).startswith(b"HTTP/1.1 503 ")


def test_a_socket_counts_until_it_is_closed(serve: Serve) -> None:
    port = serve(sockets=True, max_connections_per_address=1)

    with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[_PROTOCOL], proxy=None):
        assert answer_to_one_more(port).startswith(b"HTTP/1.1 503 ")

    until_admitted(port)


def test_a_caller_has_a_share_of_the_sockets(serve: Serve) -> None:
    port = serve(sockets=True, max_sockets_per_caller=1)
    url = f"ws://127.0.0.1:{port}/graphql"

    with connect(url, subprotocols=[_PROTOCOL], proxy=None):
        with pytest.raises(InvalidStatus) as refused:
            connect(url, subprotocols=[_PROTOCOL], proxy=None)
        # Another address of this machine stands for another caller.
        with connect(
            url, subprotocols=[_PROTOCOL], proxy=None, source_address=("127.0.0.2", 0)
        ) as other:
            assert other.subprotocol == _PROTOCOL

    assert refused.value.response.status_code == 429
    assert b'"code":"too_many_sockets"' in bytes(refused.value.response.body or b"")


_PROTOCOL = Subprotocol("graphql-transport-ws")


def test_addresses_are_counted_apart_and_proxies_by_all_alone() -> None:
    open_ = Connections(Shares(0, 1), ClientAddresses(["10.0.0.0/8"]))
    clients = ("192.0.2.1", "192.0.2.1", "192.0.2.2", "10.1.2.3", "10.1.2.3", "2001:db8::1")
    transports: list[Any] = [object() for _ in range(9)]

    admitted = [open_.admit(t, (c, 1)) for t, c in zip(transports, clients, strict=False)]
    same_network = open_.admit(transports[6], ("2001:db8::2", 1))
    unix = [open_.admit(transport, None) for transport in transports[7:]]

    assert admitted == [True, False, True, True, True, True]
    assert not same_network
    assert unix == [True, True]
    for transport in transports:
        open_.release(transport)
    assert len(open_) == 0
    assert open_.admit(transports[1], ("192.0.2.1", 1))


def test_the_limit_leaves_room_below_what_the_system_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (1_024, 4_096))

    assert [connections_within(most) for most in (500, 10_000, 0)] == [500, 924, 924]


def test_the_system_is_asked_for_as_many_files_as_connections_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("resource.getrlimit", lambda _: (1_024, 4_096))
    monkeypatch.setattr("resource.setrlimit", lambda *given: asked.append(given[1]))

    for most in (500, 2_000, 10_000):
        connections.raise_file_limit(most)

    assert asked == [(2_100, 4_096), (4_096, 4_096)]


# ---------------------------------------------------------------------------- what is held


class _Recorded:
    """A transport that keeps what was written, as the very objects."""

    def __init__(self, transport: Any, written: list[Any]) -> None:
        self._transport = transport
        self._written = written

    def write(self, data: Any) -> None:
        self._written.append(data)
        self._transport.write(data)

    def writelines(self, parts: Sequence[Any]) -> None:
        self._written.extend(parts)
        self._transport.writelines(parts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@pytest.mark.parametrize("wire", [True, False], ids=["wire", "no-wire"])
def test_all_readers_of_a_long_answer_share_its_bytes(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, wire: bool
) -> None:
    written: list[Any] = []
    made = HttpProtocol.connection_made

    def record(self: HttpProtocol, transport: Any) -> None:
        made(self, cast(Any, _Recorded(transport, written)))

    monkeypatch.setattr(HttpProtocol, "connection_made", record)
    port = serve(wire=wire)
    for _ in range(3):
        connection = Connection(port)
        connection.send(b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n" % ASSET)
        got = 0
        while got < 1_000_000:
            got += len(connection.socket.recv(1_048_576))
        connection.close()

    long = [data for data in written if len(data) > MAX_JOINED_BYTES]
    assert len(long) == 3
    assert long[1] is long[2]


@pytest.mark.slow
def test_few_requests_wait_behind_one_that_is_at_work(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 0
    began = HttpProtocol.on_headers_complete

    def count(self: HttpProtocol) -> None:
        nonlocal most
        began(self)
        most = max(most, len(self.pipeline))

    monkeypatch.setattr(HttpProtocol, "on_headers_complete", count)
    port = serve(wire=False)
    shortest = b"GET /livez HTTP/1.1\r\nHost:a\r\n\r\n"
    connection = Connection(port, timeout=30)

    connection.send(shortest * 2_000)
    answers = 0
    while answers < 2_000:
        answers += connection.socket.recv(1_048_576).count(b"HTTP/1.1 200 ")
    connection.close()

    assert 0 < most <= HEAD_SLICE_BYTES / len(shortest) + 1


@pytest.mark.slow
@pytest.mark.parametrize("wire", [True, False], ids=["wire", "no-wire"])
def test_a_client_that_reads_nearly_nothing_is_dropped(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, wire: bool
) -> None:
    monkeypatch.setattr(send_progress, "PERIOD_SECONDS", 2.0)
    port = serve(wire=wire, max_connections_per_address=1)
    slow = Connection(port)
    slow.send(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % ASSET * 8)
    assert slow.socket.recv(64).startswith(b"HTTP/1.1 200 ")

    until_admitted(port)  # the one place is free again, though the client has closed nothing

    slow.close()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="send queues are read from Linux")
@pytest.mark.parametrize("wire", [True, False], ids=["wire", "no-wire"])
def test_the_system_takes_little_ahead_of_a_client_that_reads_nothing(
    serve: Serve, wire: bool
) -> None:
    port = serve(wire=wire)
    slow = Connection(port)
    slow.send(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % ASSET * 8)
    assert slow.socket.recv(64).startswith(b"HTTP/1.1 200 ")
    time.sleep(0.5)  # the queue is full long before

    sent_and_not_taken = _send_queue(port)
    slow.close()

    # What the client's system has made room for is on its way as well.
    assert 0 < sent_and_not_taken < send_progress.MAX_UNSENT_BYTES * 4


def _send_queue(port: int) -> int:
    """Bytes in the send queues of a server's connections (proc_net_tcp, Linux documentation)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    mine = [row for row in rows if int(row[1].rpartition(":")[2], 16) == port]
    return sum(int(row[4].partition(":")[0], 16) for row in mine)
