"""API keys: create, provision and revoke them, and record their last use."""

from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy import or_, select, update
from sqlmodel import col

from app.content.access import SCOPES, NewKey, Principal, Scope, in_order
from app.content.commands.transaction import Transaction
from app.content.validation import invalid
from app.errors import Fault, Forbidden, NotFound, quoted
from app.models.api_key import ApiKey
from app.models.values import Instant, Shape, ShortText, format_instant

TOUCHED_AT_MOST_EVERY = timedelta(minutes=1)


class KeyInput(Shape):
    """A key to be made."""

    name: ShortText = Field(min_length=1, description="What it is for.")
    scopes: list[Scope] = Field(
        default_factory=list,
        max_length=len(SCOPES),
        description="What it may do; none: it has just its own rate limit.",
    )
    expires_at: Instant | None = Field(default=None, description="When it ends; null: never.")


def create_key(
    tx: Transaction, *, name: str, scopes: list[Scope], expires_at: datetime | None = None
) -> tuple[ApiKey, NewKey]:
    """Create a key; the second value holds the secret, which is not stored.

    Raises:
        Unauthenticated, Forbidden: without `keys:manage`, without a scope of the new key, or if
            the new key would outlive the key that creates it.
        ContentInvalid: `expires_at` is in the past.
    """
    tx.principal.require("keys:manage")
    lacking = [scope for scope in in_order(scopes) if scope not in tx.principal.scopes]
    if lacking:
        raise Forbidden("scope_not_held", f"A key cannot give what it lacks: {', '.join(lacking)}.")
    if expires_at is not None and expires_at <= tx.now:
        raise invalid(
            [
                Fault(
                    "/expires_at",
                    "not_in_future",
                    "Give a time in the future, or null.",
                )
            ]
        )
    _refuse_to_outlive(tx.principal, expires_at)
    new = NewKey.generate()
    row = _row(tx, new, name=name, scopes=scopes, expires_at=expires_at)
    tx.session.add(row)
    tx.session.flush()
    return row, new


def _refuse_to_outlive(principal: Principal, expires_at: datetime | None) -> None:
    """A key that could create a longer-lived key would never really expire."""
    own = principal.expires_at
    if own is not None and (expires_at is None or expires_at > own):
        raise Forbidden(
            "expiry_not_held",
            f"This key expires at {format_instant(own)} and can make no key that lasts longer: "
            "give expires_at of that time or before.",
        )


def provision_key(tx: Transaction, key: str) -> None:
    """Create or update the bootstrap key with all scopes, unless it was revoked."""
    tx.principal.require("keys:manage")
    tx.lock("bootstrap key")
    new = NewKey.of(key)
    found = tx.session.scalars(select(ApiKey).where(col(ApiKey.prefix) == new.prefix)).one_or_none()
    if found is None:
        tx.session.add(_row(tx, new, name="bootstrap", scopes=list(SCOPES)))
    elif found.revoked_at is None:
        found.digest = new.digest
        found.scopes = " ".join(SCOPES)
        found.expires_at = None


def _row(
    tx: Transaction,
    new: NewKey,
    *,
    name: str,
    scopes: list[Scope],
    expires_at: datetime | None = None,
) -> ApiKey:
    return ApiKey(
        prefix=new.prefix,
        digest=new.digest,
        name=name,
        scopes=" ".join(in_order(scopes)),
        created_at=tx.now,
        expires_at=expires_at,
    )


def revoke_key(tx: Transaction, prefix: str) -> None:
    """Revoke a key at once; keys that it created stay valid.

    A key may revoke itself and every key whose scopes it has.

    Raises:
        Unauthenticated, Forbidden: without `keys:manage`, or without a scope of that key.
        NotFound: there is no such key, or it was revoked before.
    """
    tx.principal.require("keys:manage")
    alive = (col(ApiKey.prefix) == prefix, col(ApiKey.revoked_at).is_(None))
    found = tx.session.scalars(select(ApiKey).where(*alive).with_for_update()).one_or_none()
    if found is None:
        raise NotFound("key_not_found", f"There is no key {quoted(prefix)}.")
    scopes = in_order(found.scopes.split())
    lacking = [scope for scope in scopes if scope not in tx.principal.scopes]
    if lacking:
        detail = "A key can revoke only keys whose scopes it has itself; it lacks "
        raise Forbidden("scope_not_held", f"{detail}{', '.join(lacking)}.")
    found.revoked_at = tx.now
    if found.id == tx.principal.key_id:
        tx.note_own_key_revoked()


def touch_key(tx: Transaction, key_id: int) -> None:
    """Record the use of a key, at most once a minute."""
    long_ago = tx.now - TOUCHED_AT_MOST_EVERY
    tx.session.execute(
        update(ApiKey)
        .where(
            col(ApiKey.id) == key_id,
            or_(col(ApiKey.last_used_at).is_(None), col(ApiKey.last_used_at) < long_ago),
        )
        .values(last_used_at=tx.now)
    )
