"""Floods of GraphQL: each is refused at once, nobody beside it waits, and nothing is left of it.

The figures are those of the client, on the same machine: what the server takes is a little less.
"""

import multiprocessing
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx
import orjson

from app.demo import demo_issues
from tests.hardship.figures import Figures
from tests.hardship.flood_attacks import JSON, Attack, attacks
from tests.hardship.server import Server

REFUSED_WITHIN = 0.100
WAITS_AT_MOST = 0.050
GROWS_LESS_THAN = 16 * 1024 * 1024
ERROR_BYTES = 2_048
DEAREST_WITHIN = 0.250

HARMLESS = orjson.dumps({"query": "{ latestIssue { title } }"})


@dataclass
class Met:
    """How an attack was met, over all of its rounds."""

    name: str
    status: int
    code: str
    size: int
    is_allowed: bool
    seconds: list[float] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    waited: float = 0.0
    """The longest that a harmless query beside it took."""


def run(server: Server, *, rounds: int) -> list[Figures]:
    """Meet every attack so many times, then ask for the dearest that is allowed."""
    _fill(server)
    attacked, allowed = Figures("attacks"), Figures("the dearest allowed")
    with httpx.Client(base_url=server.url, timeout=30, trust_env=False) as client:
        # What is made once, at the first query, is no leak.
        for attack in attacks():
            _send(client, attack)
        before = memory_of(server.pid)
        with Bystander(server.url) as bystander:
            met = [_meet(client, attack, rounds) for attack in attacks()]
        grown = memory_of(server.pid) - before
        _judge(attacked, met, bystander.spans, rounds)
        attacked.counts[f"MB grown: {grown / 1024 / 1024:.1f}, attacks"] = len(met)
        attacked.expect(grown < GROWS_LESS_THAN, f"the server has grown by {grown} bytes")
        _ask_dearest(client, allowed, rounds)
    return [attacked, allowed]


def _fill(server: Server) -> None:
    lines = b"\n".join(orjson.dumps(document) for document in demo_issues())
    answer = httpx.post(
        f"{server.url}/v1/issues/import?publish=true",
        content=lines,
        headers={**server.editor, "Content-Type": "application/x-ndjson"},
        timeout=60,
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text


def memory_of(pid: int) -> int:
    """The bytes that a process has in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the process has no memory")


def _send(client: httpx.Client, attack: Attack) -> httpx.Response:
    if attack.body is None:
        return client.get(f"/graphql?{attack.query_string}")
    return client.post("/graphql", content=attack.body, headers=attack.headers)


def _meet(client: httpx.Client, attack: Attack, rounds: int) -> Met:
    met = Met(attack.name, 0, "", 0, attack.is_allowed)
    for _ in range(rounds):
        started = time.monotonic()
        answer = _send(client, attack)
        ended = time.monotonic()
        met.seconds.append(ended - started)
        met.spans.append((started, ended))
        met.status, met.size = answer.status_code, len(answer.content)
        met.code = _code_of(answer)
    return met


def _code_of(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    errors = told.get("errors")
    if errors and isinstance(errors[0], dict) and "extensions" in errors[0]:
        return str(errors[0]["extensions"].get("code"))
    return str(told.get("code", ""))


def _judge(
    figures: Figures, met: Sequence[Met], beside: Sequence[tuple[float, float]], rounds: int
) -> None:
    figures.rounds = rounds
    for each in met:
        each.waited = max(
            (
                end - start
                for start, end in beside
                if any(start < until and end > since for since, until in each.spans)
            ),
            default=0.0,
        )
        slowest = max(each.seconds)
        where = f"{each.name} ({each.status} {each.code})"
        figures.expect(each.status < 500, f"{where}: a server error")
        figures.expect(bool(each.code) != each.is_allowed, f"{where}: judged the other way")
        figures.expect(
            each.is_allowed or each.size <= ERROR_BYTES, f"{where}: {each.size} bytes of error"
        )
        figures.expect(slowest < REFUSED_WITHIN, f"{where}: {slowest * 1000:.0f} ms")
        figures.expect(
            each.waited < WAITS_AT_MOST,
            f"{where}: one beside it waited {each.waited * 1000:.0f} ms",
        )
    slow = max(met, key=lambda each: max(each.seconds))
    held = max(met, key=lambda each: each.waited)
    big = max((each for each in met if not each.is_allowed), key=lambda each: each.size)
    refused = sum(not each.is_allowed for each in met)
    figures.counts[f"slowest {max(slow.seconds) * 1000:.1f} ms: {slow.name}"] = 1
    figures.counts[f"longest wait beside {held.waited * 1000:.1f} ms: {held.name}"] = 1
    figures.counts[f"largest error {big.size} bytes: {big.name}"] = 1
    figures.counts["refused"] = refused
    every = [seconds for each in met for seconds in each.seconds]
    figures.counts[f"median {statistics.median(every) * 1000:.2f} ms, requests"] = len(every)


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
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
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
    "all types of the schema": (
        "{__schema{types{name fields{name args{name type{name ofType{name}}}"
        "type{name ofType{name ofType{name}}}}}}}"
    ),
}


def _ask_dearest(client: httpx.Client, figures: Figures, rounds: int) -> None:
    figures.rounds = rounds
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
        slowest = max(seconds)
        figures.expect(slowest < DEAREST_WITHIN, f"{name}: {slowest * 1000:.0f} ms")
        figures.counts[f"{name}, cost {cost}, {len(answer.content)} bytes: ms"] = round(
            slowest * 1000
        )
