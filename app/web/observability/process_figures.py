"""Resource use of the processes of this server, under the names of the Prometheus client library.

Only on Linux, where `/proc` tells it of every process; elsewhere there are none of these.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.web.observability.exposition import Gauge

_PROC = Path("/proc")


class _Figures(NamedTuple):
    cpu_seconds: float
    resident_bytes: int
    open_files: int
    started_at: float


def process_figures(others: Iterable[int]) -> Sequence[Gauge]:
    """Add up what this process and the given ones use."""
    found = [figures for pid in (os.getpid(), *others) if (figures := _figures(pid)) is not None]
    workers: Gauge = ("morningpost_workers", {}, max(1, len(found)))
    if not found:
        return [workers]
    return [
        workers,
        ("process_cpu_seconds_total", {}, sum(each.cpu_seconds for each in found)),
        ("process_resident_memory_bytes", {}, sum(each.resident_bytes for each in found)),
        ("process_open_fds", {}, sum(each.open_files for each in found)),
        ("process_start_time_seconds", {}, min(each.started_at for each in found)),
    ]


def _figures(pid: int) -> _Figures | None:
    """Read those of one process; `None` if it has ended. Fields as in proc(5)."""
    try:
        # The second field is a name in parentheses, which may hold spaces.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        files = len(os.listdir(_PROC / str(pid) / "fd"))  # noqa: PTH208 (no need of each path)
        boot = next(
            float(line.split()[1])
            for line in (_PROC / "stat").read_text().splitlines()
            if line.startswith("btime")
        )
    except (OSError, StopIteration):
        return None
    tick = os.sysconf("SC_CLK_TCK")
    return _Figures(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / tick,
        resident_bytes=int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        open_files=files,
        started_at=boot + int(fields[19]) / tick,
    )
