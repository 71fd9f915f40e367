"""The end of a server in the middle of its work: streams, sockets and posts, and then SIGTERM.

Every request that has begun must be answered whole, every stream and socket must be sent elsewhere
in the words of its protocol, new connections must be refused, and the process must end in time.
"""

import asyncio
import json
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx
import websockets

from tests.factories import day, issue
from tests.hardship.figures import Figures
from tests.hardship.server import ENDS_WITHIN_SECONDS, Server

SUBSCRIPTION = "subscription { issuePublished { number } }"
WITHIN_SECONDS = 10.0
RESTART = 1012
"""Service restart, https://www.iana.org/assignments/websocket/websocket.xhtml, read 2026-11."""
_BEGINS_WITHIN_SECONDS = 60.0
_SENT_AFTER_SECONDS = 1.5
"""A post sends the rest of its body so long after it began: the signal comes meanwhile."""


@dataclass(frozen=True)
class Crowd:
    """How many of each are there when the signal comes."""

    streams: int = 50
    sockets: int = 50
    posts: int = 20


async def all_serve(server: Server, workers: int) -> None:
    """Wait until each worker has started; the first may answer for seconds before the others."""
    deadline = time.monotonic() + _BEGINS_WITHIN_SECONDS
    async with httpx.AsyncClient(base_url=server.url) as client:
        while f"\nmorningpost_workers {workers}" not in (await client.get("/metrics")).text:
            assert time.monotonic() < deadline, server.log()
            await asyncio.sleep(0.1)


async def follow(client: httpx.AsyncClient, begun: asyncio.Event) -> str:
    """Follow a stream to its end, which httpx holds against the rules of HTTP."""
    seen = ""
    async with client.stream(
        "GET",
        "/graphql",
        params={"query": SUBSCRIPTION},
        headers={"Accept": "text/event-stream"},
        timeout=60,
    ) as answer:
        async for part in answer.aiter_text():
            seen += part
            begun.set()
    return seen


async def hold_socket(url: str, begun: asyncio.Event) -> int | None:
    """Open a socket, and return the code that it is closed with."""
    address = url.replace("http", "ws") + "/graphql"
    async with websockets.connect(address, subprotocols=["graphql-transport-ws"]) as opened:  # type: ignore[list-item]
        await opened.send(json.dumps({"type": "connection_init"}))
        await opened.recv()
        begun.set()
        with suppress(websockets.ConnectionClosed):
            await opened.recv()
        return opened.close_code


async def post_slowly(server: Server, number: int, begun: asyncio.Event) -> int:
    """Send half of an issue, wait, send the rest; return the status of the answer."""
    body = json.dumps(issue(number=number, date=day(number))).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = (
        f"POST /v1/issues HTTP/1.1\r\nHost: paper.test\r\nContent-Type: application/json\r\n"
        f"Authorization: {server.editor['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        writer.write(head.encode() + body[:20])
        await writer.drain()
        begun.set()
        await asyncio.sleep(_SENT_AFTER_SECONDS)
        writer.write(body[20:])
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()


async def run(server: Server, figures: Figures, *, workers: int, crowd: Crowd) -> None:
    """Start a server, send it SIGTERM in the middle of its work, and judge how it ends."""
    figures.rounds += 1
    await asyncio.to_thread(server.start)
    await all_serve(server, workers)
    limits = httpx.Limits(max_connections=None)
    begun = [asyncio.Event() for _ in range(crowd.streams + crowd.sockets + crowd.posts)]
    events = iter(begun)
    async with httpx.AsyncClient(base_url=server.url, limits=limits) as client:
        streams = [asyncio.create_task(follow(client, next(events))) for _ in range(crowd.streams)]
        sockets = [
            asyncio.create_task(hold_socket(server.url, next(events))) for _ in range(crowd.sockets)
        ]
        async with asyncio.timeout(_BEGINS_WITHIN_SECONDS):
            await asyncio.gather(*(each.wait() for each in begun[: len(streams) + len(sockets)]))
        first = figures.rounds * crowd.posts + 1
        posts = [
            asyncio.create_task(post_slowly(server, first + place, next(events)))
            for place in range(crowd.posts)
        ]
        await asyncio.gather(*(each.wait() for each in begun))
        await asyncio.sleep(0.3)  # until the server has read what was sent

        started = time.monotonic()
        ended = asyncio.create_task(_end(server))
        figures.expect(await _refuses(server), "new connections were not refused")
        ends: dict[str, tuple[Sequence[object], Callable[[object], bool]]] = {
            "streams": (await asyncio.gather(*streams, return_exceptions=True), _is_sent_elsewhere),
            "sockets": (await asyncio.gather(*sockets, return_exceptions=True), RESTART.__eq__),
            "posts": (await asyncio.gather(*posts, return_exceptions=True), (201).__eq__),
        }
        code = await ended
    seconds = time.monotonic() - started
    for name, (found, is_whole) in ends.items():
        cut = [each for each in found if not is_whole(each)]
        figures.counts[name] += len(found)
        figures.counts["cut"] += len(cut)
        figures.expect(not cut, f"{len(cut)} {name} were cut: {cut[:2]!r}")
    milliseconds = round(seconds * 1000)
    figures.counts["ms to the end, at most"] = max(
        figures.counts["ms to the end, at most"], milliseconds
    )
    figures.expect(code == 0, f"the exit code was {code}")
    figures.expect(seconds < WITHIN_SECONDS, f"the end took {seconds:.1f} s")
    for wrong in ("Traceback", "requests_cut", "worker_killed"):
        figures.expect(wrong not in server.log(), f"{wrong}: {server.log()[-2000:]}")


def _is_sent_elsewhere(seen: object) -> bool:
    return isinstance(seen, str) and seen.endswith("retry: 2000\n\n")


async def _refuses(server: Server) -> bool:
    """Connect again and again, until that is refused."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        except ConnectionRefusedError:
            return True
        writer.close()
        await asyncio.sleep(0.05)
    return False


async def _end(server: Server) -> int:
    process = server.send(signal.SIGTERM)
    code = await asyncio.to_thread(process.wait, ENDS_WITHIN_SECONDS)
    server.forget()
    return code
