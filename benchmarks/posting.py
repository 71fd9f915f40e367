"""Durable posts: sixteen writers at once, each post a new day, published and synced to the disk."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.load import Done, Round, measure
from benchmarks.servers import LOAD_CORE, OURS, ROOT, STRAIGHTFORWARD, Fleet, Server


@dataclass
class Poster:
    """Posts to one server, days after days."""

    server: Server
    path: str
    headers: Mapping[str, str]
    _first: int = field(default=0)

    def post(self, *, seconds: float) -> Done:
        """Post with all writers. Raises `RuntimeError` when nothing at all was accepted."""
        client = ["-m", "benchmarks.post_client", "--port", str(self.server.port)]
        ran = subprocess.run(
            [
                *("taskset", "--cpu-list", str(LOAD_CORE), sys.executable, *client),
                *("--seconds", str(seconds), "--first", str(self._first)),
            ],
            input=json.dumps({"path": self.path, "headers": dict(self.headers)}),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        counted = json.loads(ran.stdout)
        if not counted["requests"]:
            raise RuntimeError(f"{self.server.name} refused every post: {counted['example']}")
        # Bodies that were taken and not sent any more: one for each writer at most.
        self._first += counted["requests"] + counted["failed"] + 100
        return Done(**{name: counted[name] for name in Done.__dataclass_fields__})


def posters(fleet: Fleet, key: str) -> dict[str, Poster]:
    """Our server and the straightforward one, ready to be written to."""
    bearer = {"Authorization": f"Bearer {key}"}
    return {
        OURS: Poster(fleet[OURS], "/v1/issues?publish=true", bearer),
        STRAIGHTFORWARD: Poster(fleet[STRAIGHTFORWARD], "/v1/issues", {}),
    }


def measure_post(poster: Poster, *, seconds: float) -> Round:
    """Measure one round of posts."""
    return measure(poster.server, lambda: poster.post(seconds=seconds))


def syncs_per_post(poster: Poster, *, seconds: float) -> float | None:
    """Count how often the disk was synced for a post; `None` where strace is not at hand.

    In a round of its own, because strace slows what it looks at.
    """
    if shutil.which("strace") is None:
        return None
    with tempfile.NamedTemporaryFile("r") as report:
        with _traced(poster.server.pid, report.name) as is_traced:
            done = poster.post(seconds=seconds)
        if not is_traced:
            return None
        rows = [line.split() for line in report.read().splitlines()]
    # Share of time, seconds, microseconds a call, calls, perhaps errors, name.
    calls = sum(int(row[3]) for row in rows if row and row[-1] in {"fsync", "fdatasync"})
    return calls / done.requests


@contextmanager
def _traced(pid: int, report: str) -> Iterator[bool]:
    """Count syncs of a process and its threads; whether that is allowed here."""
    tracer = subprocess.Popen(
        [
            *("strace", "--follow-forks", "--summary-only", "--trace=fsync,fdatasync"),
            *("--output", report, "--attach", str(pid)),
        ],
        stderr=subprocess.DEVNULL,
    )
    time.sleep(0.3)
    try:
        yield tracer.poll() is None
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)
        tracer.wait(timeout=10)
