"""Writers at work: issues are posted and published over keep-alive connections, one after another.

    python -m benchmarks.post_client --port 8000 --seconds 2 --first 0 < task.json

It is a process of its own, so that it can have a core of its own. What it counted goes to standard
output as JSON.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date as Date, timedelta
from itertools import count

import orjson
import uvloop

from benchmarks.synthetic import synthetic_issue

WRITERS = 16

FIRST_DAY = Date(2100, 1, 1)
"""Days from here on are nobody's: the papers that are measured end before."""
FIRST_NUMBER = 1_000_000

_VARIANTS = 50
"""Documents that are written beforehand; each post puts another day and number into one."""
_STAND_IN = FIRST_DAY.isoformat()


@dataclass
class Tally:
    """What came of the posts."""

    latencies: list[float] = field(default_factory=list)
    failed: int = 0
    example: str = ""


def bodies(first: int) -> Iterator[bytes]:
    """Documents without end, each of a day and a number of its own."""
    templates = []
    for seed in range(_VARIANTS):
        document = {"number": FIRST_NUMBER, **synthetic_issue(FIRST_DAY, seed=seed)}
        templates.append(orjson.dumps(document).decode())
    for place in count(first):
        day = (FIRST_DAY + timedelta(days=place)).isoformat()
        body = templates[place % _VARIANTS].replace(_STAND_IN, day)
        yield body.replace(str(FIRST_NUMBER), str(FIRST_NUMBER + place), 1).encode()


async def write_for(
    port: int, path: str, headers: dict[str, str], *, first: int, seconds: float
) -> tuple[Tally, float]:
    """Post with all writers at once until the time is over, and see each last post through."""
    tally = Tally()
    rest = bodies(first)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}"
    next(rest)  # writes the documents before the clock runs
    began = time.perf_counter()
    end = began + seconds
    async with asyncio.TaskGroup() as tasks:
        for writer in range(WRITERS):
            tasks.create_task(_write(port, f"{head}User-Agent: writer/{writer}-", rest, tally, end))
    return tally, time.perf_counter() - began


async def _write(port: int, head: str, rest: Iterator[bytes], tally: Tally, end: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for turn in count():
        body = next(rest)
        began = time.perf_counter()
        if began >= end:
            break
        lines = f"{head}{turn}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        writer.write(f"{lines}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in answer.lower().splitlines() if b": " in line)
        content = await reader.readexactly(int(fields[b"content-length"]))
        if answer.split(maxsplit=2)[1] == b"201":
            tally.latencies.append(time.perf_counter() - began)
        else:
            tally.failed += 1
            tally.example = content[:300].decode(errors="replace")
    writer.close()


def main() -> None:
    """Post, and print what was counted."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--seconds", type=float, default=2)
    arguments.add_argument("--first", type=int, default=0, help="Where in the days to begin.")
    given = arguments.parse_args()
    task = json.load(sys.stdin)
    tally, seconds = uvloop.run(
        write_for(
            given.port, task["path"], task["headers"], first=given.first, seconds=given.seconds
        )
    )
    cuts = statistics.quantiles(tally.latencies, n=100) if len(tally.latencies) > 1 else [0.0] * 99
    counted = {
        "requests": len(tally.latencies),
        "seconds": seconds,
        "failed": tally.failed,
        "p50_ms": cuts[49] * 1e3,
        "p99_ms": cuts[98] * 1e3,
        "example": tally.example,
    }
    sys.stdout.write(json.dumps(counted) + "\n")


if __name__ == "__main__":
    main()
