"""Two nodes behind Varnish, on a PostgreSQL behind PgBouncer, with a replica that is 2 s behind.

One node is killed every ten seconds, by SIGKILL, and started again, while clients write and read. A
client repeats what was not answered, as clients do. Each title names its issue and how often that
was changed, so that every answer tells how old it is. No acknowledged write may be lost, a writer
must see its own write in its next read, and no answer may be too old.
"""

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from rich.table import Table
from sqlalchemy import URL

from app.config import Settings
from app.db import write_engine
from app.migrations import upgrade
from tests.deploy import proxies
from tests.factories import make_issue
from tests.hardship.figures import Figures
from tests.hardship.ledger import faults_of
from tests.hardship.server import Server
from tests.servers import pgbouncer
from tests.servers.postgres import PostgresServer
from tests.servers.standby import PostgresStandby

WRITERS, POSTERS, READERS = 6, 2, 6
BEHIND_SECONDS = 2.0
"""Of the replica: more than it may be, so that it is left aside while there are writes."""
KILL_EVERY_SECONDS = 10.0
DOWN_SECONDS = 2.0
STALE_AT_NODES, STALE_AT_EDGE = 1.0, 2.0
"""After so many seconds a node, and the cache before it, must show a change."""
ANSWERS_WITHIN_SECONDS = 30.0
"""Until a write that is repeated is acknowledged."""
_FIRST_POSTED = 1_000
_AWAY = frozenset({502, 503, 504})
_TITLE = re.compile(r"Edition (\d+) of change (\d+)")


@dataclass(frozen=True)
class Site:
    """The database as nodes reach it."""

    settings: dict[str, str]
    direct: URL
    """The server itself, past the pooler."""
    url: str
    """The pooler."""


@contextmanager
def site() -> Iterator[Site]:
    """Start PostgreSQL, a replica that is behind, and PgBouncer in transaction mode."""
    with ExitStack() as stack:
        primary = stack.enter_context(PostgresServer(durable=True))
        direct = primary.url()
        upgrade(direct.set(drivername="postgresql+psycopg"))
        standby = PostgresStandby(primary, behind_seconds=BEHIND_SECONDS)
        stack.enter_context(standby)
        pooler = stack.enter_context(pgbouncer.pooled(direct))
        settings = {
            "MORNINGPOST_DATABASE_LISTEN_URL": direct.render_as_string(),
            "MORNINGPOST_DATABASE_READ_URL": standby.url().render_as_string(),
        }
        yield Site(settings, direct, pooler.render_as_string())


def run(*, folder: Path, seconds: float, chance: random.Random) -> Figures:
    """Kill a node again and again for so long, and judge all that clients were answered."""
    with site() as there, ExitStack() as stack:
        port = proxies.free_port()
        settings = {
            **there.settings,
            "MORNINGPOST_EDGE_MAX_AGE": "86400",
            "MORNINGPOST_PURGE_URLS": f"http://127.0.0.1:{port}",
            "MORNINGPOST_TRUSTED_PROXIES": "127.0.0.1",
        }
        nodes = [
            stack.enter_context(Server(there.url, folder=folder, settings=settings))
            for _ in range(2)
        ]
        edge = proxies.varnish(folder, port=port, upstream=nodes[0].port, other=nodes[1].port)
        stack.enter_context(edge)
        trial = _Trial(nodes, f"http://127.0.0.1:{port}", chance)
        asyncio.run(trial.run(seconds))
        engine = write_engine(_database(there.direct))
        for fault in faults_of(engine):
            trial.figures.expect(False, fault)
        engine.dispose()
        for node in nodes:
            trial.figures.expect("Traceback" not in node.log(), f"a trace: {node.log()[-2000:]}")
        return trial.figures


def _database(url: URL) -> URL:
    return Settings(_env_file=None, database_url=url.render_as_string()).database


@dataclass
class _Truth:
    """What was acknowledged, and when."""

    changes: defaultdict[int, list[tuple[float, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    posted: set[int] = field(default_factory=set)

    def note(self, number: int, change: int) -> None:
        self.changes[number].append((time.monotonic(), change))

    def must_show(self, number: int, at: float) -> int:
        """The change of an issue that was acknowledged last at a time."""
        known = [change for when, change in self.changes.get(number, ()) if when <= at]
        return known[-1] if known else 0


class _Trial:
    def __init__(self, nodes: Sequence[Server], edge: str, chance: random.Random) -> None:
        self._nodes, self._edge, self._chance = nodes, edge, chance
        self._up = set(nodes)
        self._truth = _Truth()
        self._is_over = False
        self._posted = _FIRST_POSTED
        self.figures = Figures("two nodes, one killed every 10 s")
        self.waits: list[float] = []
        """Seconds until each write was acknowledged."""

    async def run(self, seconds: float) -> None:
        async with _client(self._edge, self._nodes[0].editor) as editor:
            for number in range(1, WRITERS + 1):
                document = make_issue(number, title=f"Edition {number} of change 0")
                await self._acknowledged(editor, "POST", "/v1/issues?publish=true", document)
            if self.figures.violations:
                return
            works = [self._write(editor, number) for number in range(1, WRITERS + 1)]
            works += [self._post(editor) for _ in range(POSTERS)]
            works += [self._read_nodes() for _ in range(READERS // 2)]
            works += [self._read_edge() for _ in range(READERS // 2)]
            tasks = [asyncio.create_task(work) for work in works]
            await self._kill_for(seconds)
            self._is_over = True
            await asyncio.gather(*tasks)
            await asyncio.sleep(STALE_AT_EDGE)
            await self._settle()
        counts, waits = self.figures.counts, self.waits or [0.0]
        counts["ms until a write was acknowledged, at most"] = round(max(waits) * 1000)
        counts["ms until a write was acknowledged, median"] = round(median(waits) * 1000)

    async def _kill_for(self, seconds: float) -> None:
        """Kill one node after the other; each is back long before the next one goes."""
        until = time.monotonic() + seconds
        turn = 0
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, KILL_EVERY_SECONDS))
            if time.monotonic() >= until:
                return
            node = self._nodes[turn % len(self._nodes)]
            turn += 1
            self.figures.rounds = turn
            self._up.discard(node)
            await asyncio.to_thread(node.kill)
            await asyncio.sleep(DOWN_SECONDS)
            await asyncio.to_thread(node.start)
            self._up.add(node)

    async def _write(self, editor: httpx.AsyncClient, number: int) -> None:
        """Change an issue again and again, and read it after each change."""
        change, path = 0, f"/v1/issues/{number}"
        while not self._is_over:
            change += 1
            title = {"title": f"Edition {number} of change {change}"}
            await self._acknowledged(editor, "PATCH", f"{path}?publish=true", title)
            self._truth.note(number, change)
            await self._see_own(editor, path, title["title"])
            await asyncio.sleep(self._chance.uniform(0, 0.3))

    async def _post(self, editor: httpx.AsyncClient) -> None:
        """Post new issues, each under a key, and read each of them."""
        while not self._is_over:
            self._posted += 1
            number = self._posted
            document = make_issue(number, title=f"Edition {number} of change 0")
            await self._acknowledged(editor, "POST", "/v1/issues?publish=true", document)
            self._truth.posted.add(number)
            await self._see_own(editor, f"/v1/issues/{number}", document["title"])
            await asyncio.sleep(self._chance.uniform(0, 1.0))

    async def _acknowledged(
        self, editor: httpx.AsyncClient, method: str, path: str, document: dict[str, Any]
    ) -> None:
        """Send a write until it is acknowledged; the same bytes and key each time."""
        key = document["title"].replace(" ", "-")
        headers = {"Idempotency-Key": key} if method == "POST" else {}
        began = time.monotonic()
        while time.monotonic() < began + ANSWERS_WITHIN_SECONDS:
            try:
                answer = await editor.request(method, path, json=document, headers=headers)
            except httpx.TransportError:
                self.figures.counts["writes repeated"] += 1
                continue
            if answer.status_code in {200, 201}:
                self.figures.counts["writes"] += 1
                self.waits.append(time.monotonic() - began)
                return
            self.figures.counts["writes repeated"] += 1
            self._expect_away(answer, f"{method} {path}")
            if answer.status_code not in _AWAY:
                return
            await asyncio.sleep(0.1)
        self.figures.expect(False, f"{method} {path} was not acknowledged in time")

    async def _see_own(self, editor: httpx.AsyncClient, path: str, title: str) -> None:
        answer = await self._answered(editor, path)
        if answer is None:
            return
        is_own = answer.status_code == 200 and answer.json()["title"] == title
        self.figures.counts["own writes read"] += 1
        self.figures.expect(is_own, f"{path} says {answer.text[:200]} after {title}")

    async def _read_nodes(self) -> None:
        """Read as the public at the nodes themselves."""
        clients = {node: _client(node.url, {}) for node in self._nodes}
        while not self._is_over:
            node = self._chance.choice(sorted(self._up, key=lambda node: node.port))
            await self._judge(clients[node], STALE_AT_NODES, "nodes")
            await asyncio.sleep(self._chance.uniform(0, 0.05))
        for client in clients.values():
            await client.aclose()

    async def _read_edge(self) -> None:
        """Read as the public through Varnish."""
        async with _client(self._edge, {}) as client:
            while not self._is_over:
                await self._judge(client, STALE_AT_EDGE, "edge")
                await asyncio.sleep(self._chance.uniform(0, 0.05))

    async def _judge(self, client: httpx.AsyncClient, bound: float, where: str) -> None:
        number = self._chance.randint(1, WRITERS)
        paths = (f"/v1/issues/{number}", f"/issues/{number}", "/v1/issues?limit=100")
        path = self._chance.choice(paths)
        asked_at = time.monotonic()
        answer = await self._answered(client, path)
        if answer is None:
            return
        counts = self.figures.counts
        counts[f"reads at the {where}"] += 1
        if answer.status_code != 200:
            self.figures.expect(False, f"{path} at the {where}: {answer.status_code}")
            return
        shown = _TITLE.findall(answer.text)
        self.figures.expect(bool(shown), f"{path} at the {where} shows no issue")
        for of, change in shown:
            missed = self._truth.must_show(int(of), asked_at - bound)
            if int(change) < missed:
                counts[f"stale at the {where}"] += 1
                self.figures.expect(False, f"{path} at the {where} shows {change}, not {missed}")

    async def _answered(self, client: httpx.AsyncClient, path: str) -> httpx.Response | None:
        """Read, again where a node went meanwhile; `None` if that happened three times."""
        for _ in range(3):
            try:
                answer = await client.get(path)
            except httpx.TransportError:
                self.figures.counts["reads repeated"] += 1
                continue
            if answer.status_code not in _AWAY:
                return answer
            self.figures.counts["reads repeated"] += 1
            self._expect_away(answer, path)
            await asyncio.sleep(0.1)
        self.figures.counts["reads given up"] += 1
        return None

    def _expect_away(self, answer: httpx.Response, what: str) -> None:
        is_away = answer.status_code in _AWAY and "retry-after" in answer.headers
        self.figures.expect(is_away, f"{what} ended with {answer.status_code}: {answer.text[:200]}")

    async def _settle(self) -> None:
        """In the end every node shows every issue as it was acknowledged last."""
        for node in self._nodes:
            async with _client(node.url, node.editor) as keyed, _client(node.url, {}) as public:
                for number, changes in self._truth.changes.items():
                    title = f"Edition {number} of change {changes[-1][1]}"
                    for client in (keyed, public):
                        read = (await client.get(f"/v1/issues/{number}")).json()
                        self.figures.expect(read.get("title") == title, f"lost: {title}")
                for number in self._truth.posted:
                    read = (await keyed.get(f"/v1/issues/{number}")).json()
                    self.figures.expect(read.get("revision") == 1, f"lost or twice: {number}")
                total = (await keyed.get("/v1/issues?status=all&limit=1")).json()["page"]["total"]
                wanted = WRITERS + len(self._truth.posted)
                self.figures.expect(total == wanted, f"{total} issues, and {wanted} were posted")


def _client(url: str, headers: dict[str, str]) -> httpx.AsyncClient:
    headers = {**headers, "If-Match": "*"} if headers else {}
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(
        base_url=url, headers=headers, timeout=20, trust_env=False, limits=limits
    )


def compare(*, folder: Path, seconds: float, most: int = 3) -> Table:
    """Put the same load on one node, on two and so on; what each of them adds, as a table."""
    table = Table("nodes", "reads from the cache/s", "reads with a key/s", "writes/s", "p99 ms")
    with site() as there:
        for count in range(1, most + 1):
            with ExitStack() as stack:
                nodes = [
                    stack.enter_context(Server(there.url, folder=folder, settings=there.settings))
                    for _ in range(count)
                ]
                table.add_row(str(count), *asyncio.run(_load(nodes, seconds, first=count * 10_000)))
    return table


async def _load(nodes: Sequence[Server], seconds: float, *, first: int) -> list[str]:
    """Load the nodes evenly with one kind of request after the other."""
    clients = [_client(node.url, node.editor) for node in nodes]
    public = [_client(node.url, {}) for node in nodes]
    made = await clients[0].post("/v1/issues?publish=true", json=make_issue(first))
    made.raise_for_status()
    numbers = iter(range(first + 1, first + 10_000))

    async def read(turn: int) -> None:
        (await public[turn % len(nodes)].get(f"/v1/issues/{first}")).raise_for_status()

    async def read_with_key(turn: int) -> None:
        (await clients[turn % len(nodes)].get(f"/v1/issues/{first}")).raise_for_status()

    async def write(turn: int) -> None:
        document = make_issue(next(numbers))
        answer = await clients[turn % len(nodes)].post("/v1/issues?publish=true", json=document)
        answer.raise_for_status()

    cells, took = [], []
    for work in (read, read_with_key, write):
        until, done = time.monotonic() + seconds, 0

        async def repeat(place: int) -> int:
            count = 0
            while time.monotonic() < until:  # noqa: B023
                began = time.monotonic()
                await work(place + count)  # noqa: B023
                took.append(time.monotonic() - began)
                count += 1
            return count

        done = sum(await asyncio.gather(*(repeat(place) for place in range(16))))
        cells.append(f"{done / seconds:,.0f}")
    for client in (*clients, *public):
        await client.aclose()
    return [*cells, f"{quantiles(took, n=100)[98] * 1000:.0f}"]
