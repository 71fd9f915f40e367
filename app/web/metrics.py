"""Counts and durations for Prometheus, by method, route template and status.

Never by path: a path may name a draft, and there is no end of paths. What was done by those who
see drafts is shown to those who see drafts: a count of writes tells of issues not yet in print.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from app.web.gate import Caller

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Ready answers take well under a millisecond, an import may take minutes.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_BOUNDS = (*(str(bound) for bound in _BUCKETS), "+Inf")


class _Series:
    """Some requests, counted and measured.

    Plain numbers, put into families when somebody asks: the library's own counters cost six
    microseconds a request, a third of what a ready answer takes.
    """

    def __init__(self) -> None:
        self.statuses: Counter[tuple[str, str, int]] = Counter()
        self.durations: Counter[tuple[str, str, int]] = Counter()
        """Requests by method, route and place of their duration among the buckets."""
        self.seconds: defaultdict[tuple[str, str], float] = defaultdict(float)

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        self.statuses[method, route, status] += 1
        self.durations[method, route, bisect_left(_BUCKETS, seconds)] += 1
        self.seconds[method, route] += seconds


class _Families(Collector):
    """Series as Prometheus wants them."""

    def __init__(self, series: Sequence[_Series]) -> None:
        self._series = series

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "morningpost_requests", "Requests answered.", labels=("method", "route", "status")
        )
        for (method, route, status), count in sorted(self._sum("statuses").items()):
            requests.add_metric((method, route, str(status)), count)
        yield requests
        durations = HistogramMetricFamily(
            "morningpost_request_duration_seconds",
            "From the headers of a request to the last byte of its answer.",
            labels=("method", "route"),
        )
        counts = self._sum("durations")
        for (method, route), seconds in sorted(self._sum("seconds").items()):
            total, buckets = 0, []
            for place, bound in enumerate(_BOUNDS):
                total += counts[method, route, place]
                buckets.append((bound, float(total)))
            durations.add_metric((method, route), buckets, seconds)
        yield durations

    def _sum(self, name: str) -> Counter[Any]:
        total: Counter[Any] = Counter()
        for series in self._series:
            total.update(getattr(series, name))
        return total


class Metrics:
    """What one application has done since it was started, for the public and for the house."""

    def __init__(self) -> None:
        self._public = _Series()
        self._editors = _Series()

    def record(
        self, *, method: str, route: str | None, status: int, seconds: float, sees_drafts: bool
    ) -> None:
        """Count one request; `route` is its template, `None` where none was met."""
        # Callers may invent methods, and every new label would stay in memory.
        method = method if method in _METHODS else "other"
        series = self._editors if sees_drafts else self._public
        series.record(method, route or "none", status, seconds)

    def text(self, *, whole: bool) -> bytes:
        """Write in Prometheus' text format: everything, or what the public may know."""
        registry = CollectorRegistry()
        registry.register(_Families((self._public, self._editors) if whole else (self._public,)))
        return generate_latest(registry)


router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, caller: Caller) -> Response:
    """Answer what this process has counted; with `drafts:read` the requests of editors too."""
    metrics: Metrics = request.app.state.metrics
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    return Response(metrics.text(whole=caller.sees_drafts), headers=headers)
