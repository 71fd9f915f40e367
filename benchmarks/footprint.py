"""Start and memory: how soon a server answers, alone on its core, and what it comes to hold."""

from pathlib import Path
from statistics import median

from benchmarks.answers import LIST, issue_path
from benchmarks.datasets import Dataset
from benchmarks.load import read_load
from benchmarks.output import tell
from benchmarks.posting import Poster
from benchmarks.processes import memory_mb
from benchmarks.scratch import Scratch
from benchmarks.servers import BARE, OURS, Server, fetch, started_server
from benchmarks.synthetic import vocabulary
from benchmarks.workloads import GZIP, PLAIN, SEARCHED, all_issues, deep_pages

Figures = dict[str, float]


def start(dataset: Dataset, answers: Path, *, rounds: int) -> dict[str, Figures]:
    """Seconds from the start of the process to the first 200, the median of some starts."""
    taken: dict[str, list[float]] = {OURS: [], BARE: []}
    for _ in range(rounds + 1):  # the first compiles modules and warms the disk
        for name, seconds in taken.items():
            with started_server(name, dataset, answers) as server:
                seconds.append(server.seconds_to_first_answer)
    return {name: {"seconds": median(seconds[1:])} for name, seconds in taken.items()}


def memory(scratch: Scratch, answers: Path, *, seconds: int) -> dict[str, Figures]:
    """Megabytes held when idle, and after every workload has run on the very same server."""
    figures = {}
    for name in (OURS, BARE):
        with started_server(name, scratch.dataset, answers) as server:
            idle = memory_mb(server.pid)
            if name == OURS:
                _everything(server, scratch, seconds)
            else:
                read_load(server, ["/issue"], PLAIN, seconds=seconds)
            figures[name] = {"idle_mb": idle, "after_mb": memory_mb(server.pid)}
    return figures


def _everything(server: Server, scratch: Scratch, seconds: int) -> None:
    issue = issue_path(scratch.dataset)
    etag = fetch(server.port, issue, PLAIN).headers["etag"]
    words = vocabulary()[SEARCHED]
    for paths, headers in (
        ([issue], PLAIN),
        ([issue], GZIP),
        ([issue], PLAIN | {"If-None-Match": etag}),
        ([LIST], PLAIN),
        (all_issues(scratch.dataset), PLAIN),
        (all_issues(scratch.dataset), GZIP),
        (deep_pages(scratch.dataset, server.port), PLAIN),
        ([f"/v1/search?sort=newest&q={word}" for word in words], PLAIN),
        ([f"/v1/search?q={word}" for word in words], PLAIN),
    ):
        done = read_load(server, paths, headers, seconds=seconds)
        if done.failed:
            tell(f"memory: {done.failed} of {done.requests} requests like {paths[0]} failed")
    bearer = {"Authorization": f"Bearer {scratch.key}"}
    # Days that no other workload has taken.
    Poster(server, "/v1/issues?publish=true", bearer, 1_000_000).post(seconds=seconds)
