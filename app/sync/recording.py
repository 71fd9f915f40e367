"""Recording a look in short transactions, with the ranking outside of any transaction."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from app.content.commands.boards import rank_on
from app.content.commands.snapshots import (
    begin_snapshot,
    finish_snapshot,
    looked_of,
    parts_of,
    record_snapshot,
    write_part,
)
from app.content.commands.transaction import Transaction
from app.db import Database
from app.models.sighting import Look

T = TypeVar("T")


class Write(Protocol):
    """Runs work in one transaction."""

    async def __call__(self, work: Callable[[Transaction], T]) -> T: ...


async def record(database: Database, write: Write, look: Look, *, run_id: int) -> None:
    """Store the snapshot of a look. It becomes visible with its last transaction."""
    if look.status == "failed":
        await write(partial(record_snapshot, look=look, run_id=run_id))
        return
    snapshot_id = await write(partial(begin_snapshot, look=look, run_id=run_id))
    parts = []
    for part in parts_of(look.sightings):
        parts.append(
            await write(partial(write_part, look=look, part=part, snapshot_id=snapshot_id))
        )
    looked = await asyncio.to_thread(looked_of, look, parts, snapshot_id=snapshot_id)
    lists = await database.read_in_thread(partial(rank_on, looked=looked))
    await write(partial(finish_snapshot, look=look, lists=lists, snapshot_id=snapshot_id))
