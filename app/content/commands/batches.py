"""Batches: several pieces of work in one transaction, each in a savepoint of its own."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from app.content.commands.transaction import Transaction
from app.errors import MorningPostError

T = TypeVar("T")

MAX_BATCH = 16
"""Pieces of work per transaction: the commit, and what every commit writes, costs little for each
then."""

BATCH_SECONDS = 0.1
"""A transaction begins no further piece of work after this time, so that other writers get their
turn within 250 ms."""


def attempt_each(
    tx: Transaction,
    works: Sequence[Callable[[Transaction], T]],
    *,
    monotonic: Callable[[], float] = time.monotonic,
) -> list[T | MorningPostError]:
    """Run pieces of work in order; return the result or the refusal of each.

    At least one is run; those that are left after `BATCH_SECONDS` have no result. A refused one is
    rolled back alone. Any other error fails the whole transaction.
    """
    until = monotonic() + BATCH_SECONDS
    results: list[T | MorningPostError] = []
    for work in works:
        try:
            results.append(tx.attempt(partial(work, tx)))
        except MorningPostError as refusal:
            results.append(refusal)
        if monotonic() >= until:
            break
    return results
