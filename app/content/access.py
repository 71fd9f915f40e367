"""Access control: scopes, principals, and how API keys are generated and checked."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.errors import Forbidden, Unauthenticated

Scope = Literal[
    "drafts:read", "issues:write", "issues:publish", "sync:run", "keys:manage", "webhooks:manage"
]

SCOPES: tuple[Scope, ...] = get_args(Scope)
"""All scopes in display order."""

_IMPLIED: dict[Scope, frozenset[Scope]] = {
    "issues:write": frozenset({"drafts:read"}),
    "issues:publish": frozenset({"drafts:read"}),
}


def in_order(scopes: Iterable[str]) -> list[Scope]:
    """Sort scopes like `SCOPES` and drop unknown words."""
    given = set(scopes)
    return [scope for scope in SCOPES if scope in given]


@dataclass(frozen=True, slots=True)
class Principal:
    """The identity that acts: an API key, the command line, or (without a key) the public."""

    key_id: int | None
    """Row id of the key; `None` for the public and the command line."""
    prefix: str | None
    """The part of the key that may be shown and logged; `cli` for the command line."""
    name: str | None
    granted: tuple[Scope, ...]
    """The scopes that were granted."""
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def scopes(self) -> frozenset[Scope]:
        """The granted scopes and those they imply."""
        if not self.granted:
            return frozenset()
        held = frozenset(self.granted)
        return held.union(*(_IMPLIED.get(scope, frozenset()) for scope in held))

    @property
    def is_public(self) -> bool:
        """Whether no key was presented."""
        return self.prefix is None

    @property
    def sees_drafts(self) -> bool:
        return "drafts:read" in self.scopes

    def require(self, *scopes: Scope) -> None:
        """Check that the principal has every scope.

        Raises:
            Unauthenticated: the public has no scopes.
            Forbidden: the key lacks a scope, which the message names.
        """
        for scope in scopes:
            if scope in self.scopes:
                continue
            if self.is_public:
                raise Unauthenticated(
                    "unauthenticated",
                    f"This needs a key with the scope {scope}: send Authorization: Bearer <key>.",
                )
            raise Forbidden("missing_scope", f"This key lacks the scope {scope}.")


def require_valid(
    *, revoked_at: datetime | None, expires_at: datetime | None, now: datetime
) -> None:
    """Check that a key is neither revoked nor expired.

    Raises:
        Unauthenticated: `invalid_key` or `expired_key`.
    """
    if revoked_at is not None:
        raise invalid_key()
    if expires_at is not None and expires_at <= now:
        raise Unauthenticated("expired_key", "This key has expired; ask for a new one.")


def invalid_key() -> Unauthenticated:
    """Make the error for an unusable key; it does not reveal which of the reasons applies."""
    return Unauthenticated("invalid_key", "This key is unknown, damaged or revoked.")


PUBLIC = Principal(key_id=None, prefix=None, name=None, granted=())
"""The principal without a key."""

COMMAND_LINE = Principal(key_id=None, prefix="cli", name="command line", granted=SCOPES)
"""The local operator, with all scopes."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A generated key with its secret, which is not stored."""

    prefix: str
    key: str
    digest: str

    @classmethod
    def of(cls, key: str) -> "NewKey":
        """Use an existing key, such as the bootstrap key."""
        return cls(prefix=key.split("_", 2)[1], key=key, digest=digest_of(key))

    @classmethod
    def generate(cls) -> "NewKey":
        """Generate a key with 256 random bits."""
        prefix = secrets.token_hex(6)
        return cls.of(f"amp_{prefix}_{secrets.token_hex(32)}")


def digest_of(key: str) -> str:
    """Hash a key for storage: SHA-256 in hexadecimal.

    One round is enough because the secret is 256 random bits; see docs/adr/0005-key-hashing.md.
    """
    return hashlib.sha256(key.encode()).hexdigest()


def digest_matches(key: str, stored: str) -> bool:
    """Compare a key with a stored digest in constant time."""
    return hmac.compare_digest(digest_of(key), stored)
