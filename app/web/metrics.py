"""Counts and durations for Prometheus, by method, route template and status.

Never by path: a path may name a draft, and there is no end of paths. What was done by those who
see drafts is shown to those who see drafts: a count of writes tells of issues not yet in print.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from app.web.gate import Caller

# Callers may invent methods, and every new label would stay in memory.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Ready answers take well under a millisecond, an import may take minutes.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_BOUNDS = (*(str(bound) for bound in _BUCKETS), "+Inf")


class _Tally:
    """Requests that went alike: how many, and how long they took."""

    __slots__ = ("buckets", "count", "seconds")

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.buckets = [0] * len(_BOUNDS)


class Series:
    """Some requests, counted and measured.

    Plain numbers, put into families when somebody asks: the library's own counters cost six
    microseconds a request, a third of what a ready answer takes.
    """

    def __init__(self) -> None:
        self.tallies: dict[tuple[str, str, int], _Tally] = {}

    def record(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one request; `route` is its template, `None` where none was met."""
        key = (method if method in _METHODS else "other", route or "none", status)
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = _Tally()
        tally.count += 1
        tally.seconds += seconds
        tally.buckets[bisect_left(_BUCKETS, seconds)] += 1


class _Families(Collector):
    """Series as Prometheus wants them."""

    def __init__(self, series: Sequence[Series]) -> None:
        self._series = series

    def collect(self) -> Iterator[Metric]:
        counts: Counter[tuple[str, str, int]] = Counter()
        buckets: Counter[tuple[str, str, int]] = Counter()
        seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
        for series in self._series:
            for (method, route, status), tally in series.tallies.items():
                counts[method, route, status] += tally.count
                seconds[method, route] += tally.seconds
                for place, count in enumerate(tally.buckets):
                    buckets[method, route, place] += count
        requests = CounterMetricFamily(
            "morningpost_requests", "Requests answered.", labels=("method", "route", "status")
        )
        for (method, route, status), count in sorted(counts.items()):
            requests.add_metric((method, route, str(status)), count)
        yield requests
        durations = HistogramMetricFamily(
            "morningpost_request_duration_seconds",
            "From the headers of a request to the last byte of its answer.",
            labels=("method", "route"),
        )
        for (method, route), total in sorted(seconds.items()):
            places = accumulate(buckets[method, route, place] for place in range(len(_BOUNDS)))
            bounds = list(zip(_BOUNDS, map(float, places), strict=True))
            durations.add_metric((method, route), bounds, total)
        yield durations


class Metrics:
    """What one application has done since it was started, for the public and for the house."""

    def __init__(self) -> None:
        self.public = Series()
        self.editors = Series()
        """What was done by those who see drafts."""

    def text(self, *, whole: bool) -> bytes:
        """Write in Prometheus' text format: everything, or what the public may know."""
        registry = CollectorRegistry()
        registry.register(_Families((self.public, self.editors) if whole else (self.public,)))
        return generate_latest(registry)


router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, caller: Caller) -> Response:
    """Answer what this process has counted; with `drafts:read` the requests of editors too."""
    metrics: Metrics = request.app.state.metrics
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    return Response(metrics.text(whole=caller.sees_drafts), headers=headers)
