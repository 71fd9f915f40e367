"""Who calls and what they may do: scopes, principals, and how a key is made and checked."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.errors import Forbidden, Unauthenticated

Scope = Literal["drafts:read", "issues:write", "issues:publish", "sync:run", "keys:manage"]

SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Every scope, in the order in which they are shown."""

_IMPLIED: dict[Scope, frozenset[Scope]] = {
    "issues:write": frozenset({"drafts:read"}),
    "issues:publish": frozenset({"drafts:read"}),
}


def in_order(scopes: Iterable[str]) -> list[Scope]:
    """Sort scopes as `SCOPES` has them and drop words that are none."""
    given = set(scopes)
    return [scope for scope in SCOPES if scope in given]


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone who acts: a key, the command line, or (with no key) the public."""

    key_id: int | None
    """Row of the key; `None` for the public and for the command line."""
    prefix: str | None
    """The part of the key that may be shown and logged; `cli` on the command line."""
    name: str | None
    granted: tuple[Scope, ...]
    """Scopes as they were given."""
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def scopes(self) -> frozenset[Scope]:
        """The granted scopes with those that they include."""
        if not self.granted:
            return frozenset()
        held = frozenset(self.granted)
        return held.union(*(_IMPLIED.get(scope, frozenset()) for scope in held))

    @property
    def is_public(self) -> bool:
        """Whether nobody in particular calls: no key was presented."""
        return self.prefix is None

    @property
    def sees_drafts(self) -> bool:
        return "drafts:read" in self.scopes

    def require(self, *scopes: Scope) -> None:
        """Let a caller pass who holds every scope.

        Raises:
            Unauthenticated: the public has no scope at all.
            Forbidden: a key lacks one; the answer names it.
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
    """Refuse a key that was revoked or has expired.

    Raises:
        Unauthenticated: `invalid_key` or `expired_key`.
    """
    if revoked_at is not None:
        raise invalid_key()
    if expires_at is not None and expires_at <= now:
        raise Unauthenticated("expired_key", "This key has expired; ask for a new one.")


def invalid_key() -> Unauthenticated:
    """The refusal of a key that cannot be used; it does not say which of the three it is."""
    return Unauthenticated("invalid_key", "This key is unknown, damaged or revoked.")


PUBLIC = Principal(key_id=None, prefix=None, name=None, granted=())
"""The caller without a key."""

COMMAND_LINE = Principal(key_id=None, prefix="cli", name="command line", granted=SCOPES)
"""Whoever has the machine: all scopes."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the one moment when it is whole."""

    prefix: str
    key: str
    digest: str

    @classmethod
    def of(cls, key: str) -> "NewKey":
        """Take a key that exists already, such as the bootstrap key."""
        return cls(prefix=key.split("_", 2)[1], key=key, digest=digest_of(key))

    @classmethod
    def generate(cls) -> "NewKey":
        """Make a key with 256 random bits."""
        prefix = secrets.token_hex(6)
        return cls.of(f"amp_{prefix}_{secrets.token_hex(32)}")


def digest_of(key: str) -> str:
    """Hash a key for storage: SHA-256 in hexadecimal.

    One round is enough because the secret is 256 random bits; see docs/adr/0005-key-hashing.md.
    """
    return hashlib.sha256(key.encode()).hexdigest()


def digest_matches(key: str, stored: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest_of(key), stored)
