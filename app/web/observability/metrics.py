"""Counts and durations for Prometheus, by method, route template and status.

Never by path: a path may name a draft, and there is no end of paths. What was done by callers who
see drafts, previews included, is shown to callers who see drafts: a count of writes tells of issues
that are not yet in print.
"""

import asyncio
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

TEXT_SECONDS = 1.0
"""How long one text is served. Scrapers ask every 5 s or less often, and a flood gets the same."""

_NO_ROUTE = "none"
# Refusals that do not depend on the route: without this, callers could make a series of each method
# at each route.
_COLLAPSED_STATUSES = frozenset({401, 403, 405, 429})
# Callers may invent methods, and every new label would stay in memory.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Ready answers take well under a millisecond, an import may take minutes.
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_BOUNDS = (*(str(bound) for bound in _BUCKETS), "+Inf")


_Labels = tuple[str, str, int]
"""Method, route and status."""


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
        if route is None or status in _COLLAPSED_STATUSES:
            route = _NO_ROUTE
        key = (method if method in _METHODS else "other", route, status)
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = _Tally()
        tally.count += 1
        tally.seconds += seconds
        tally.buckets[bisect_left(_BUCKETS, seconds)] += 1


_Snapshot = Mapping[_Labels, tuple[int, float, list[int]]]
"""Count, seconds and buckets by labels."""


class _Families(Collector):
    """A snapshot as Prometheus wants it."""

    def __init__(self, snapshot: _Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        buckets: Counter[tuple[str, str, int]] = Counter()
        seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
        requests = CounterMetricFamily(
            "morningpost_requests", "Requests answered.", labels=("method", "route", "status")
        )
        for (method, route, status), (count, took, places) in sorted(self._snapshot.items()):
            requests.add_metric((method, route, str(status)), count)
            seconds[method, route] += took
            for place, within in enumerate(places):
                buckets[method, route, place] += within
        yield requests
        durations = HistogramMetricFamily(
            "morningpost_request_duration_seconds",
            "From the headers of a request to the last byte of its answer.",
            labels=("method", "route"),
        )
        for (method, route), total in sorted(seconds.items()):
            summed = accumulate(buckets[method, route, place] for place in range(len(_BOUNDS)))
            bounds = list(zip(_BOUNDS, map(float, summed), strict=True))
            durations.add_metric((method, route), bounds, total)
        yield durations


class Metrics:
    """What one application has done since it was started, for the public and for editors."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now`: seconds of a clock that is never set back."""
        self.public = Series()
        self.editors = Series()
        """What was done by callers who see drafts."""
        self._now = now
        self._texts: dict[bool, tuple[float, asyncio.Future[bytes]]] = {}

    async def text(self, *, whole: bool) -> bytes:
        """Write in Prometheus' text format: everything, or what the public may know.

        In a thread, at most once in `TEXT_SECONDS` for however many ask.
        """
        until, text = self._texts.get(whole, (0.0, None))
        if text is None or self._now() >= until or _has_failed(text):
            work = asyncio.to_thread(_write, self._snapshot(whole=whole))
            text = asyncio.ensure_future(work)
            self._texts[whole] = (self._now() + TEXT_SECONDS, text)
        # Cancelling one caller must not cancel the shared computation.
        return await asyncio.shield(text)

    def _snapshot(self, *, whole: bool) -> _Snapshot:
        """Copy the numbers in the event loop, where nothing changes them meanwhile."""
        found: dict[_Labels, tuple[int, float, list[int]]] = {}
        for series in (self.public, self.editors) if whole else (self.public,):
            for labels, tally in series.tallies.items():
                count, seconds, buckets = found.get(labels, (0, 0.0, [0] * len(_BOUNDS)))
                added = [one + other for one, other in zip(buckets, tally.buckets, strict=True)]
                found[labels] = (count + tally.count, seconds + tally.seconds, added)
        return found


def _write(snapshot: _Snapshot) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Families(snapshot))
    return generate_latest(registry)


def _has_failed(text: asyncio.Future[bytes]) -> bool:
    return text.done() and (text.cancelled() or text.exception() is not None)
