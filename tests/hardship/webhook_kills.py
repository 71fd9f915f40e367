"""The sender of webhooks is killed at work: what was logged arrives all the same, in order.

The server that publishes also delivers. It is ended by SIGKILL at a random moment and started
again. One receiver answers, another one fails half of the time. A secret is rotated on the way.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.delivery.receiver_server import Came, ReceiverServer, receiving
from tests.factories import issue
from tests.hardship.figures import Figures
from tests.hardship.server import Server

PATHS = ("/ok", "/random")
ARRIVES_WITHIN_SECONDS = 120.0
"""After the last kill. What the killed process had leased waits for the end of its lease, 30 s."""
_SETTINGS = {
    "MORNINGPOST_WEBHOOKS_ALLOW_PRIVATE": "true",
    "MORNINGPOST_WEBHOOKS_RETRY_SECONDS": "0.05,0.1,0.2",
}
_CHANGES_A_ROUND = 6
"""So many publications at most are answered before the kill."""


async def run(database_url: str, *, folder: Path, kills: int, chance: random.Random) -> Figures:
    """Kill the sender so many times while it publishes and delivers."""
    figures = Figures("webhooks, kill -9")
    server = Server(database_url, folder=folder, settings=_SETTINGS)
    async with receiving(chance) as receiver:
        await asyncio.to_thread(server.start)
        try:
            webhooks = await _subscribe(server, receiver)
            for _ in range(kills):
                figures.rounds += 1
                published = asyncio.Semaphore(0)
                changing = asyncio.create_task(_change(server, figures.rounds, chance, published))
                for _ in range(chance.randint(1, _CHANGES_A_ROUND)):
                    await published.acquire()
                await asyncio.sleep(chance.uniform(0.0, 0.3))
                await asyncio.to_thread(server.kill)
                await changing
                await asyncio.to_thread(server.start)
                if figures.rounds == kills // 2:
                    await _rotate(server, receiver, webhooks["/ok"])
            logged = await _log(server)
            await _arrival(receiver, logged)
        finally:
            await asyncio.to_thread(server.stop)
    for path in PATHS:
        _judge(figures, receiver, path, logged)
    figures.counts["events"] = len(logged)
    figures.counts["requests"] = len(receiver.came)
    figures.counts["requests with two signatures"] = sum(c.signatures == 2 for c in receiver.came)
    return figures


async def _subscribe(server: Server, receiver: ReceiverServer) -> dict[str, str]:
    ids = {}
    async with _client(server) as client:
        for path in PATHS:
            made = (await client.post("/v1/webhooks", json={"url": receiver.url + path})).json()
            ids[path], receiver.secrets[path] = made["id"], [made["secret"]]
    return ids


async def _change(
    server: Server, number: int, chance: random.Random, published: asyncio.Semaphore
) -> None:
    """Publish one issue, then print it and earlier ones anew, until the server is gone."""
    document = issue(number=number, date=f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}")
    try:
        async with _client(server) as client:
            (await client.post("/v1/issues?publish=true", json=document)).raise_for_status()
            published.release()
            for change in itertools.count():
                path = f"/v1/issues/{chance.randint(1, number)}"
                await client.patch(path, json={"title": f"Change {number}.{change}"})
                (await client.post(f"{path}/publish")).raise_for_status()
                published.release()
    except httpx.TransportError:
        pass  # killed


async def _rotate(server: Server, receiver: ReceiverServer, webhook: str) -> None:
    async with _client(server) as client:
        rotated = (await client.post(f"/v1/webhooks/{webhook}/rotate")).json()
    receiver.secrets["/ok"] = [*receiver.secrets["/ok"], rotated["secret"]]


async def _log(server: Server) -> Sequence[dict[str, Any]]:
    """Read the events of the default types from the whole log, with their exact bytes."""
    events: list[dict[str, Any]] = []
    query = {"limit": "100", "types": "issue.published,issue.updated"}
    async with _client(server) as client:
        while True:
            answer = await client.get("/v1/events", params=query)
            page = answer.raise_for_status().json()
            events += ({**event, "_page": answer.content} for event in page["data"])
            query["after"] = page["page"]["next_cursor"]
            if not page["page"]["has_more"]:
                return events


async def _arrival(receiver: ReceiverServer, logged: Sequence[dict[str, Any]]) -> None:
    wanted = {event["id"] for event in logged}
    deadline = time.monotonic() + ARRIVES_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if all(wanted <= {c.id for c in receiver.of(path, succeeded=True)} for path in PATHS):
            return
        await asyncio.sleep(0.2)


def _judge(
    figures: Figures, receiver: ReceiverServer, path: str, logged: Sequence[dict[str, Any]]
) -> None:
    came = receiver.of(path)
    firsts: dict[str, Came] = {}
    for each in receiver.of(path, succeeded=True):
        firsts.setdefault(each.id, each)
    wanted = {event["id"]: event for event in logged}
    missing, more = wanted.keys() - firsts.keys(), firsts.keys() - wanted.keys()
    figures.expect(not missing, f"{path} did not get {len(missing)} events")
    figures.expect(not more, f"{path} got {len(more)} events that are not in the log")
    figures.expect(all(c.is_verified for c in came), f"{path} got a signature that does not fit")
    changed = {c.id for c in came if c.id in wanted and c.body not in wanted[c.id]["_page"]}
    figures.expect(not changed, f"{path} got other bytes than the log has")
    last: dict[int, int] = {}
    for each in firsts.values():
        number = each.event["data"]["issue"]["number"]
        figures.expect(
            each.event["sequence"] > last.get(number, 0), f"{path} got {each.id} out of order"
        )
        last[number] = each.event["sequence"]
    figures.counts[f"attempts at {path}"] = len(came)
    figures.counts[f"more than once at {path}"] = len(receiver.of(path, succeeded=True)) - len(
        firsts
    )


def _client(server: Server) -> httpx.AsyncClient:
    headers = {**server.editor, "If-Match": "*"}
    return httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False, timeout=30)
