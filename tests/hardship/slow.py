"""Clients that send half a request: all of them are gone in time, and nobody else waits for it."""

import asyncio
import time
from urllib.parse import urlsplit

import httpx

from tests.hardship.figures import Figures

HEAD_SECONDS, BODY_SECONDS = 15.0, 30.0
"""The contract's figures."""

_HALF_HEAD = b"GET /v1/issues/latest HTTP/1.1\r\nHost: paper.test\r\nX-Slow: "
_HALF_BODY = (
    b"POST /v1/issues HTTP/1.1\r\nHost: paper.test\r\nAuthorization: Bearer %b\r\n"
    b'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"date": '
)


async def run(url: str, *, key: str, clients: int = 100) -> Figures:
    """Half of the clients stop in the head, dripping a byte each second; half in the body."""
    figures = Figures("half-sent requests", rounds=1)
    done = asyncio.Event()
    reader = asyncio.create_task(_read(url, figures, done))
    heads = [_stay(url, _HALF_HEAD, drips=True) for _ in range(clients // 2)]
    bodies = [_stay(url, _HALF_BODY % key.encode(), drips=False) for _ in range(clients // 2)]
    lives = await asyncio.gather(*heads, *bodies)
    done.set()
    await reader
    for name, limit, seconds in (
        ("head", HEAD_SECONDS, lives[: clients // 2]),
        ("body", BODY_SECONDS, lives[clients // 2 :]),
    ):
        figures.counts[f"half a {name}, the last after {max(seconds):.1f} s"] = len(seconds)
        for lived in seconds:
            figures.expect(lived < limit, f"half a {name} was kept for {lived:.1f} seconds")
    return figures


async def _stay(url: str, half: bytes, *, drips: bool) -> float:
    """Send half a request and wait to be dropped; how long that took."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    started = time.monotonic()
    writer.write(half)
    while time.monotonic() - started < 2 * BODY_SECONDS:
        try:
            part = await asyncio.wait_for(reader.read(65_536), timeout=1)
        except TimeoutError:
            if drips:
                writer.write(b"x")
            continue
        except ConnectionError:
            break
        if part == b"" or part.startswith(b"HTTP/1.1 408"):
            break
    writer.close()
    return time.monotonic() - started


async def _read(url: str, figures: Figures, done: asyncio.Event) -> None:
    """Be served all the while."""
    slowest = 0.0
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        while not done.is_set():
            started = time.monotonic()
            answer = await client.get("/v1/issues")
            slowest = max(slowest, time.monotonic() - started)
            figures.counts["others served"] += 1
            figures.expect(answer.status_code == 200, f"another got {answer.status_code}")
            await asyncio.sleep(0.02)
    figures.counts[f"slowest of the others {slowest * 1000:.0f} ms"] = 1
