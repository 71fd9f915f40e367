"""Load on a server for a while, and what it cost: wrk on a core of its own."""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import core_seconds, cpu_seconds
from benchmarks.servers import LOAD_CORE, SERVER_CORE, Server

CONNECTIONS = 16

MAX_DISTURBANCE = 0.15
"""Share of the server's core that others may take before a round is marked."""


@dataclass(frozen=True, slots=True)
class Round:
    """One stretch of load."""

    rate: float
    """Requests a second."""
    cpu_us: float
    """Processor time of the server for a request, in microseconds."""
    p50_ms: float
    p99_ms: float
    failed: int
    """Answers that were neither 2xx nor 3xx, and requests without an answer."""
    is_disturbed: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What a load tool counted."""

    requests: int
    seconds: float
    failed: int
    p50_ms: float
    p99_ms: float


def measure(server: Server, load: Callable[[], Done]) -> Round:
    """Put load on a server and see what it worked meanwhile."""
    began, core, cpu = time.monotonic(), core_seconds(SERVER_CORE), cpu_seconds(server.pid)
    done = load()
    cpu = cpu_seconds(server.pid) - cpu
    core, wall = core_seconds(SERVER_CORE) - core, time.monotonic() - began
    return Round(
        rate=done.requests / done.seconds,
        cpu_us=cpu / max(1, done.requests) * 1e6,
        p50_ms=done.p50_ms,
        p99_ms=done.p99_ms,
        failed=done.failed,
        is_disturbed=core - cpu > MAX_DISTURBANCE * wall,
    )


def read_load(
    server: Server,
    paths: Sequence[str],
    headers: Mapping[str, str],
    *,
    seconds: int,
    begin_at: int = 0,
    bodies: Sequence[bytes] = (),
) -> Done:
    """Read paths in turn, over and over, on keep-alive connections; or post bodies in turn."""
    script = Path(__file__).with_name("load.lua")
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        listed, posted = Path(folder, "paths"), Path(folder, "bodies")
        listed.write_text("\n".join(paths))
        posted.write_bytes(b"\n".join(bodies))
        ran = subprocess.run(
            [
                *("taskset", "--cpu-list", str(LOAD_CORE), "wrk", "--threads", "1"),
                *("--connections", str(CONNECTIONS), "--duration", f"{seconds}s"),
                *("--timeout", "10s", "--script", str(script), f"http://127.0.0.1:{server.port}"),
                *("--", str(listed), str(begin_at), str(posted) if bodies else "-"),
                *(f"{name}: {value}" for name, value in headers.items()),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    counted = json.loads(ran.stdout.splitlines()[-1])
    return Done(
        requests=counted["requests"],
        seconds=counted["seconds"],
        failed=counted["refused"] + counted["lost"],
        p50_ms=counted["p50_ms"],
        p99_ms=counted["p99_ms"],
    )
