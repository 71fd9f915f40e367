"""Varnish in front with a day's edge age: random changes, and readers who check what they get.

Each title names its issue and how often it was changed, so that every answer tells how old it is.
"""

import asyncio
import random
import re
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.deploy import proxies
from tests.factories import make_issue
from tests.hardship.figures import Figures
from tests.hardship.server import Server

ISSUES = 40
READERS = 4
STALE_SECONDS = 2.0
SETTLED_SECONDS = 3.5
"""After a change, both purges and the refill of what it touched are over."""
LISTS = ("/v1/issues?limit=100", "/issues", "/", "/feeds/issues.json", "/v1/issues/latest")
FORMS = ("/v1/issues/{}", "/issues/{}", "/v1/issues/{}.md")

_TITLE = re.compile(r"Edition (\d+) of change (\d+)")


@dataclass
class Truth:
    """What was written, and when."""

    changes: dict[int, list[tuple[float, int]]] = field(default_factory=lambda: defaultdict(list))
    """For each issue the times of its changes, and their numbers."""
    touched: dict[int, float] = field(default_factory=dict)
    """When an issue was touched last, also by a neighbour that came or went."""

    def note(self, number: int, change: int) -> None:
        now = time.monotonic()
        self.changes[number].append((now, change))
        self.touched[number] = now

    def must_show(self, number: int, at: float) -> int:
        """The change that an answer asked for at a time has to show at least."""
        known = [change for when, change in self.changes[number] if when <= at - STALE_SECONDS]
        return known[-1] if known else 0


def run(
    url: str, *, folder: Path, changes: int, chance: random.Random, workers: int = 2
) -> Figures:
    """Make changes at the server, read through Varnish, and count what was stale or missed."""
    port = proxies.free_port()
    with ExitStack() as stack:
        server = stack.enter_context(
            Server(
                url,
                folder=folder,
                workers=workers,
                settings={
                    "MORNINGPOST_EDGE_MAX_AGE": "86400",
                    "MORNINGPOST_PURGE_URLS": f"http://127.0.0.1:{port}",
                },
            )
        )
        stack.enter_context(proxies.varnish(folder, port=port, upstream=server.port))
        trial = _Trial(server, f"http://127.0.0.1:{port}", changes, chance)
        return asyncio.run(trial.run())


class _Trial:
    def __init__(self, server: Server, edge: str, changes: int, chance: random.Random) -> None:
        self._server, self._edge = server, edge
        self._changes, self._chance = changes, chance
        self._truth, self._last_read = Truth(), dict[str, float]()
        self._out: set[int] = set()
        """Issues that are not in print."""
        self.figures = Figures("edge")

    async def run(self) -> Figures:
        async with (
            httpx.AsyncClient(base_url=self._server.url, timeout=30, trust_env=False) as origin,
            httpx.AsyncClient(base_url=self._edge, timeout=30, trust_env=False) as edge,
        ):
            origin.headers.update({**self._server.editor, "If-Match": "*"})
            for number in range(1, ISSUES + 1):
                document = make_issue(number, title=f"Edition {number} of change 0")
                done = await origin.post("/v1/issues?publish=true", json=document)
                done.raise_for_status()
            await asyncio.sleep(SETTLED_SECONDS)
            writing = asyncio.create_task(self._write(origin))
            reading = [asyncio.create_task(self._read(edge, writing)) for _ in range(READERS)]
            await asyncio.gather(writing, *reading)
        return self.figures

    async def _write(self, origin: httpx.AsyncClient) -> None:
        for change in range(1, self._changes + 1):
            number = self._chance.randint(1, ISSUES)
            if number in self._out:
                await self._send(origin, f"/v1/issues/{number}/publish")
                self._out.discard(number)
                self._touch_neighbours(number)
            elif self._chance.random() < 0.1 and len(self._out) < ISSUES // 4:
                await self._send(origin, f"/v1/issues/{number}/unpublish")
                self._out.add(number)
                self._touch_neighbours(number)
            else:
                title = {"title": f"Edition {number} of change {change}"}
                done = await origin.patch(f"/v1/issues/{number}?publish=true", json=title)
                done.raise_for_status()
                self._truth.note(number, change)
            self._truth.touched[number] = time.monotonic()
            self.figures.rounds = change
            await asyncio.sleep(self._chance.uniform(0, 0.1))

    def _touch_neighbours(self, number: int) -> None:
        """Their links lead elsewhere now."""
        for beyond in (range(number - 1, 0, -1), range(number + 1, ISSUES + 1)):
            near = next((each for each in beyond if each not in self._out), None)
            if near is not None:
                self._truth.touched[near] = time.monotonic()

    async def _send(self, origin: httpx.AsyncClient, path: str) -> None:
        (await origin.post(path)).raise_for_status()

    async def _read(self, edge: httpx.AsyncClient, writing: "asyncio.Task[None]") -> None:
        while not writing.done():
            number = self._chance.randint(1, ISSUES)
            is_list = self._chance.random() < 0.2
            path = self._chance.choice(LISTS if is_list else FORMS).format(number)
            await self._judge(edge, path, None if is_list else number)
            await asyncio.sleep(self._chance.uniform(0, 0.02))

    async def _judge(self, edge: httpx.AsyncClient, path: str, number: int | None) -> None:
        asked_at = time.monotonic()
        answer = await edge.get(path)
        counts = self.figures.counts
        counts["answers"] += 1
        if answer.status_code == 404:
            counts["of what is out of print"] += 1
            return
        self.figures.expect(answer.status_code == 200, f"{path} answered {answer.status_code}")
        for of, shown in _TITLE.findall(answer.text):
            wanted = self._truth.must_show(int(of), asked_at)
            if int(shown) < wanted:
                counts["stale"] += 1
            self.figures.expect(int(shown) >= wanted, f"{path} shows {shown}, not {wanted}")
        is_hit = len(answer.headers["x-varnish"].split()) == 2
        counts["hits"] += is_hit
        was_read = self._last_read.get(path)
        self._last_read[path] = asked_at
        if number is None or was_read is None:
            return
        touched = self._truth.touched.get(number, 0.0)
        if touched + SETTLED_SECONDS < was_read:
            counts["of what was not touched"] += 1
            counts["hits of what was not touched"] += is_hit
