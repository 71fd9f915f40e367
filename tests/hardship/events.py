"""The event log under many writers: each reader sees all of it, in order and once."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.factories import make_issue
from tests.hardship.figures import Figures
from tests.hardship.server import KEY, Server

WRITERS = 16
SETTLES_WITHIN_SECONDS = 20.0
APPEARS_WITHIN_SECONDS = 2.0
OWNER = {"Authorization": f"Bearer {KEY}"}

Reading = Callable[[httpx.AsyncClient, str], AsyncIterator[tuple[str, list[Any]]]]


async def by_cursor(client: httpx.AsyncClient, after: str) -> AsyncIterator[tuple[str, list[Any]]]:
    """Ask twenty times a second."""
    while True:
        page = (await client.get("/v1/events", params={"after": after, "limit": 100})).json()
        after = page["page"]["next_cursor"]
        yield after, page["data"]
        if not page["page"]["has_more"]:
            await asyncio.sleep(0.05)


async def by_wait(client: httpx.AsyncClient, after: str) -> AsyncIterator[tuple[str, list[Any]]]:
    """Ask again as soon as there is an answer."""
    while True:
        asked: dict[str, str | int] = {"after": after, "limit": 100, "wait": 5}
        page = (await client.get("/v1/events", params=asked)).json()
        after = page["page"]["next_cursor"]
        yield after, page["data"]


async def by_stream(client: httpx.AsyncClient, after: str) -> AsyncIterator[tuple[str, list[Any]]]:
    """Follow, and connect again after every 50 events."""
    while True:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": after}
        count = 0
        async with client.stream("GET", "/v1/events", headers=headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("id: "):
                    after = line.removeprefix("id: ")
                elif line.startswith("data: "):
                    yield after, [json.loads(line.removeprefix("data: "))]
                    count += 1
                    if count == 50:
                        break


READINGS: dict[str, Reading] = {"cursor": by_cursor, "wait": by_wait, "stream": by_stream}


async def write_and_read(servers: list[Server], figures: Figures, *, seconds: float) -> None:
    """Let writers work while readers of each kind and view follow; compare what they saw."""
    figures.rounds += 1
    clients = {
        view: [
            httpx.AsyncClient(base_url=server.url, headers=headers, timeout=40)
            for server in servers
        ]
        for view, headers in (("owner", OWNER), ("public", {}))
    }
    starts = {view: (await _end(each[0])) for view, each in clients.items()}
    seen: dict[str, list[Any]] = {}
    tasks = []
    for view, each in clients.items():
        for place, (name, reading) in enumerate(READINGS.items()):
            label = f"{view} by {name}"
            seen[label] = []
            client = each[place % len(each)]
            tasks.append(asyncio.create_task(_follow(reading, client, starts[view], seen[label])))
    written = await asyncio.gather(
        *(_write(clients["owner"][n % len(servers)], n, seconds, figures) for n in range(WRITERS))
    )
    logs = {view: await _walk(each[0], starts[view]) for view, each in clients.items()}
    figures.counts["events"] += len(logs["owner"])
    figures.expect(
        sum(written) == len(logs["owner"]),
        f"{sum(written)} events were written and the log has {len(logs['owner'])}",
    )
    for view, log in logs.items():
        sequences = [event["sequence"] for event in log]
        whole = not log or sequences == list(range(sequences[0], sequences[0] + len(log)))
        figures.expect(whole, f"the log of the {view} has gaps")
    until = time.monotonic() + SETTLES_WITHIN_SECONDS
    while time.monotonic() < until and not all(
        len(events) >= len(logs[label.split()[0]]) for label, events in seen.items()
    ):
        await asyncio.sleep(0.1)
    for label, events in seen.items():
        figures.counts["readings"] += 1
        figures.expect(
            events == logs[label.split()[0]],
            f"the {label} saw {len(events)} of {len(logs[label.split()[0]])} events, or others",
        )
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for client in (client for each in clients.values() for client in each):
        await client.aclose()


async def _follow(reading: Reading, client: httpx.AsyncClient, start: str, seen: list[Any]) -> None:
    async for _, events in reading(client, start):
        seen.extend(events)


async def _write(client: httpx.AsyncClient, writer: int, seconds: float, figures: Figures) -> int:
    """Save and publish an issue again and again; the number of events that this makes."""
    document = make_issue(figures.rounds * WRITERS + writer + 1)
    made = await client.post("/v1/issues", json=document)
    if made.status_code != 201:
        figures.expect(False, f"a post ended with {made.status_code}")
        return 0
    number, count = made.json()["number"], 1
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        publishes = random.random() < 0.5
        saved = await client.patch(
            f"/v1/issues/{number}?publish={str(publishes).lower()}",
            json={"title": f"Title {count}"},
            headers={"If-Match": "*"},
        )
        if saved.status_code == 503:
            figures.counts["refused as busy"] += 1
            continue
        figures.expect(saved.status_code == 200, f"a save ended with {saved.status_code}")
        count += 2 if publishes else 1
    return count


async def appear(servers: list[Server], figures: Figures) -> None:
    """Schedule an issue with all servers running, and one with none at its time."""
    figures.rounds += 1
    for is_down in (False, True):
        async with httpx.AsyncClient(base_url=servers[0].url, headers=OWNER, timeout=40) as client:
            start = await _end(client)
            document = make_issue(5_000 + 2 * figures.rounds + is_down)
            made = await client.post("/v1/issues", json=document)
            due = datetime.now(UTC) + timedelta(seconds=2)
            path = f"/v1/issues/{made.json()['number']}/schedule"
            when = {"publish_at": due.isoformat()}
            done = await client.post(path, json=when, headers={"If-Match": "*"})
            figures.expect(done.status_code == 200, f"a schedule ended with {done.status_code}")
        if is_down:
            for server in servers:
                server.kill()
            await asyncio.sleep(3)
            servers[0].start()
            due = datetime.now(UTC)
        async with httpx.AsyncClient(base_url=servers[0].url, headers=OWNER, timeout=40) as client:
            asked: dict[str, str | int] = {"after": start, "types": "issue.published", "wait": 20}
            page = (await client.get("/v1/events", params=asked)).json()
            late = (datetime.now(UTC) - due).total_seconds()
            await asyncio.sleep(1)
            log = await _walk(client, start)
        published = [event for event in log if event["type"] == "issue.published"]
        figures.expect(len(published) == 1, f"{len(published)} events of one publication")
        figures.expect(
            bool(page["data"]) and late < APPEARS_WITHIN_SECONDS,
            f"the event came {late:.1f} s after its time (down: {is_down})",
        )
        for server in servers[1:] if is_down else ():
            server.start()
        kind = "milliseconds late after a start" if is_down else "milliseconds late"
        figures.counts[kind] = max(figures.counts[kind], round(late * 1000))


async def _end(client: httpx.AsyncClient) -> str:
    page = (await client.get("/v1/events", params={"after": "latest"})).json()["page"]
    cursor: str = page["next_cursor"]
    return cursor


async def _walk(client: httpx.AsyncClient, after: str) -> list[Any]:
    found: list[Any] = []
    while True:
        page = (await client.get("/v1/events", params={"after": after, "limit": 100})).json()
        found += page["data"]
        after = page["page"]["next_cursor"]
        if not page["page"]["has_more"]:
            return found
