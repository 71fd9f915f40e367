"""A proxy whose connections break: for clients that must lose and double nothing.

    python -m tests.servers.faulty_proxy UPSTREAM_PORT [--share 0.2] [--seed 1]

It prints its port and runs until its input ends. Each connection carries one request.
"""

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Literal, get_args

Fault = Literal["lost_before", "lost_after", "truncated", "busy", "limited", "slow"]
FAULTS: tuple[Fault, ...] = get_args(Fault)

_REFUSAL = (
    b"HTTP/1.1 %b\r\nContent-Type: text/plain\r\nRetry-After: 0\r\nContent-Length: 4\r\n"
    b"Connection: close\r\n\r\nbusy"
)


class FaultyProxy:
    """Forwards requests to a port of this machine; a share of them meets a fault."""

    def __init__(self, upstream: int, *, share: float, seed: int = 1) -> None:
        self.faults: Counter[str] = Counter()
        """How often each fault happened; `none` counts the others."""
        self._upstream = upstream
        self._share = share
        self._random = random.Random(seed)

    async def serve(self) -> asyncio.Server:
        """Listen on a free port of this machine."""
        return await asyncio.start_server(self._connected, "127.0.0.1", 0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read_request(reader)
            if request is not None:
                await self._answer(request, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        is_faulty = self._random.random() < self._share
        fault = self._random.choice(FAULTS) if is_faulty else "none"
        self.faults[fault] += 1
        if fault == "lost_before":
            return
        if fault in {"busy", "limited"}:
            status = b"503 Service Unavailable" if fault == "busy" else b"429 Too Many Requests"
            writer.write(_REFUSAL % status)
            await writer.drain()
            return
        response = await self._forward(request)
        if fault == "lost_after":
            return
        if fault == "slow":
            await asyncio.sleep(0.05)
        writer.write(response[: len(response) // 2] if fault == "truncated" else response)
        await writer.drain()

    async def _forward(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        try:
            head, _, body = request.partition(b"\r\n\r\n")
            lines = [line for line in head.split(b"\r\n") if not _is_connection(line)]
            writer.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()


def _is_connection(line: bytes) -> bool:
    return line.lower().startswith(b"connection:")


async def _read_request(reader: asyncio.StreamReader) -> bytes | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


@contextmanager
def faulty_proxy(
    upstream: int, *, share: float, seed: int = 1
) -> Iterator[tuple[int, FaultyProxy]]:
    """Run a proxy in a thread; yields its port."""
    proxy = FaultyProxy(upstream, share=share, seed=seed)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(proxy.serve())
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1], proxy
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def main() -> None:
    """Run until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("upstream", type=int)
    parser.add_argument("--share", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with faulty_proxy(given.upstream, share=given.share, seed=given.seed) as (port, proxy):
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        sys.stdout.write(f"{dict(proxy.faults)}\n")


if __name__ == "__main__":
    main()
