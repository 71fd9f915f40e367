"""What the kernel knows of a process and all that it started: processor time and memory."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process tree, in steps of a hundredth of a second."""
    ticks = 0
    for member in _tree(pid):
        # The name in brackets may hold spaces: the fields are counted from behind it.
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def memory_mb(pid: int) -> float:
    """Resident memory of a process tree (VmRSS), in MB of a million bytes."""
    kilobytes = 0
    for member in _tree(pid):
        for line in Path(f"/proc/{member}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                kilobytes += int(line.split()[1])
    return kilobytes * 1024 / 1e6


def core_seconds(core: int) -> float:
    """Time that a core has worked for anybody at all."""
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name == f"cpu{core}":
            user, nice, system, _idle, _iowait, _irq, _softirq, steal = map(int, fields[:8])
            return (user + nice + system + steal) / _TICKS
    raise ValueError(f"there is no core {core}")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # threads come and go
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))
