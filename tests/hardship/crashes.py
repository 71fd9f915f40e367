"""A server, or its database, that is killed at work: what it acknowledged is there afterwards.

While clients post, publish and change issues, a process is ended by SIGKILL at a random moment and
started again. Then every acknowledged write must be readable, every repetition must give the first
answer to the byte, what was under way must have happened whole or not at all, and every row of the
database must fit every other.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
from sqlalchemy import Engine

from tests.factories import make_sections
from tests.hardship.figures import Figures
from tests.hardship.ledger import faults_of
from tests.hardship.server import KEY, Server

POSTERS = 6

MOST_ACKNOWLEDGED = 25
"""A kill comes after 1 to so many acknowledged writes, and then within `SLACK_SECONDS`."""
SLACK_SECONDS = 0.03
"""About what a write takes, so that the kill meets it at any of its points."""

WORKS_WITHIN_SECONDS = 120
"""Far above what the writes before a kill take, so that a server that hangs is noticed."""

FIRST_DAY = date(1900, 1, 1)


@dataclass
class Posted:
    """An issue that a client has sent, and what it was told about it."""

    key: str
    path: str
    document: dict[str, Any]
    answer: httpx.Response | None = None
    titles: list[str] = field(default_factory=list)
    """Of every change that was sent, oldest first; the last may not have been acknowledged."""
    acknowledged: int = 0
    """How many of the changes were."""

    @property
    def number(self) -> int:
        assert self.answer is not None
        number: int = self.answer.json()["number"]
        return number


class Press:
    """Clients that post for as long as the server lives, and remember everything."""

    def __init__(self, server: Server, figures: Figures) -> None:
        self._server = server
        self._figures = figures
        self._days = 0
        self.posted: list[Posted] = []
        self.acknowledged = 0

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._server.url,
            timeout=60,
            trust_env=False,
            headers={"Authorization": f"Bearer {KEY}", "Accept-Encoding": "identity"},
        )

    async def work_until(self, killed: Callable[[], None], *, after: int, slack: float) -> None:
        """Post with all clients; after so many acknowledged writes and a while, kill."""
        enough, killing = asyncio.Event(), asyncio.Event()
        goal = self.acknowledged + after

        def acknowledge() -> None:
            self.acknowledged += 1
            if self.acknowledged >= goal:
                enough.set()

        async with asyncio.TaskGroup() as group:
            for _ in range(POSTERS):
                # One that ends before its time has met a violation: there is no use in waiting.
                poster = group.create_task(self._post(acknowledge, killing))
                poster.add_done_callback(lambda _: enough.set())
            async with asyncio.timeout(WORKS_WITHIN_SECONDS):
                await enough.wait()
            await asyncio.sleep(slack)
            # In a thread: the posters go on while the process dies, and hear what they are told.
            killing.set()
            await asyncio.to_thread(killed)

    async def _post(self, acknowledge: Callable[[], None], killing: asyncio.Event) -> None:
        """Post an issue and change it a few times, again and again, until nobody answers."""
        async with self.client() as client:
            while not killing.is_set():
                posted = self._new()
                try:
                    answer = await send(client, posted)
                    if answer.status_code != 201:
                        self._refused(answer)
                        return
                    acknowledge()
                    await self._change(client, posted, acknowledge)
                except httpx.TransportError:
                    return  # nobody knows whether it happened; the repetition will tell

    async def _change(
        self, client: httpx.AsyncClient, posted: Posted, acknowledge: Callable[[], None]
    ) -> None:
        for turn in range(3):
            title = f"Change {turn} of {posted.key}"
            posted.titles.append(title)
            changes = {"title": title, "sections": make_sections(turn, f"Turn{turn}")}
            answer = await client.patch(
                f"/v1/issues/{posted.number}?publish=true",
                json=changes,
                headers={"If-Match": "*"},
            )
            if answer.status_code != 200:
                self._refused(answer)
                return
            posted.acknowledged = len(posted.titles)
            acknowledge()

    def _refused(self, answer: httpx.Response) -> None:
        """A server whose database was killed says so; nothing else may go wrong."""
        self._figures.counts[f"answered {answer.status_code}"] += 1
        self._figures.expect(answer.status_code == 503, f"refused: {answer.text[:300]}")

    def _new(self) -> Posted:
        self._days += 1
        day = (FIRST_DAY + timedelta(days=self._days)).isoformat()
        posted = Posted(
            key=f"crash-{self._days}",
            path="/v1/issues" + ("?publish=true" if self._days % 2 else ""),
            document={"date": day, "sections": make_sections(self._days)},
        )
        self.posted.append(posted)
        return posted


async def send(client: httpx.AsyncClient, posted: Posted) -> httpx.Response:
    """Post an issue under its key; the first answer of success is kept."""
    answer = await client.post(
        posted.path, json=posted.document, headers={"Idempotency-Key": posted.key}
    )
    if posted.answer is None and answer.status_code == 201:
        posted.answer = answer
    return answer


async def run(
    server: Server,
    engine: Engine,
    *,
    kills: int,
    chance: random.Random,
    victim: Callable[[], None] | None = None,
    revive: Callable[[], object] | None = None,
) -> Figures:
    """Kill and start again so many times; without a `victim` of its own it is the server."""
    figures = Figures("kill -9")
    press = Press(server, figures)
    for _ in range(kills):
        figures.rounds += 1
        seen = len(press.posted)
        await press.work_until(
            victim or server.kill,
            after=chance.randint(1, MOST_ACKNOWLEDGED),
            slack=chance.uniform(0, SLACK_SECONDS),
        )
        await asyncio.to_thread(revive or server.start)
        await _settle(press, press.posted[seen:], figures)
        for fault in faults_of(engine):
            figures.expect(False, fault)
    await _settle(press, press.posted, figures)
    await _count(press, figures)
    return figures


async def _settle(press: Press, posted: list[Posted], figures: Figures) -> None:
    """Ask again for everything that was sent, and compare with what was told before."""
    async with press.client() as client:
        for one in posted:
            known = one.answer
            answer = await send(client, one)
            if answer.status_code != 201:
                figures.expect(False, f"{one.key} repeated: {answer.status_code} {answer.text}")
                continue
            if known is None:
                replayed = "idempotent-replayed" in answer.headers
                figures.counts["unanswered, done" if replayed else "unanswered, not done"] += 1
            else:
                same = _told(answer) == _told(known)
                figures.expect(same, f"{one.key}: another answer than the first")
                replayed = "idempotent-replayed" in answer.headers
                figures.expect(replayed, f"{one.key}: an acknowledged write was done again")
            await _compare(client, one, figures)


async def _compare(client: httpx.AsyncClient, one: Posted, figures: Figures) -> None:
    """Hold an issue against the last change that was acknowledged, or the one under way."""
    answer = await client.get(f"/v1/issues/{one.number}")
    if answer.status_code != 200:
        figures.expect(False, f"{one.key} is lost: {answer.status_code}")
        return
    read = answer.json()
    assert one.answer is not None
    first = one.answer.json()
    told = [first["title"], *one.titles]
    possible = told[one.acknowledged : one.acknowledged + 2]
    if read["title"] not in possible:
        figures.expect(False, f"{one.key} says {read['title']}, not {possible}")
        return
    figures.expect(
        read["revision"] == 1 + told.index(read["title"]),
        f"{one.key} stands at revision {read['revision']} with {read['title']}",
    )
    # From now on this is what is known.
    one.titles = one.titles[: told.index(read["title"])]
    one.acknowledged = len(one.titles)


async def _count(press: Press, figures: Figures) -> None:
    """There are as many issues as were posted, and no more."""
    async with press.client() as client:
        page = (await client.get("/v1/issues?status=all&limit=1")).json()["page"]
    figures.expect(page["total"] == len(press.posted), f"{page['total']} issues stored")
    figures.counts["acknowledged writes"] = press.acknowledged
    figures.counts["issues"] = len(press.posted)


def _told(answer: httpx.Response) -> tuple[object, ...]:
    return (answer.content, answer.headers.get("etag"), answer.headers.get("location"))
