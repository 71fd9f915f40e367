"""The key of a demo paper, so that its API can be tried at once."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from app.content.access import NewKey, Scope, in_order
from app.content.commands.transaction import Transaction
from app.models.api_key import ApiKey
from app.models.snapshot import DEMO
from app.models.sync_run import SyncRunSource

PREFIX = "demo"
SCOPES: tuple[Scope, ...] = ("issues:write", "issues:publish")
VALID_FOR = timedelta(days=1)


def renew_demo_key(tx: Transaction) -> str | None:
    """Make a new key of a demo paper, in place of the one before; it is valid for a day.

    `None` if the database was not seeded with the demo, or if the demo key was revoked.

    Raises:
        Unauthenticated, Forbidden: without `keys:manage`.
    """
    tx.principal.require("keys:manage")
    if not _is_demo(tx):
        return None
    tx.lock("demo key")
    # 128 random bits, so that a request with the key fits into the line of a terminal.
    new = NewKey.of(f"amp_{PREFIX}_{secrets.token_hex(16)}")
    found = tx.session.scalars(select(ApiKey).where(col(ApiKey.prefix) == PREFIX)).one_or_none()
    if found is None:
        found = ApiKey(prefix=PREFIX, digest="", name=PREFIX, scopes="", created_at=tx.now)
        tx.session.add(found)
    elif found.revoked_at is not None:
        return None
    found.digest = new.digest
    found.scopes = " ".join(in_order(SCOPES))
    found.expires_at = tx.now + VALID_FOR
    return new.key


def _is_demo(tx: Transaction) -> bool:
    invented = select(col(SyncRunSource.run_id)).where(col(SyncRunSource.reason) == DEMO).limit(1)
    return tx.session.scalar(invented) is not None
