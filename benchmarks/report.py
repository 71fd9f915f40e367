"""What the figures come to: tables in Markdown, or all of it as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.goals import GOALS, GROWTH, Measured
from benchmarks.load import Round
from benchmarks.servers import OURS

Figures = dict[str, float]

_LOADED = ("rate", "cpu_us", "p50_ms", "p99_ms")


def figures_of(rounds: Sequence[Round]) -> Figures:
    """The medians of rounds, without those in which something failed, unless all did."""
    good = [one for one in rounds if not one.failed] or rounds
    figures = {name: median(getattr(one, name) for one in good) for name in _LOADED}
    figures["failed"] = sum(one.failed for one in rounds)
    figures["disturbed"] = sum(one.is_disturbed for one in rounds)
    return figures


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal of one size of the paper, and what was measured."""

    issues: int
    workload: str
    says: str
    value: float
    bound: float | None
    is_least: bool
    is_met: bool | None
    """`None`: not judged in a paper of this size, or no goal at all."""


def verdicts(results: Mapping[int, Measured]) -> Iterator[Verdict]:
    """Judge every goal that the figures suffice for."""
    for issues, measured in results.items():
        for goal in GOALS:
            try:
                value = goal.value(measured)
            except (KeyError, ZeroDivisionError):
                continue
            yield Verdict(
                issues,
                goal.workload,
                goal.says,
                value,
                goal.bound,
                goal.is_least,
                goal.is_met(value) if issues >= goal.smallest else None,
            )
    small, large = min(results), max(results)
    for workload, most in GROWTH.items():
        try:
            costs = [results[size][workload][OURS]["cpu_us"] for size in (small, large)]
        except KeyError:
            continue
        if small < large and costs[0]:
            value = costs[1] / costs[0]
            says = f"cost at {large:,} : cost at {small:,}"
            yield Verdict(large, workload, says, value, most, False, value <= most)


def figures_table(workload: str, lanes: Mapping[str, Figures]) -> Iterator[str]:
    """The lines of one workload."""
    if any("rate" in figures for figures in lanes.values()):
        yield f"| {workload} | requests/s | us a request | p50 ms | p99 ms | |"
        yield "|---|---:|---:|---:|---:|---|"
        for lane, figures in lanes.items():
            rate, cost = f"{figures['rate']:,.0f}", f"{figures['cpu_us']:,.1f}"
            times = f"{figures['p50_ms']:.2f} | {figures['p99_ms']:.2f}"
            yield f"| {lane} | {rate} | {cost} | {times} | {_marks(figures)} |"
    else:
        names = list(dict.fromkeys(name for figures in lanes.values() for name in figures))
        yield f"| {workload} | {' | '.join(names)} |"
        yield f"|---|{'---:|' * len(names)}"
        for lane, figures in lanes.items():
            yield f"| {lane} | {' | '.join(f'{figures[name]:,.2f}' for name in names)} |"


def _marks(figures: Figures) -> str:
    marks = []
    if figures["failed"]:
        marks.append(f"**{figures['failed']:.0f} failed**")
    if figures["disturbed"]:
        marks.append(f"{figures['disturbed']:.0f} disturbed")
    if "syncs" in figures:
        marks.append(f"{figures['syncs']:.2f} syncs a post")
    return ", ".join(marks)


def verdicts_table(judged: Sequence[Verdict]) -> Iterator[str]:
    """The table of ratios, each beside its goal."""
    yield "| issues | workload | ratio | measured | goal | |"
    yield "|---:|---|---|---:|---:|---|"
    for one in judged:
        goal, unjudged = "", "told"
        if one.bound is not None:
            goal, unjudged = f"{'≥' if one.is_least else '≤'} {one.bound:g}", "not judged"
        mark = {True: "met", False: "**missed**", None: unjudged}[one.is_met]
        row = f"{one.issues:,} | {one.workload} | {one.says} | {one.value:.2f} | {goal} | {mark}"
        yield f"| {row} |"
