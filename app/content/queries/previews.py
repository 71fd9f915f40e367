"""Reading a draft with a preview token."""

from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from app.content.issue_view import View, document_of, select_issues
from app.content.preview_token import PURPOSE, read_token
from app.db import Reader
from app.errors import NotFound
from app.models.base import columns
from app.models.issue import Issue
from app.models.signing_secret import SigningSecret


async def get_preview(
    reader: Reader, token: str, *, now: datetime, base_url: str
) -> dict[str, Any]:
    """Read the newest revision of the issue that a token is for. Two statements.

    Raises:
        NotFound: the token is not ours or has expired, or the issue was deleted.
    """
    secrets = await reader.rows(_select_secret())
    preview = read_token(token, secrets[0].secret) if secrets else None
    if preview is None or preview.expires_at <= now:
        raise NotFound("preview_not_found", "There is no such preview, or it has expired.")
    rows = await reader.rows(_select_head(), {"public_id": preview.issue_id, "now": now})
    if not rows:
        raise NotFound("preview_not_found", "There is no such preview, or it has expired.")
    viewer_document = document_of(rows[0], view=View.HEAD, now=now, base_url=base_url)
    return viewer_document | {"sections": orjson.loads(rows[0].compiled_sections)}


@cache
def _select_secret() -> Select[Any]:
    return select(*columns(SigningSecret, "purpose", "secret")).where(
        col(SigningSecret.purpose) == PURPOSE
    )


@cache
def _select_head() -> Select[Any]:
    return select_issues(View.HEAD, whole=True).where(
        col(Issue.public_id) == bindparam("public_id")
    )
