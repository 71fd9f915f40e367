"""Checks that the key of a principal is still valid within the transaction of its write.

A principal is authenticated when its request arrives. Its key may be revoked or expire before the
write commits: a line of an import arrives an hour later, a write waits in the queue. So every
transaction checks the key again.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import Session, col

from app.content.access import Principal, in_order, invalid_key, require_valid
from app.database.prepared_writes import read
from app.models.api_key import ApiKey

_KEY: Select[datetime | None, datetime | None, str] = select(
    col(ApiKey.revoked_at), col(ApiKey.expires_at), col(ApiKey.scopes)
).where(col(ApiKey.id) == bindparam("key_id"))

_KEY_HELD = _KEY.with_for_update(read=True, key_share=True)


def admit(session: Session, principal: Principal, *, now: datetime) -> Principal:
    """Check the key at the start of a transaction; return the principal with its current scopes.

    The public and the command line have no key and pass.

    Raises:
        Unauthenticated: the key is revoked or expired.
    """
    if principal.key_id is None:
        return principal
    key = _judged(session, _KEY, principal.key_id, now=now)
    return replace(
        principal, granted=tuple(in_order(key.scopes.split())), expires_at=key.expires_at
    )


def confirm(session: Session, principal: Principal, *, now: datetime) -> None:
    """Check the key again right before the commit, if other transactions may have committed.

    The row stays locked until the commit, and a revocation takes the same lock. So a key makes no
    write after its revocation was answered. The lock is taken late so that a revocation does not
    wait for a long write.

    Raises:
        Unauthenticated: the key was revoked since `admit`.
    """
    if principal.key_id is not None:
        _judged(session, _KEY_HELD, principal.key_id, now=now)


def _judged(
    session: Session,
    statement: Select[datetime | None, datetime | None, str],
    key_id: int,
    *,
    now: datetime,
) -> Row[Any]:
    rows = read(session.connection(), statement, {"key_id": key_id})
    if not rows:
        raise invalid_key()
    key = rows[0]
    require_valid(revoked_at=key.revoked_at, expires_at=key.expires_at, now=now)
    return key
