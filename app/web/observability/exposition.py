"""The text format of Prometheus. https://prometheus.io/docs/instrumenting/exposition_formats/"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

Snapshot = Mapping[tuple[str, str, int], tuple[list[float], float]]
"""Buckets and seconds by method, route and status."""
Gauge = tuple[str, Mapping[str, str], float]
"""Name, labels and value."""

HELP: Mapping[str, str] = {
    "morningpost_build_info": "Version, Python and database; always 1.",
    "morningpost_workers": "Processes that serve.",
    "morningpost_connections": "Open connections.",
    "morningpost_websockets": "Open WebSockets.",
    "morningpost_subscriptions": "Open GraphQL subscriptions.",
    "morningpost_cache_bytes": "Size of the response caches.",
    "morningpost_database_up": "Whether the database answers the process that was asked.",
    "morningpost_database_connections": "Pooled connections to PostgreSQL.",
    "morningpost_database_connections_max": "Pooled connections that there may be.",
    "morningpost_replica_current": "Workers that use the replica: it is as new as the primary.",
    "morningpost_sync_age_seconds": "Since the last sync of a source that succeeded.",
    "morningpost_last_publication_timestamp_seconds": "When what is in print last changed.",
    "process_cpu_seconds_total": "Processor time of the living processes.",
    "process_resident_memory_bytes": "Memory of all processes.",
    "process_open_fds": "Open files of all processes.",
    "process_start_time_seconds": "Start of the oldest process, in Unix time.",
}
"""Every gauge; recording an unknown name fails."""


def write_text(snapshot: Snapshot, buckets: Sequence[float], gauges: Sequence[Gauge]) -> bytes:
    """Write the text of a scrape."""
    registry = CollectorRegistry()
    registry.register(_Families(snapshot, buckets, gauges))
    return generate_latest(registry)


class _Families(Collector):
    def __init__(
        self, snapshot: Snapshot, buckets: Sequence[float], gauges: Sequence[Gauge]
    ) -> None:
        self._snapshot = snapshot
        self._bounds = (*(str(bound) for bound in buckets), "+Inf")
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        yield from self._requests()
        yield from self._all_gauges()

    def _requests(self) -> Iterator[Metric]:
        placed: Counter[tuple[str, str, int]] = Counter()
        seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
        requests = CounterMetricFamily(
            "morningpost_requests", "Requests answered.", labels=("method", "route", "status")
        )
        for (method, route, status), (places, took) in sorted(self._snapshot.items()):
            requests.add_metric((method, route, str(status)), sum(places))
            seconds[method, route] += took
            for place, within in enumerate(places):
                placed[method, route, place] += int(within)
        yield requests
        durations = HistogramMetricFamily(
            "morningpost_request_duration_seconds",
            "From the headers of a request to the last byte of its answer.",
            labels=("method", "route"),
        )
        for (method, route), total in sorted(seconds.items()):
            each = (placed[method, route, place] for place in range(len(self._bounds)))
            bounds = list(zip(self._bounds, map(float, accumulate(each)), strict=True))
            durations.add_metric((method, route), bounds, total)
        yield durations

    def _all_gauges(self) -> Iterator[Metric]:
        by_name: defaultdict[str, list[Gauge]] = defaultdict(list)
        for gauge in self._gauges:
            by_name[gauge[0]].append(gauge)
        for name, found in sorted(by_name.items()):
            labels = sorted(found[0][1])
            family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            metric = family(name, HELP[name], labels=labels)
            for _, values, value in sorted(found, key=lambda gauge: sorted(gauge[1].items())):
                metric.add_metric([values[label] for label in labels], value)
            yield metric
