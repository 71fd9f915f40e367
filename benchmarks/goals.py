"""The goals, each beside the figures that decide it. Ratios count processor time, unless said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.graphql import partners, servers as graphql, workload as graphql_lanes
from benchmarks.graphql.workload import GRAPHQL
from benchmarks.servers import (
    BARE,
    NGINX,
    NGINX_OPENING,
    OURS,
    STRAIGHTFORWARD,
    TRACED,
    TRACED_UNCACHED,
    UNCACHED,
    WIRE_OFF,
)

Measured = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Figures by workload and lane, of one size of the paper."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached, and how it is worked out of the figures."""

    workload: str
    says: str
    bound: float | None
    """`None`: it is told, and nothing was promised."""
    is_least: bool
    value: Callable[[Measured], float]
    """Raises `KeyError` where something was not measured."""
    smallest: int = 0
    """Issues that a paper must have for the goal to be judged."""

    def is_met(self, value: float) -> bool | None:
        if self.bound is None:
            return None
        return value >= self.bound if self.is_least else value <= self.bound


def _cheaper(
    workload: str, lane: str, yardstick: str, least: float | None, *, smallest: int = 0
) -> Goal:
    """How many of our answers cost as much as one of the yardstick's."""

    def value(measured: Measured) -> float:
        lanes = measured[workload]
        return lanes[yardstick]["cpu_us"] / lanes[lane]["cpu_us"]

    return Goal(workload, f"{lane} / {yardstick}", least, True, value, smallest)


def _faster(workload: str, lane: str, yardstick: str, least: float) -> Goal:
    def value(measured: Measured) -> float:
        lanes = measured[workload]
        return lanes[lane]["rate"] / lanes[yardstick]["rate"]

    return Goal(workload, f"{lane} / {yardstick}, requests/s", least, True, value)


def _times(workload: str, figure: str, lane: str, other: str, most: float) -> Goal:
    """How many times as much of something one lane takes as another."""

    def value(measured: Measured) -> float:
        return measured[workload][lane][figure] / measured[workload][other][figure]

    return Goal(workload, f"{lane} : {other}, {_WORDS[figure]}", most, False, value)


def _at_most(workload: str, figure: str, lane: str, most: float) -> Goal:
    def value(measured: Measured) -> float:
        return measured[workload][lane][figure]

    return Goal(workload, f"{lane}, {_WORDS[figure]}", most, False, value)


_WORDS = {
    "cpu_us": "cost",
    "p99_ms": "p99 in ms",
    "seconds": "seconds",
    "idle_mb": "MB idle",
    "after_mb": "MB after all",
}

GOALS = (
    *(
        goal
        for workload, of_nginx in (("issue", 0.6), ("gzip", 0.6), ("304", 0.5), ("list", 0.6))
        for goal in (
            _cheaper(workload, OURS, NGINX, of_nginx),
            _cheaper(workload, OURS, NGINX_OPENING, None),
            _cheaper(workload, OURS, BARE, 1.3),
            _cheaper(workload, WIRE_OFF, BARE, 0.8),
        )
    ),
    _cheaper("cold", OURS, BARE, 0.25),
    _cheaper("cold", OURS, STRAIGHTFORWARD, 20),
    _times("cold-list", "cpu_us", "ours, deep pages", "ours, first page", 1.5),
    _cheaper("search-newest", OURS, STRAIGHTFORWARD, 7),
    # What bm25 over all matches costs grows with the paper; in a small one nothing is to be saved.
    _cheaper("search-ranked", OURS, STRAIGHTFORWARD, 20, smallest=10_000),
    *(
        _cheaper(GRAPHQL, lane, graphql_lanes.REST, 0.8)
        for lane in (graphql_lanes.GET, graphql_lanes.GET_BY_HASH)
    ),
    *(
        _cheaper(GRAPHQL, lane, yardstick, least)
        for lane in (graphql_lanes.POST, graphql_lanes.GET_COLD)
        for yardstick, least in (
            (graphql.STRAWBERRY, 10),
            (graphql.STRAWBERRY_KEPT, None),
            (graphql.CORE, 1),
            (graphql.CORE_KEPT, 1),
            (graphql.APOLLO, None),
            (graphql_lanes.REST_COLD, None),
        )
    ),
    *(
        _cheaper(partners.PARTNERS, f"{kind}, {state}", f"{kind}, Apollo", least)
        for state, least in (("warm", 4), ("cold", 1))
        for kind in partners.KINDS
    ),
    _times("traced", "cpu_us", TRACED, OURS, 1.1),
    _times("traced", "cpu_us", TRACED_UNCACHED, UNCACHED, 1.05),
    _faster("post", OURS, STRAIGHTFORWARD, 8),
    _at_most("post", "p99_ms", OURS, 100),
    _at_most("start", "seconds", OURS, 1.2),
    _times("start", "seconds", OURS, BARE, 8),
    _at_most("memory", "idle_mb", OURS, 100),
    _at_most("memory", "after_mb", OURS, 180),
)

GROWTH = {"cold": 1.3, "search-newest": 2.0, "search-ranked": 2.0}
"""How many times as much our answer may cost in the largest paper as in the smallest."""
