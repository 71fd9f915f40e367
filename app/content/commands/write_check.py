"""Proving that the database takes changes."""

from app.content.commands.transaction import Transaction
from app.models.idempotency import IdempotencyRecord

MIN_BYTES = 8_192
"""A row of this size needs pages of its own, which a full disk has not."""


def check_write(tx: Transaction, *, identity: str, body: bytes) -> None:
    """Write a row and take it out again, to be committed.

    `identity` and `body` are random: no other check waits for it, and nothing can be compressed.
    """
    assert len(body) >= MIN_BYTES
    record = IdempotencyRecord(
        identity=identity, payload_digest="", created_at=tx.now, status=0, body=body
    )
    tx.session.add(record)
    tx.session.flush()
    tx.session.delete(record)
