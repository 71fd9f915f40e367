"""Floods of GraphQL: each is refused at once, nobody beside it waits, and nothing is left of it.

What the server takes is told by its processor clock, which others on the machine do not turn, and
with nobody else asking; what a harmless query waits is told by a client that asks beside a second
flood. No query comes twice: what was read before costs nothing. Linux only.
"""

import gc
import multiprocessing
import random
import re
import statistics
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx
import orjson
from rich.table import Table

from app.demo import demo_issues
from tests.factories import entry, issue, lead
from tests.hardship.figures import Figures
from tests.hardship.flood_attacks import JSON, REFUSED_VARIANTS, Attack, attacks, variants
from tests.hardship.server import Server

REFUSED_WITHIN = 0.100
WAITS_AT_MOST = 0.050
GROWS_LESS_THAN = 16 * 1024 * 1024
ERROR_BYTES = 2_048
DEAREST_WITHIN = 0.250
QUIET_SECONDS = 2.0
"""So long a harmless query stands alone: what it waits then is the machine's doing."""

HARMLESS = orjson.dumps({"query": "{ latestIssue { title } }"})


@dataclass
class Met:
    """How an attack was met, over all of its rounds."""

    name: str
    is_allowed: bool
    sent: int = 0
    """Bytes of the request; of the last round, as all figures that are not times."""
    status: int = 0
    code: str = ""
    size: int = 0
    seconds: list[float] = field(default_factory=list)
    """What the client waited, each round with nobody beside it."""
    own: list[float] = field(default_factory=list)
    """What the server's processor took for it."""
    spans: list[tuple[float, float]] = field(default_factory=list)
    """From when to when each round took that harmless queries stood beside."""
    waited: float = 0.0
    """The longest that a harmless query beside it took."""

    @property
    def slowest(self) -> float:
        """What the server took, at most."""
        return max(self.own)

    def row(self) -> tuple[str, ...]:
        """The attack as a row of a table."""
        return (
            self.name,
            str(self.sent),
            str(self.status),
            self.code or "answered",
            str(self.size),
            f"{statistics.median(self.seconds) * 1000:.1f}",
            f"{statistics.median(self.own) * 1000:.1f}",
            f"{self.slowest * 1000:.1f}",
            f"{self.waited * 1000:.1f}",
        )


@dataclass
class Flooded:
    """What came of a flood: each attack, and what was not as promised."""

    met: list[Met]
    figures: list[Figures]
    closing: str

    def table(self) -> Table:
        """Every attack in a row."""
        head = ("attack", "sent B", "status", "code", "answer B")
        times = ("ms", "server ms", "at most", "others wait")
        table = Table(*head, *times)
        for met in self.met:
            table.add_row(*met.row())
        return table


def run(server: Server, *, rounds: int, turns: int = 400, is_measured: bool = True) -> Flooded:
    """Meet every attack so many times alone and so many beside a harmless query, then ask for the
    dearest that is allowed.

    `turns`: how many there are of requests that are never the same twice. Without `is_measured`
    neither times nor memory are judged: they are those of a machine that has other work.
    """
    _fill(server)
    attacked, allowed = Figures("attacks", rounds), Figures("the dearest allowed", rounds)
    with httpx.Client(base_url=server.url, timeout=30, trust_env=False) as client:
        # What is made once, at the first query, is no leak.
        for attack in attacks():
            _send(client, attack)
        before, cached_before = memory_of(server.pid), _cached_bytes(client, server)
        flood = _Flood(client, server, turns)
        with _uncollected():
            flood.meet(range(1, rounds + 1), is_alone=True)
        with Bystander(server.url) as bystander, _uncollected():
            if is_measured:
                time.sleep(QUIET_SECONDS)
            quiet_until = time.monotonic()
            flood.meet(range(rounds + 1, 2 * rounds + 1), is_alone=False)
        met = list(flood.met.values())
        cached = _cached_bytes(client, server) - cached_before
        grown = memory_of(server.pid) - before - cached
        dearest = _ask_dearest(client, allowed, rounds)
    quiet = max((end - start for start, end in bystander.spans if end < quiet_until), default=0.0)
    for each in met:
        each.waited = _waited(each, bystander.spans)
        _judge(attacked, each)
    refused = [each for each in met if not each.is_allowed]
    slowest = max(refused, key=lambda each: each.slowest)
    waited = max(met, key=lambda each: each.waited)
    largest = max(refused, key=lambda each: each.size)
    if is_measured:
        for each in refused:
            where = f"{each.name}: {each.slowest * 1000:.0f} ms"
            attacked.expect(each.slowest < REFUSED_WITHIN, where)
        for each in met:
            where = f"{each.name}: one beside it waited {each.waited * 1000:.0f} ms"
            attacked.expect(each.waited < WAITS_AT_MOST, where)
        attacked.expect(grown < GROWS_LESS_THAN, f"the server has grown by {grown} bytes")
        allowed.expect(dearest < DEAREST_WITHIN, f"the dearest took {dearest * 1000:.0f} ms")
    attacked.counts["refused"] = len(refused)
    attacked.counts["answered, for they ask for no more than anybody may"] = len(met) - len(refused)
    closing = (
        f"{len(refused)} attacks refused, the slowest in {slowest.slowest * 1000:.1f} ms"
        f" of the server ({slowest.name}; limit {REFUSED_WITHIN * 1000:.0f});"
        f" a harmless query waited {waited.waited * 1000:.1f} ms at most"
        f" ({waited.name}; limit {WAITS_AT_MOST * 1000:.0f}, beside nothing {quiet * 1000:.1f});"
        f" memory grew by {grown / 1024 / 1024:.1f} MB (limit {GROWS_LESS_THAN // 1024 // 1024})"
        f" beside {cached / 1024 / 1024:.1f} MB of cached responses;"
        f" the largest error has {largest.size} bytes ({largest.name}; limit {ERROR_BYTES});"
        f" the dearest that is allowed took {dearest * 1000:.0f} ms"
        f" (limit {DEAREST_WITHIN * 1000:.0f})."
    )
    return Flooded(met, [attacked, allowed], closing)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector of the one who measures still: it takes 100 ms now and then."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _fill(server: Server) -> None:
    entries = [entry(f"acme/orca-{n}", name=f"Orca {n}") for n in range(200)]
    longest = issue(date="2026-12-24", sections=[lead(), {"kind": "trending", "entries": entries}])
    lines = b"\n".join(orjson.dumps(document) for document in [*demo_issues(), longest])
    answer = httpx.post(
        f"{server.url}/v1/issues/import?publish=true",
        content=lines,
        headers={**server.editor, "Content-Type": "application/x-ndjson"},
        timeout=60,
        trust_env=False,
    )
    assert answer.text.count('"status":201') == 13, answer.text


def memory_of(pid: int) -> int:
    """The bytes that a process has in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the process has no memory")


def _cached_bytes(client: httpx.Client, server: Server) -> int:
    """The size of the response cache, which a setting bounds.

    Answered queries of a flood are cached like any others.
    """
    metrics = client.get("/metrics", headers=server.editor).text
    found = re.search(r"^morningpost_cache_bytes(?:\{[^}]*\})? (\S+)$", metrics, re.MULTILINE)
    assert found is not None, "the server does not say how large its cache is"
    return int(float(found[1]))


def processor_seconds_of(pid: int) -> float:
    """What a process has had of the processor so far."""
    # clock_getcpuclockid(3): Linux makes the clock of a process from its number.
    return time.clock_gettime((~pid << 3) | 2)


def _send(client: httpx.Client, attack: Attack) -> httpx.Response:
    if attack.body is None:
        return client.get(f"/graphql?{attack.query_string}")
    return client.post("/graphql", content=attack.body, headers=attack.headers)


class _Flood:
    """All attacks, and how each was met so far."""

    def __init__(self, client: httpx.Client, server: Server, turns: int) -> None:
        self._client = client
        self._pid = server.pid
        self._turns = turns
        self._chance = random.Random(95)
        self._varied = 0
        self.met: dict[str, Met] = {}

    def meet(self, rounds: range, *, is_alone: bool) -> None:
        """Meet every attack in each round, then the requests that are never the same twice."""
        for same in zip(*map(attacks, rounds), strict=True):
            for attack in same:
                self._meet_once(attack, is_alone=is_alone)
        for name, body_of in variants(self._chance).items():
            is_allowed = name not in REFUSED_VARIANTS
            for turn in range(self._varied, self._varied + self._turns):
                named = f"{self._turns} times {name}"
                attack = Attack(named, body_of(turn), is_allowed=is_allowed)
                self._meet_once(attack, is_alone=is_alone)
        self._varied += self._turns

    def _meet_once(self, attack: Attack, *, is_alone: bool) -> None:
        met = self.met.setdefault(attack.name, Met(attack.name, attack.is_allowed))
        before = processor_seconds_of(self._pid)
        started = time.monotonic()
        answer = _send(self._client, attack)
        ended = time.monotonic()
        if is_alone:
            met.own.append(processor_seconds_of(self._pid) - before)
            met.seconds.append(ended - started)
        else:
            met.spans.append((started, ended))
        met.sent = len(attack.query_string if attack.body is None else attack.body)
        met.status, met.size, met.code = answer.status_code, len(answer.content), _code_of(answer)


def _code_of(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    errors = told.get("errors")
    if errors and isinstance(errors[0], dict) and "extensions" in errors[0]:
        return str(errors[0]["extensions"].get("code"))
    return str(told.get("code", ""))


def _waited(met: Met, beside: Sequence[tuple[float, float]]) -> float:
    """The longest query of the bystander that any round of an attack fell into."""
    starts = [start for start, _ in beside]
    longest = 0.0
    for since, until in met.spans:
        # One query at a time: the first that may reach into the round began before it.
        for start, end in beside[max(0, bisect_left(starts, since) - 1) :]:
            if start >= until:
                break
            if end > since:
                longest = max(longest, end - start)
    return longest


def _judge(figures: Figures, met: Met) -> None:
    where = f"{met.name} ({met.status} {met.code})"
    figures.expect(met.status < 500, f"{where}: a server error")
    figures.expect(bool(met.code) != met.is_allowed, f"{where}: judged the other way")
    is_short = met.is_allowed or met.size <= ERROR_BYTES
    figures.expect(is_short, f"{where}: {met.size} bytes of error")


class Bystander:
    """A process that asks a harmless query again and again."""

    def __init__(self, url: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._done = context.Event()
        self._found: Queue[list[tuple[float, float]]] = context.Queue()
        self._ready = context.Event()
        self._process = context.Process(
            target=_stand_by, args=(url, self._ready, self._done, self._found)
        )
        self.spans: list[tuple[float, float]] = []
        """From when to when each query took, by the clock that all processes share."""

    def __enter__(self) -> "Bystander":
        self._process.start()
        assert self._ready.wait(30), "the bystander does not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.spans = self._found.get(timeout=30)
        self._process.join(30)


def _stand_by(
    url: str, ready: Event, done: Event, found: "Queue[list[tuple[float, float]]]"
) -> None:
    spans = []
    with _uncollected(), httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        client.post("/graphql", content=HARMLESS, headers=JSON)
        ready.set()
        while not done.is_set():
            started = time.monotonic()
            answer = client.post("/graphql", content=HARMLESS, headers=JSON)
            spans.append((started, time.monotonic()))
            assert answer.status_code == 200, answer.text
            time.sleep(0.001)
    found.put(spans)


_EVERYTHING = """
    number date slug title summary status revision publishedAt updatedAt
    dateline { place weather { summary temperatureC } } links { self html markdown }
    sections { __typename id kind slug heading standfirst
      ... on StorySection { kicker headline byline body bodyHtml significance
        metrics { title items { label value number unit source { name url observedAt } } } }
      ... on ToolsSection { tools { name summary url category } }
      ... on TrendingSection { entries { rank externalId name url summary stars likes } }
      ... on MoversSection { entries { rank externalId name url change window } }
      ... on ReadingSection { items { title summary url source author minutes } } }
"""
DEAREST: dict[str, str] = {
    "four issues with everything": "{issues(first:4){nodes{" + _EVERYTHING + "}}}",
    "twenty issues with their tools": "{issues{nodes{title tools{name summary url category}}}}",
    "a hundred sections": "{sections(first:100){nodes{slug heading issue{title}}}}",
    "a hundred tools with their issues": "{tools(first:100){nodes{name issue{title date}}}}",
    "nine pages of entries": "{"
    + "".join(f"a{n}:entries(first:{90 + n}){{nodes{{externalId stars}}}}" for n in range(9))
    + "}",
    "thirty searches": "{"
    + "".join(
        f'a{n}:search(query:"the model of a demo {n}",first:30){{nodes{{title snippet}}}}'
        for n in range(30)
    )
    + "}",
    "thirty searches, counted": "{"
    + "".join(
        f'a{n}:search(query:"the {n}",sort:NEWEST,first:30){{totalCount nodes{{title snippet}}}}'
        for n in range(30)
    )
    + "}",
    "thirty pages counted": "{"
    + "".join(f"a{n}:tools(first:{n + 1}){{totalCount nodes{{name}}}}" for n in range(30))
    + "}",
    "thirty mover lists": "{"
    + "".join(f"a{n}:movers(first:{n + 1}){{totalCount nodes{{name}}}}" for n in range(30))
    + "}",
    "neighbours of neighbours, 511 times": (
        "{latestIssue{...f0}}"
        + "".join(
            f"fragment f{n} on Issue{{id title slug date previous{{...f{n + 1}}}"
            f"next{{...f{n + 1}}}}}"
            for n in range(8)
        )
        + "fragment f8 on Issue{id title slug date}"
    ),
    "4,848 objects": "{"
    + "".join(f"a{n}:latestIssue{{trending{{name stars}}}}" for n in range(24))
    + "}",
    "ninety pages of one": "{issues(first:90){nodes{title trending{externalId name url stars}}}}",
    "all types of the schema": (
        "{__schema{types{name fields{name args{name type{name ofType{name}}}"
        "type{name ofType{name ofType{name}}}}}}}"
    ),
}


def _ask_dearest(client: httpx.Client, figures: Figures, rounds: int) -> float:
    """Ask for all of them; how long the slowest took."""
    slowest = 0.0
    for name, query in DEAREST.items():
        seconds = []
        for turn in range(rounds):
            # Another text each time: neither read before nor answered before.
            body = orjson.dumps({"query": f"{query} # {turn}"})
            started = time.monotonic()
            answer = client.post("/graphql", content=body, headers=JSON)
            seconds.append(time.monotonic() - started)
        told = answer.json()
        cost = told["extensions"]["cost"]["requested"]
        figures.expect("errors" not in told, f"{name}: {answer.text[:300]}")
        figures.counts[f"{name}, cost {cost}, {len(answer.content)} bytes: ms"] = round(
            max(seconds) * 1000
        )
        slowest = max(slowest, *seconds)
    return slowest
