"""`/metrics` of several workers: the numbers are those of what was sent, to the unit.

Each request has a connection of its own, so that the system spreads them over the workers. What is
expected is counted by the clients, by method, route and status.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any

import httpx

from tests.factories import make_issue
from tests.hardship.ending import all_serve
from tests.hardship.figures import Figures
from tests.hardship.server import Server

AT_ONCE = 16
Labels = tuple[str, str, str]
"""Method, route and status."""

_LINE = re.compile(
    r'^morningpost_requests_total\{method="(.*?)",route="(.*?)",status="(.*?)"\} (\S+)$',
    re.MULTILINE,
)
_COUNT = re.compile(
    r'^morningpost_request_duration_seconds_count\{method="(.*?)",route="(.*?)"\} (\S+)$',
    re.MULTILINE,
)
_OWN = "/metrics"
"""Scrapes count themselves, while the clients count everything else."""


def requests(editor: Mapping[str, str]) -> Iterator[tuple[Labels, str, str, dict[str, Any]]]:
    """One of each sort: what it must be counted as, method, path, and what is sent along."""
    yield ("GET", "/v1/issues/{ref}", "200"), "GET", "/v1/issues/1", {}
    yield ("GET", "/v1/issues/{ref}", "200"), "GET", "/v1/issues/1", {"headers": editor}
    yield ("HEAD", "/v1/issues/{ref}", "200"), "HEAD", "/v1/issues/1", {}
    yield (
        ("GET", "/v1/issues/{ref}", "304"),
        "GET",
        "/v1/issues/1",
        {"headers": {"If-None-Match": "*"}},
    )
    yield ("GET", "/v1/issues", "200"), "GET", "/v1/issues?limit=1", {}
    yield ("GET", "none", "404"), "GET", "/nothing/here", {}
    yield ("GET", "/v1/issues/{ref}", "404"), "GET", "/v1/issues/77", {}
    yield ("GET", "/v1/issues", "400"), "GET", "/v1/issues?limit=none", {}
    yield ("POST", "none", "401"), "POST", "/v1/issues", {"json": {}}
    yield ("DELETE", "none", "405"), "DELETE", "/v1/issues", {"headers": editor}
    yield ("POST", "/v1/issues", "422"), "POST", "/v1/issues", {"json": {}, "headers": editor}
    yield ("POST", "/graphql", "200"), "POST", "/graphql", {"json": {"query": "{ __typename }"}}
    yield ("GET", "/issues/{ref}", "200"), "GET", "/issues/1", {}
    yield ("GET", "/livez", "200"), "GET", "/livez", {}


async def run(server: Server, figures: Figures, *, workers: int, count: int) -> None:
    """Send so many requests, and compare the numbers of a scrape with them."""
    figures.rounds += 1
    await all_serve(server, workers)
    async with httpx.AsyncClient(base_url=server.url, headers=server.editor) as client:
        made = await client.post("/v1/issues?publish=true", json=make_issue(1))
        figures.expect(made.status_code == 201, f"a post ended with {made.status_code}")
    before = await _scrape(server)
    sent: Counter[Labels] = Counter()
    work = iter(list(islice(cycle(requests(server.editor)), count)))
    await asyncio.gather(*(_send(server, work, sent, figures) for _ in range(AT_ONCE)))
    after = await _scrape(server)
    found = after - before
    figures.expect(found == sent, f"counted otherwise: {dict((found - sent) | (sent - found))}")
    figures.counts["requests"] += sum(sent.values())
    figures.counts["series"] = len(sent)


async def _send(
    server: Server,
    work: Iterator[tuple[Labels, str, str, dict[str, Any]]],
    sent: Counter[Labels],
    figures: Figures,
) -> None:
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=60) as client:
        for labels, method, path, more in work:
            answer = await client.request(method, path, **more)
            is_expected = str(answer.status_code) == labels[2]
            figures.expect(is_expected, f"{method} {path} ended with {answer.status_code}")
            sent[labels] += 1


async def _scrape(server: Server) -> Counter[Labels]:
    """What all workers have counted, without the scrapes; the text is made once a second."""
    await asyncio.sleep(1.1)
    async with httpx.AsyncClient(base_url=server.url, headers=server.editor, timeout=60) as client:
        text = (await client.get("/metrics")).text
    found: Counter[Labels] = Counter()
    for method, route, status, number in _LINE.findall(text):
        if route != _OWN:
            found[method, route, status] = int(float(number))
    by_route: Counter[tuple[str, str]] = Counter()
    for (method, route, _), number in found.items():
        by_route[method, route] += number
    measured = {(m, r): int(float(n)) for m, r, n in _COUNT.findall(text) if r != _OWN}
    assert measured == dict(by_route), "durations are of other requests than counts"
    return found
