"""Attacks that need no key, or only a writer's, against a paper of thousands of issues.

Each attack tells the longest that a bystander waited beside it and what the server had in memory
before and after. The goals stand here; one that is missed is a violation. Linux only: memory is
read from `/proc`, and addresses of 127.0.0.0/8 stand for strangers.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx
import orjson
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.factories import issue, lead
from tests.hardship.figures import Figures
from tests.hardship.floods import Bystander, memory_of
from tests.hardship.server import Server

BYSTANDER_SECONDS = 0.100
"""The longest that a harmless query may wait beside any attack."""
FOLLOWER_SECONDS = 1.0
"""How long the second reader of a cold answer may wait for a first that stops reading."""
SLOW_READER_BYTES = 40_960
"""Memory of the server for a connection that reads nothing of the longest answer, asked 4 times."""
BOMB_BYTES = 64 * 1024 * 1024
"""What a Markdown bomb may leave in memory."""

STRANGER, OTHER = "127.0.0.2", "127.0.0.3"
ASSET = "/docs/assets/swagger-ui-bundle.js"
PUBLIC = (
    *("/", "/issues", "/trending", "/tools", "/reading", "/sitemap.xml", "/metrics", "/robots.txt"),
    *("/feeds/issues.atom", "/feeds/issues.json", "/feeds/movers.rss", "/feeds/sections/lead.atom"),
    *("/v1/issues?limit=100", "/v1/sections?limit=100", "/v1/entries?limit=100", "/v1/tools"),
    *("/v1/search?q=the*", "/v1/search?q=a*&limit=100", "/v1/trending/boards", "/v1/publication"),
)
_PAST_THE_CACHE = {"If-Unmodified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}

_BOMB = "[a]: http://x/" + "x" * 2_000 + "\n\n" + "[a] " * 49_000
_BRACKETS = "![" * 100_000


@dataclass
class Met:
    """How one attack went."""

    name: str
    waited: float = 0.0
    before: int = 0
    after: int = 0
    told: dict[str, str] = field(default_factory=dict)


class Strangers:
    """One run against one server."""

    def __init__(self, server: Server, *, connections: int, is_measured: bool = True) -> None:
        self._server = server
        self._connections = connections
        self._is_measured = is_measured
        self.figures: list[Figures] = []

    def run(self) -> list[Figures]:
        """Carry out every attack, one after the other."""
        attacks: tuple[tuple[str, Callable[[Met, Figures], None]], ...] = (
            ("nothing", self._rest),
            ("Markdown bombs", self._bomb),
            ("public reads past the cache", self._read),
            ("a first reader that stops", self._stop_reading),
            ("slow readers", self._read_slowly),
            ("subscriptions", self._subscribe),
        )
        for name, attack in attacks:
            met, figures = Met(name), Figures(name, rounds=1)
            met.before = memory_of(self._server.pid)
            with Bystander(self._server.url) as bystander:
                attack(met, figures)
            met.waited = max((end - start for start, end in bystander.spans), default=0.0)
            self._judge(met, figures)
        return self.figures

    def _judge(self, met: Met, figures: Figures) -> None:
        after = met.after or memory_of(self._server.pid)
        if self._is_measured:
            said = f"a bystander waited {met.waited * 1000:.0f} ms"
            figures.expect(met.waited < BYSTANDER_SECONDS, said)
        figures.counts[f"bystander waited at most (ms, goal {BYSTANDER_SECONDS * 1000:.0f})"] = (
            round(met.waited * 1000)
        )
        figures.counts["MB before"] = met.before // 1_000_000
        figures.counts["MB after"] = after // 1_000_000
        self.figures.append(figures)

    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self._server.url,
            timeout=120,
            transport=httpx.HTTPTransport(local_address=STRANGER),
        )

    def _rest(self, met: Met, figures: Figures) -> None:
        time.sleep(2 if self._is_measured else 0)

    def _bomb(self, met: Met, figures: Figures) -> None:
        with self._client() as client:
            share = 1 if self._is_measured else 20
            for number, bomb in enumerate((_BOMB, _BRACKETS)):
                body = bomb[: len(bomb) // share]
                document = issue(date=f"1990-01-0{number + 1}", sections=[lead(body=body)])
                started = time.monotonic()
                answer = client.post("/v1/issues", json=document, headers=self._server.editor)
                figures.counts[f"bomb {number + 1}: status"] = answer.status_code
                figures.counts[f"bomb {number + 1}: ms"] = round(
                    (time.monotonic() - started) * 1000
                )
                is_short = len(answer.content) < 20 * len(body)
                figures.expect(is_short, f"{len(answer.content)} bytes of answer")
        met.after = memory_of(self._server.pid)
        grown = met.after - met.before
        figures.expect(grown < BOMB_BYTES, f"the server has grown by {grown} bytes")

    def _read(self, met: Met, figures: Figures) -> None:
        slowest, where = 0.0, ""
        with self._client() as client:
            for path in PUBLIC:
                for _ in range(5):
                    started = time.monotonic()
                    answer = client.get(path, headers=_PAST_THE_CACHE)
                    taken = time.monotonic() - started
                    figures.counts["reads"] += 1
                    figures.expect(answer.status_code == 200, f"{path}: {answer.status_code}")
                    if taken > slowest:
                        slowest, where = taken, path
        figures.counts[f"slowest read, of {where} (ms)"] = round(slowest * 1000)

    def _stop_reading(self, met: Met, figures: Figures) -> None:
        longest = 0.0
        paths = ("/feeds/issues.atom", "/v1/issues?limit=100", "/feeds/issues.json")
        for turn, path in enumerate(paths):
            self._publish(turn)
            with _unread(self._server.port, path, STRANGER):
                started = time.monotonic()
                with self._client() as client:
                    answer = client.get(path, headers={"Accept-Encoding": "identity"})
                longest = max(longest, time.monotonic() - started)
                figures.expect(answer.status_code == 200, f"{path}: {answer.status_code}")
        figures.counts[f"follower waited at most (ms, goal {FOLLOWER_SECONDS * 1000:.0f})"] = round(
            longest * 1000
        )
        if self._is_measured:
            figures.expect(longest < FOLLOWER_SECONDS, f"a follower waited {longest:.1f} s")

    def _publish(self, turn: int) -> None:
        """Have every cached answer made anew."""
        document = issue(date=f"1991-02-0{turn + 1}", number=900_000 + turn)
        answer = httpx.post(
            f"{self._server.url}/v1/issues?publish=true",
            json=document,
            headers=self._server.editor,
            timeout=60,
            trust_env=False,
        )
        assert answer.status_code == 201, answer.text

    def _read_slowly(self, met: Met, figures: Figures) -> None:
        with self._client() as client:
            client.get(ASSET)  # made once, and kept
        met.before = memory_of(self._server.pid)
        with ExitStack() as stack:
            for _ in range(self._connections):
                stack.enter_context(_unread(self._server.port, ASSET, STRANGER, times=4))
            time.sleep(3 if self._is_measured else 0.2)
            met.after = memory_of(self._server.pid)
        each = (met.after - met.before) // self._connections
        figures.counts["connections"] = self._connections
        figures.counts[f"bytes a connection (goal {SLOW_READER_BYTES})"] = max(each, 0)
        if self._is_measured:
            figures.expect(each < SLOW_READER_BYTES, f"{each} bytes a connection")

    def _subscribe(self, met: Met, figures: Figures) -> None:
        asked = 2_100 if self._is_measured else 600
        with ExitStack() as stack:
            taken = 0
            for _ in range(asked // 100):
                try:
                    taker = stack.enter_context(self._socket(STRANGER))
                except InvalidStatus:
                    break
                taken += _subscribed(taker, 100)
            met.after = memory_of(self._server.pid)
            other = _subscribed(stack.enter_context(self._socket(OTHER)), 1)
        figures.counts["subscriptions asked for by one stranger"] = asked
        figures.counts["subscriptions of one stranger"] = taken
        figures.expect(other == 1, "another caller has no place left")
        figures.expect(taken < asked, "one stranger has no limit")

    @contextmanager
    def _socket(self, address: str) -> Iterator[ClientConnection]:
        with connect(
            f"ws://127.0.0.1:{self._server.port}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
            source_address=(address, 0),
        ) as socket_:
            socket_.send('{"type":"connection_init"}')
            assert orjson.loads(socket_.recv(30))["type"] == "connection_ack"
            yield socket_


def _subscribed(socket_: ClientConnection, count: int) -> int:
    """Subscribe so many times; how many of them were accepted."""
    payload = {"query": "subscription { issuePublished { title } }"}
    for number in range(count):
        asked = {"type": "subscribe", "id": str(number), "payload": payload}
        socket_.send(orjson.dumps(asked).decode())
    refused = 0
    until = time.monotonic() + 1.5
    while (left := until - time.monotonic()) > 0:
        try:
            message = orjson.loads(socket_.recv(left))
        except TimeoutError:
            break
        refused += message["type"] == "error"
    return count - refused


@contextmanager
def _unread(port: int, path: str, address: str, *, times: int = 1) -> Iterator[None]:
    """Ask for something and read nothing of it."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        client.bind((address, 0))
        client.settimeout(30)
        client.connect(("127.0.0.1", port))
        request = f"GET {path} HTTP/1.1\r\nHost: paper.test\r\nAccept-Encoding: identity\r\n\r\n"
        client.sendall(request.encode() * times)
        time.sleep(0.002)
        yield


def fill(database_url: str, issues: int) -> None:
    """Make a paper of so many issues."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MORNINGPOST_")
    }
    subprocess.run(
        [sys.executable, "-m", "benchmarks.fill", str(issues)],
        env={**environment, "MORNINGPOST_DATABASE_URL": database_url},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def run(server: Server, *, connections: int, is_measured: bool = True) -> list[Figures]:
    """Carry out every attack. Without `is_measured` neither times nor memory are judged."""
    return Strangers(server, connections=connections, is_measured=is_measured).run()
