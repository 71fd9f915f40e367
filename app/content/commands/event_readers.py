"""Leases of the log's readers: of all processes that run a reader, one works at a time.

A reader handles events after its position with effects outside of the database, such as purging
an edge cache, and then advances. A crash in between repeats events; it never skips any.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.models.content_version import EVENTS, ContentVersion
from app.models.event import EventReader


def claim_reader(tx: Transaction, name: str, *, holder: str, seconds: float) -> int | None:
    """Take or renew the lease of a reader, and return its position; `None` if it is taken.

    `holder` is a random name of the process. A new reader begins at the end of the log.
    """
    tx.lock(f"event reader {name}")
    reader = tx.session.get(EventReader, name)
    if reader is None:
        reader = EventReader(name=name, position=_end_of_log(tx))
        tx.session.add(reader)
    is_leased = reader.leased_until is not None and reader.leased_until > tx.now
    if is_leased and reader.holder != holder:
        return None
    reader.holder = holder
    reader.leased_until = tx.now + timedelta(seconds=seconds)
    return reader.position


def advance_reader(tx: Transaction, name: str, *, holder: str, position: int) -> bool:
    """Store the position of a reader; `False` if the lease was lost, and then nothing is stored."""
    tx.lock(f"event reader {name}")
    reader = tx.session.get(EventReader, name)
    if reader is None or reader.holder != holder or position < reader.position:
        return False
    reader.position = position
    return True


def release_reader(tx: Transaction, name: str, *, holder: str) -> None:
    """End the lease, so that another process can continue at once."""
    tx.lock(f"event reader {name}")
    reader = tx.session.get(EventReader, name)
    if reader is not None and reader.holder == holder:
        reader.holder = reader.leased_until = None


def _end_of_log(tx: Transaction) -> int:
    end = select(col(ContentVersion.number)).where(col(ContentVersion.name) == EVENTS)
    position: int = tx.session.execute(end).scalar_one()
    return position
