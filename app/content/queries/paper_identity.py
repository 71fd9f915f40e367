"""Reading the identity of a paper."""

from functools import cache
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from app.content.paper_identity import PURPOSE
from app.db import Reader
from app.models.base import columns
from app.models.signing_secret import SigningSecret


async def find_identity(reader: Reader) -> bytes | None:
    """Read the identity of the paper; `None` before a server that can write has started."""
    rows = await reader.rows(_select_identity())
    return bytes(rows[0].secret) if rows else None


@cache
def _select_identity() -> Select[Any]:
    return select(*columns(SigningSecret, "purpose", "secret")).where(
        col(SigningSecret.purpose) == PURPOSE
    )
