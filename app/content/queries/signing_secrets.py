"""Reading the secrets of a database."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.db import Reader
from app.models.base import columns
from app.models.signing_secret import SigningSecret


async def find_secret(reader: Reader, purpose: str) -> bytes | None:
    """Read the secret for a purpose; `None` while none was made."""
    rows = await reader.rows(_select_secret(), {"purpose": purpose})
    return bytes(rows[0].secret) if rows else None


@cache
def _select_secret() -> Select[Any]:
    return select(*columns(SigningSecret, "purpose", "secret")).where(
        col(SigningSecret.purpose) == bindparam("purpose")
    )
