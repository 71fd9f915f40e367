"""Counts and durations for Prometheus, by method, route template and status.

Never by path: a path may name a draft, and there is no end of paths. What was done by those who
see drafts is shown to those who see drafts: a count of writes tells of issues not yet in print.
"""

from fastapi import APIRouter
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

from app.web.gate import Caller

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Ready answers take well under a millisecond, an import may take minutes.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class _Series:
    """Some requests, counted and measured in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "morningpost_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._durations = Histogram(
            "morningpost_request_duration_seconds",
            "From the headers of a request to the last byte of its answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._durations.labels(method, route).observe(seconds)


class Metrics:
    """What one application has done since it was started, for the public and for the house."""

    def __init__(self) -> None:
        self._public = _Series()
        self._whole = _Series()

    def record(
        self, *, method: str, route: str | None, status: int, seconds: float, sees_drafts: bool
    ) -> None:
        """Count one request; `route` is its template, `None` where none was met."""
        # Callers may invent methods, and every new label would stay in memory.
        method = method if method in _METHODS else "other"
        for series in (self._whole,) if sees_drafts else (self._whole, self._public):
            series.record(method, route or "none", status, seconds)

    def text(self, *, whole: bool) -> bytes:
        """Write in Prometheus' text format: everything, or what the public may know."""
        return generate_latest((self._whole if whole else self._public).registry)


router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, caller: Caller) -> Response:
    """Answer what this process has counted; with `drafts:read` the requests of editors too."""
    metrics: Metrics = request.app.state.metrics
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    return Response(metrics.text(whole=caller.sees_drafts), headers=headers)
