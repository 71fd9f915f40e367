"""What an application holds now and knows of its paper, as metrics."""

import platform
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress

from app import __version__
from app.background import running
from app.content.queries.freshness import read_freshness
from app.content.queries.sync import source_health
from app.errors import DatabaseAway
from app.web.observability.exposition import Gauge
from app.web.server.connections import Connections
from app.web.state import AppState


@asynccontextmanager
async def measuring(state: AppState, connections: Connections) -> AsyncIterator[None]:
    """Let `/metrics` show what this application holds while the block runs."""
    metrics = state.metrics
    metrics.gauges = [lambda: _held(state, connections)]
    metrics.facts = lambda: _facts(state)
    try:
        async with running(metrics.keep_fresh()):
            yield
    finally:
        metrics.gauges, metrics.facts = [], None


def _held(state: AppState, connections: Connections) -> Iterator[Gauge]:
    yield "morningpost_connections", {}, len(connections)
    for name, count in state.count_streams().items():
        yield name, {}, count
    yield "morningpost_cache_bytes", {}, state.response_cache.size
    database = state.database
    if database.replica is not None:
        yield "morningpost_replica_current", {}, int(database.replica.is_current)
    for pool, (in_use, idle, most) in database.pools().items():
        yield "morningpost_database_connections", {"pool": pool, "state": "in_use"}, in_use
        yield "morningpost_database_connections", {"pool": pool, "state": "idle"}, idle
        yield "morningpost_database_connections_max", {"pool": pool}, most


async def _facts(state: AppState) -> Sequence[Gauge]:
    """What is the same for every worker. Without the database there is less to tell."""
    labels = {
        "version": __version__,
        "python": platform.python_version(),
        "database": state.database.url.get_backend_name(),
    }
    facts: list[Gauge] = [
        ("morningpost_build_info", labels, 1),
        ("morningpost_database_up", {}, int(not state.watch.is_away)),
    ]
    if state.watch.is_away:
        return facts
    now = state.clock()
    with suppress(DatabaseAway):
        for source in (await source_health(state.database.reader, now=now)).items:
            if source["age_seconds"] is not None:
                named, age = {"source": source["name"]}, float(source["age_seconds"])
                facts.append(("morningpost_sync_age_seconds", named, age))
        changed_at = (await read_freshness(state.database.reader, now=now)).last_modified
        if changed_at is not None:
            name = "morningpost_last_publication_timestamp_seconds"
            facts.append((name, {}, changed_at.timestamp()))
    return facts
