"""Counts and durations for Prometheus, by method, route template and status.

Never by path: a path may name a draft, and there is no end of paths. What was done by callers who
see drafts, previews included, is shown to callers who see drafts: a count of writes tells of issues
that are not yet in print.
"""

import asyncio
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from app.web.observability.exposition import Gauge, Snapshot, write_text
from app.web.observability.process_figures import process_figures
from app.web.observability.shared_metrics import (
    GAUGE,
    Rows,
    table_of_this_process,
    tables_of_others,
)
from app.web.observability.tally_table import TallyTable

TEXT_SECONDS = 1.0
"""How long one text is served. Scrapers ask every 5 s or less often, and a flood gets the same."""
REFRESH_SECONDS = 1.0
"""How often a worker writes its gauges for the others."""

_NO_ROUTE = "none"
# Refusals that do not depend on the route: without this, callers could make a series of each method
# at each route.
_COLLAPSED_STATUSES = frozenset({401, 403, 405, 429})
# Callers may invent methods, and every new label would stay in memory.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Ready answers take well under a millisecond, an import may take minutes.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SECONDS = len(BUCKETS) + 1
"""Place of the sum of seconds in a row, behind the buckets and the one without a bound."""

Labels = tuple[str, str, int]
"""Method, route and status."""
Gauges = Callable[[], Iterable[Gauge]]


class Series:
    """Some requests, counted and measured.

    Plain numbers, turned into metric families at each scrape. The library's own counters would cost
    a third of a cached response (ADR 0010).
    """

    def __init__(self, table: TallyTable, name: str) -> None:
        self.tallies: dict[Labels, memoryview[float]] = {}
        self._table = table
        self._name = name

    def record(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count one request; `route` is its template, `None` where none was met."""
        # Nearly all requests have the labels of a series that there is.
        tally = self.tallies.get((method, route or _NO_ROUTE, status))
        if tally is None:
            tally = self._tally(method, route, status)
        tally[bisect_left(BUCKETS, seconds)] += 1
        tally[_SECONDS] += seconds

    def _tally(self, method: str, route: str | None, status: int) -> "memoryview[float]":
        """Find or begin the series of a request, with labels that are bounded in number."""
        if route is None or status in _COLLAPSED_STATUSES:
            route = _NO_ROUTE
        key = (method if method in _METHODS else "other", route, status)
        tally = self.tallies.get(key)
        if tally is None:
            row = self._table.row((self._name, key[0], route, str(status)))
            tally = self.tallies[key] = row
        return tally


class Metrics:
    """What one server has done since it was started, for the public and for editors."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, *, folder: str | None = None
    ) -> None:
        """`now`: seconds of a clock that is never set back. `folder`: shared with other workers."""
        self._folder = folder
        self._table = table_of_this_process(folder)
        self.public = Series(self._table, "public")
        self.editors = Series(self._table, "editors")
        """What was done by callers who see drafts."""
        self.gauges: list[Gauges] = []
        """What each worker has now; summed over workers."""
        self.facts: Callable[[], Awaitable[Sequence[Gauge]]] | None = None
        """What is the same for every worker; read at each scrape."""
        self._now = now
        self._texts: dict[bool, tuple[float, asyncio.Future[bytes]]] = {}

    async def text(self, *, whole: bool) -> bytes:
        """Write in Prometheus' text format: everything, or what the public may know.

        In a thread, at most once in `TEXT_SECONDS` for however many ask.
        """
        until, text = self._texts.get(whole, (0.0, None))
        if text is None or self._now() >= until or _has_failed(text):
            text = asyncio.ensure_future(self._make_text(whole))
            self._texts[whole] = (self._now() + TEXT_SECONDS, text)
        # Cancelling one caller must not cancel the shared computation.
        return await asyncio.shield(text)

    async def _make_text(self, whole: bool) -> bytes:
        facts = () if self.facts is None else await self.facts()
        self.refresh()
        return await asyncio.to_thread(_write, self._table.items(), self._folder, whole, facts)

    def refresh(self) -> None:
        """Write the gauges of this worker into its table."""
        for gauges in self.gauges:
            for name, labels, value in gauges():
                flat = tuple(part for pair in sorted(labels.items()) for part in pair)
                self._table.row((GAUGE, name, *flat))[0] = value

    async def keep_fresh(self) -> None:
        """Refresh until cancelled, where other workers read what this one has."""
        while self._folder is not None:
            self.refresh()
            await asyncio.sleep(REFRESH_SECONDS)


def _write(own: Rows, folder: str | None, whole: bool, facts: Sequence[Gauge]) -> bytes:
    tables: list[Rows] = [own]
    others: list[int] = []
    if folder is not None:
        others, found = tables_of_others(folder)
        tables += found
    requests: dict[Labels, list[float]] = {}
    gauges: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for key, numbers in (row for table in tables for row in table):
        if key[:1] == (GAUGE,):
            gauges[key[1:]] += numbers[0]
        elif whole or key[:1] == ("public",) or not key:
            # The row without a key holds what no other row had room for.
            labels = (key[1], key[2], int(key[3])) if key else ("other", _NO_ROUTE, 0)
            present = requests.setdefault(labels, [0.0] * len(numbers))
            requests[labels] = [one + other for one, other in zip(present, numbers, strict=True)]
    snapshot: Snapshot = {
        labels: (numbers[: len(BUCKETS) + 1], numbers[_SECONDS])
        for labels, numbers in requests.items()
    }
    return write_text(snapshot, BUCKETS, [*_named(gauges), *process_figures(others), *facts])


def _named(gauges: Mapping[tuple[str, ...], float]) -> Iterable[Gauge]:
    for (name, *flat), value in gauges.items():
        yield name, dict(zip(flat[::2], flat[1::2], strict=True)), value


def _has_failed(text: asyncio.Future[bytes]) -> bool:
    return text.done() and (text.cancelled() or text.exception() is not None)
