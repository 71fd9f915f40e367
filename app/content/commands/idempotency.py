"""Idempotency keys: store the first answer to a request, and repeat it for retries.

After draft-ietf-httpapi-idempotency-key-header-07, read 2026-11. The record commits together with
the effect of the request.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import col

from app.content.access import Principal
from app.content.commands.transaction import Transaction
from app.errors import Conflict, ContentInvalid
from app.models.idempotency import IdempotencyRecord

KEPT_FOR = timedelta(days=7)

SWEPT_AT_ONCE = 20
"""Expired records deleted with each new one: more than are added, so the table stays small."""
PRUNED_AT_ONCE = 500
"""Expired records deleted per transaction of the housekeeping. Bodies are up to a megabyte."""


@dataclass(frozen=True, slots=True)
class WriteAnswer:
    """The answer of a write; `kept_body` is stored instead of a body that contains a secret."""

    status: int
    body: bytes
    etag: str | None = None
    location: str | None = None
    kept_body: bytes | None = None
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request that may be a retry: its identity and a digest of its content."""

    identity: str
    payload_digest: str

    @classmethod
    def of(
        cls, *, key: str, principal: Principal, method: str, path: str, query: bytes, body: bytes
    ) -> "IdempotentRequest":
        """Identify a request by its idempotency key, API key, method and path."""
        named = "\0".join((str(principal.key_id), method, path, key))
        asked = hashlib.sha256(b"%d\0" % len(query) + query + body)
        return cls(hashlib.sha256(named.encode()).hexdigest(), asked.hexdigest())


def once(
    tx: Transaction,
    request: IdempotentRequest | None,
    act: Callable[[], WriteAnswer],
    *,
    complete: Callable[[bytes], bytes] | None = None,
) -> WriteAnswer:
    """Run `act` and store its answer, or return the stored answer of an equal request.

    A refusal is an exception; it changes nothing and is not stored. `complete` restores the body of
    a replay if the stored body lacks a secret that can be derived again.

    Raises:
        ContentInvalid: the key was used before with another payload.
        Conflict: an equal request is still running after ten seconds.
    """
    if request is None:
        return act()
    try:
        tx.lock(f"idempotency {request.identity}")
    except Conflict as error:
        raise Conflict(
            "idempotency_in_flight",
            "A request with this Idempotency-Key is still running; ask again in a moment.",
        ) from error
    oldest = tx.now - KEPT_FOR
    record = tx.session.get(IdempotencyRecord, request.identity)
    if record is not None and record.created_at >= oldest:
        answer = _replay(record, request)
        return answer if complete is None else replace(answer, body=complete(answer.body))
    if record is not None:
        tx.session.delete(record)
        tx.session.flush()
    answer = act()
    _delete_expired(tx, most=SWEPT_AT_ONCE)
    tx.session.add(
        IdempotencyRecord(
            identity=request.identity,
            payload_digest=request.payload_digest,
            created_at=tx.now,
            status=answer.status,
            body=answer.body if answer.kept_body is None else answer.kept_body,
            etag=answer.etag,
            location=answer.location,
        )
    )
    return replace(answer, kept_body=None)


def prune_records(tx: Transaction) -> int:
    """Delete some expired records, also while no request adds one; return how many."""
    return _delete_expired(tx, most=PRUNED_AT_ONCE)


def _replay(record: IdempotencyRecord, request: IdempotentRequest) -> WriteAnswer:
    if record.payload_digest != request.payload_digest:
        raise ContentInvalid(
            "idempotency_key_reused",
            "This Idempotency-Key came before with another payload; use a new one.",
        )
    return WriteAnswer(
        status=record.status,
        body=record.body,
        etag=record.etag,
        location=record.location,
        is_replay=True,
    )


def _delete_expired(tx: Transaction, *, most: int) -> int:
    """Delete up to `most` expired records; return how many."""
    expired = (
        select(col(IdempotencyRecord.identity))
        .where(col(IdempotencyRecord.created_at) < tx.now - KEPT_FOR)
        .limit(most)
    )
    identities = tx.session.scalars(expired).all()
    if identities:
        table = IdempotencyRecord
        tx.session.execute(delete(table).where(col(table.identity).in_(identities)))
    return len(identities)
