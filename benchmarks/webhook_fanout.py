"""What webhooks cost those who publish and read: 100 endpoints, half of them hanging, beside none.

    python -m benchmarks.webhook_fanout --rounds 100

Two servers on databases of their own get the same requests in turn: one has no webhooks, the other
100. Publishing is timed; meanwhile a reader asks both for lists that no cache has.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field

import httpx
from rich.console import Console

from tests.delivery.receiver_server import ReceiverServer, receiving
from tests.factories import issue
from tests.hardship.place import fresh
from tests.hardship.server import Server

ENDPOINTS = 100
PAUSE_SECONDS = 0.25
"""Between two rounds; the deliveries of a round go on meanwhile."""
READ_EVERY_SECONDS = 0.02
_SETTINGS = {"MORNINGPOST_WEBHOOKS_ALLOW_PRIVATE": "true"}


@dataclass
class Side:
    """One of the two servers, and what was measured of it, in milliseconds."""

    name: str
    client: httpx.AsyncClient
    published: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)

    async def publish(self, title: str) -> None:
        await self._post("PATCH", "/v1/issues/1", {"title": title})
        started = time.perf_counter()
        await self._post("POST", "/v1/issues/1/publish")
        self.published.append((time.perf_counter() - started) * 1000)

    async def read_until_cancelled(self) -> None:
        for number in range(1, 1_000_000):
            day = f"{2000 + number % 28}-{number % 12 + 1:02}-{number % 28 + 1:02}"
            started = time.perf_counter()
            (await self.client.get(f"/v1/issues?from={day}&limit=1")).raise_for_status()
            self.read.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(READ_EVERY_SECONDS)

    async def prepare(self, receiver: ReceiverServer | None) -> None:
        await self._post("POST", "/v1/issues?publish=true", issue(number=1))
        if receiver is None:
            return
        for number in range(ENDPOINTS):
            path = "/hang" if number % 2 else "/ok"
            await self._post("POST", "/v1/webhooks", {"url": f"{receiver.url}{path}"})

    async def _post(self, method: str, path: str, json: object = None) -> None:
        answer = await self.client.request(method, path, json=json)
        answer.raise_for_status()


def main() -> None:
    """Measure, and print one line for each figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webhook_fanout")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    with ExitStack() as stack:
        places = [stack.enter_context(fresh(given.database)) for _ in range(2)]
        servers = [
            stack.enter_context(Server(place.url, folder=place.folder, settings=_SETTINGS))
            for place in places
        ]
        sides = asyncio.run(_measure(servers, rounds=given.rounds))
    _show(sides)


async def _measure(servers: Sequence[Server], *, rounds: int) -> list[Side]:
    async with AsyncExitStack() as stack:
        receiver = await stack.enter_async_context(receiving(random.Random(1)))
        sides = []
        for name, server in zip(("none", f"{ENDPOINTS} webhooks"), servers, strict=True):
            headers = {**server.editor, "If-Match": "*"}
            client = httpx.AsyncClient(
                base_url=server.url, headers=headers, trust_env=False, timeout=60
            )
            sides.append(Side(name, await stack.enter_async_context(client)))
        await sides[0].prepare(None)
        await sides[1].prepare(receiver)
        await _all_pinged(receiver)
        readers = [asyncio.create_task(side.read_until_cancelled()) for side in sides]
        for turn in range(rounds):
            for side in sides if turn % 2 else sides[::-1]:
                await side.publish(f"Round {turn}")
            await asyncio.sleep(PAUSE_SECONDS)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        return sides


async def _all_pinged(receiver: ReceiverServer) -> None:
    async with asyncio.timeout(120):
        while len(receiver.came) < ENDPOINTS:
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)


def _show(sides: Sequence[Side]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for side in sides:
        reads = sorted(side.read)
        console.print(
            f"{side.name:>14}: publishing median {statistics.median(side.published):.1f} ms, "
            f"95th percentile {statistics.quantiles(side.published, n=20)[-1]:.1f} ms; "
            f"{len(reads)} reads, 99th percentile {reads[int(len(reads) * 0.99)]:.1f} ms, "
            f"longest {reads[-1]:.1f} ms"
        )
    none, many = (statistics.median(side.published) for side in sides)
    console.print(f"{'ratio':>14}: {many / none:.3f}")


if __name__ == "__main__":
    main()
