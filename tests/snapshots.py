"""Snapshots that a test writes itself, where no source need be asked."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine

from app.content.access import COMMAND_LINE
from app.content.commands.snapshots import record_snapshot
from app.content.commands.sync_runs import begin_run
from app.content.commands.transaction import Transaction, perform
from app.db import Database
from app.models.sighting import Look, Sighting


async def record_models(database: Database, likes: Mapping[str, int], *, at: datetime) -> int:
    """Record that models were seen with so many likes each; the id of the snapshot."""
    seen = [
        Sighting(
            upstream_id=name,
            external_id=name,
            name=name.rpartition("/")[2],
            url=f"https://huggingface.co/{name}",
            likes=count,
            downloads=1,
        )
        for name, count in likes.items()
    ]

    look = Look("huggingface", "model", at, "complete", sightings=seen, listed=len(seen))
    return await record(database, look)


async def record(database: Database, look: Look) -> int:
    """Record a look in a run of its own; the id of the snapshot."""
    return await database.write(lambda bind: record_on(bind, look))


def record_on(bind: Engine | Connection, look: Look) -> int:
    """The same on an engine that writes, where no loop runs."""

    def work(tx: Transaction) -> int:
        return record_snapshot(tx, look, run_id=begin_run(tx, [look.source]))

    return perform(bind, work, principal=COMMAND_LINE, clock=lambda: look.observed_at)
