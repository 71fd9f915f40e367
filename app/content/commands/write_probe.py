"""A write probe: checks that the database accepts writes."""

from app.content.commands.transaction import Transaction
from app.models.idempotency import IdempotencyRecord

MIN_BYTES = 8_192
"""A row of this size needs new pages, which a full disk cannot provide."""


def check_write(tx: Transaction, *, identity: str, body: bytes) -> None:
    """Insert a row and delete it again; the caller commits.

    `identity` and `body` must be random, so that probes do not block each other and the body cannot
    be compressed.
    """
    assert len(body) >= MIN_BYTES
    record = IdempotencyRecord(
        identity=identity, payload_digest="", created_at=tx.now, status=0, body=body
    )
    tx.session.add(record)
    tx.session.flush()
    tx.session.delete(record)
