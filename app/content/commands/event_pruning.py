"""Pruning the event log: delete events that are older than the log promises to keep them."""

from datetime import timedelta
from itertools import takewhile

from sqlalchemy import delete, select
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.models.event import Event

PRUNED_AT_ONCE = 1_000
"""Events per transaction, so that other writers wait for a few milliseconds."""


def prune_events(tx: Transaction, *, kept_for: timedelta) -> int:
    """Delete the oldest events that need not be kept, up to a limit; return how many.

    Events are deleted in order: if an event exists, so do all later ones.
    """
    oldest = tx.session.execute(
        select(col(Event.id), col(Event.occurred_at)).order_by(col(Event.id)).limit(PRUNED_AT_ONCE)
    )
    before = tx.now - kept_for
    ids = [id_ for id_, _ in takewhile(lambda row: row[1] < before, oldest)]
    if ids:
        tx.session.execute(
            delete(Event)
            .where(col(Event.id) >= ids[0], col(Event.id) <= ids[-1])
            .execution_options(synchronize_session=False)
        )
    return len(ids)
