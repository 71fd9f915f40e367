"""Our server beside its yardsticks, in one run: ratios, each with its goal.

    python -m benchmarks.run --issues 1000 --only issue --only cold

docs/benchmarks.md says how it measures and how to read what it prints.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks import footprint, posting
from benchmarks.answers import capture
from benchmarks.datasets import Dataset, bring_into_memory, prepare
from benchmarks.graphql.partners import PARTNERS, posted
from benchmarks.graphql.workload import GRAPHQL, whole_issue
from benchmarks.load import Round, measure, read_load
from benchmarks.output import say, tell
from benchmarks.report import (
    Figures,
    figures_of,
    figures_table,
    verdicts,
    verdicts_table,
)
from benchmarks.scratch import scratch_of
from benchmarks.servers import LOAD_CORE, Fleet, fetch
from benchmarks.workloads import READS, Lane, Unavailable

ROOT = Path(__file__).resolve().parents[1]
START, POST, MEMORY = "start", "post", "memory"
ALL_READS = READS | {GRAPHQL: whole_issue, PARTNERS: posted}
WORKLOADS = (START, *ALL_READS, POST, MEMORY)
Workloads = dict[str, dict[str, Figures]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often."""

    rounds: int
    seconds: int
    only: frozenset[str]


def main() -> None:
    """Measure what was asked for, and print it."""
    given = _arguments()
    missing = [tool for tool in ("wrk", "nginx", "taskset") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"Install {', '.join(missing)} first: see docs/benchmarks.md.")
    if (os.cpu_count() or 1) < 2:
        sys.exit("One core serves and another one loads: this machine has only one.")
    for name in [name for name in os.environ if name.startswith("MORNINGPOST_")]:
        del os.environ[name]  # what is set for the paper at hand is no business of this
    plan = Plan(given.rounds, given.seconds, frozenset(given.only or WORKLOADS))
    folder = Path(given.data).resolve()
    datasets = [prepare(folder, issues) for issues in sorted(set(given.issues))]
    os.sched_setaffinity(0, {LOAD_CORE})
    if not given.json:
        say(f"\n{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores;")
        say(f"{plan.rounds} rounds of {plan.seconds} s after one that warms up, medians.")
        say("Every request head is another one. Rate limit and access logs are off everywhere.")
    results: dict[int, Workloads] = {}
    for dataset in datasets:
        if not given.json:
            say(f"\n## {dataset.issues:,} issues\n")
        measured = results[dataset.issues] = {}
        for workload, lanes in _measured(dataset, plan):
            measured[workload] = lanes
            if not given.json:
                say("\n".join(figures_table(workload, lanes)) + "\n")
    judged = list(verdicts(results))
    if given.json:
        say(json.dumps({"results": results, "goals": [asdict(one) for one in judged]}))
    else:
        say("## Ratios\n")
        say("\n".join(verdicts_table(judged)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--issues", type=int, nargs="+", default=[1000, 50_000], help="sizes")
    parser.add_argument("--data", default=ROOT / "build/benchmarks", help="where databases stay")
    parser.add_argument("--rounds", type=int, default=3, help="after the one that warms up")
    parser.add_argument("--seconds", type=int, default=1, help="of each server in a round")
    parser.add_argument("--only", action="append", choices=WORKLOADS, help="may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    return parser.parse_args()


def _measured(dataset: Dataset, plan: Plan) -> Iterator[tuple[str, dict[str, Figures]]]:
    """Run the workloads that are planned, and yield each as soon as it is done."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        answers = Path(folder, "answers")
        answers.mkdir()
        bring_into_memory(dataset)
        capture(dataset, answers)
        if START in plan.only:
            yield START, footprint.start(dataset, answers, rounds=plan.rounds)
        with ExitStack() as stack:
            fleet = Fleet(dataset, answers, stack)
            for name, lanes_of in ALL_READS.items():
                if name not in plan.only:
                    continue
                try:
                    lanes = lanes_of(dataset, fleet)
                except Unavailable as reason:
                    tell(f"{name} is left out: {reason}")
                    continue
                yield name, _read(lanes, fleet, plan)
        if plan.only & {POST, MEMORY}:
            yield from _written(dataset, answers, plan)


def _read(lanes: list[Lane], fleet: Fleet, plan: Plan) -> dict[str, Figures]:
    """Let lanes take turns; see to it first that each gives what is expected."""
    for lane in lanes:
        answer = fetch(fleet[lane.server].port, lane.paths[0], lane.headers, *lane.bodies[:1])
        if answer.status != lane.status:
            raise RuntimeError(f"{lane.name} answers {answer.status} to {lane.paths[0]}")
    rounds: dict[str, list[Round]] = {lane.name: [] for lane in lanes}
    for turn in range(plan.rounds + 1):
        for lane in lanes:
            server = fleet[lane.server]
            # Each round goes on elsewhere: beginnings must not be warmer than the rest.
            begin_at = turn * len(lane.paths) // (plan.rounds + 1)
            load = partial(
                read_load,
                server,
                lane.paths,
                lane.headers,
                seconds=plan.seconds,
                begin_at=begin_at,
                bodies=lane.bodies,
            )
            done = measure(server, load)
            if turn:  # the first round warms up
                rounds[lane.name].append(done)
    return {name: figures_of(taken) for name, taken in rounds.items()}


def _written(
    dataset: Dataset, answers: Path, plan: Plan
) -> Iterator[tuple[str, dict[str, Figures]]]:
    """Run what writes, on copies."""
    with scratch_of(dataset) as scratch:
        if POST in plan.only:
            with ExitStack() as stack:
                yield POST, _posted(Fleet(scratch.dataset, answers, stack), scratch.key, plan)
        if MEMORY in plan.only:
            yield MEMORY, footprint.memory(scratch, answers, seconds=plan.seconds)


def _posted(fleet: Fleet, key: str, plan: Plan) -> dict[str, Figures]:
    posters = posting.posters(fleet, key)
    rounds: dict[str, list[Round]] = {name: [] for name in posters}
    for turn in range(plan.rounds + 1):
        for name, poster in posters.items():
            done = posting.measure_post(poster, seconds=plan.seconds)
            if turn:
                rounds[name].append(done)
    figures = {name: figures_of(taken) for name, taken in rounds.items()}
    for name, poster in posters.items():
        syncs = posting.syncs_per_post(poster, seconds=plan.seconds)
        if syncs is not None:
            figures[name]["syncs"] = syncs
    return figures


if __name__ == "__main__":
    main()
