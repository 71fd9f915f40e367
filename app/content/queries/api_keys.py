"""Queries for API keys: look up a presented key, list all keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import col

from app.content.access import Principal, in_order
from app.content.queries.newest_first import newest_first
from app.content.queries.paging import Page, Part
from app.db import Reader
from app.models.api_key import ApiKey
from app.models.base import columns
from app.models.values import format_instant

_SHOWN = ("id", "prefix", "name", "scopes", "expires_at", "last_used_at")

_BY_PREFIX = select(*columns(ApiKey, *_SHOWN, "digest", "revoked_at")).where(
    col(ApiKey.prefix) == bindparam("prefix")
)

_ALIVE = col(ApiKey.revoked_at).is_(None)

_LIST = (
    select(*columns(ApiKey, *_SHOWN, "created_at"))
    .where(_ALIVE, col(ApiKey.id) < bindparam("beyond"))
    .order_by(col(ApiKey.id).desc())
    .limit(bindparam("limit"))
)

_COUNT = select(func.count()).select_from(ApiKey).where(_ALIVE)

_SCOPE: Mapping[str, object] = {"list": "keys"}


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A stored key: its principal and the digest that a presented key must match."""

    principal: Principal
    digest: str
    revoked_at: datetime | None


async def find_key(reader: Reader, prefix: str) -> StoredKey | None:
    """Find a key by its prefix; revoked and expired keys are included."""
    rows = await reader.rows(_BY_PREFIX, {"prefix": prefix})
    if not rows:
        return None
    row = rows[0]
    principal = Principal(
        key_id=row.id,
        prefix=row.prefix,
        name=row.name,
        granted=tuple(in_order(row.scopes.split())),
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
    return StoredKey(principal=principal, digest=row.digest, revoked_at=row.revoked_at)


async def list_keys(reader: Reader, *, principal: Principal, part: Part) -> Page:
    """List keys that are not revoked, newest first; secrets and digests are not included.

    Raises:
        Unauthenticated, Forbidden: without `keys:manage`.
        BadRequest: the cursor does not belong to this list.
    """
    principal.require("keys:manage")
    return await newest_first(
        reader, _LIST, part=part, scope=_SCOPE, document=key_document, count=_COUNT
    )


def key_document(row: Row[Any] | ApiKey) -> dict[str, object]:
    """Return the public fields of a key."""
    return {
        "prefix": row.prefix,
        "name": row.name,
        "scopes": list(in_order(row.scopes.split())),
        "created_at": format_instant(row.created_at),
        "expires_at": format_instant(row.expires_at) if row.expires_at else None,
        "last_used_at": format_instant(row.last_used_at) if row.last_used_at else None,
    }
