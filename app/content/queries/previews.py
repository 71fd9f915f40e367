"""Reading a draft with a preview token."""

from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Select, bindparam
from sqlmodel import col

from app.content.issue_view import View, document_of, select_issues
from app.content.preview_token import PURPOSE, read_token
from app.content.queries.signing_secrets import find_secret
from app.db import Reader
from app.errors import NotFound
from app.models.issue import Issue


async def get_preview(
    reader: Reader, token: str, *, now: datetime, base_url: str
) -> dict[str, Any]:
    """Read the newest revision of the issue that a token is for. Two statements.

    Raises:
        NotFound: the token is not ours or has expired, or the issue was deleted.
    """
    secret = await find_secret(reader, PURPOSE)
    preview = None if secret is None else read_token(token, secret)
    if preview is None or preview.expires_at <= now:
        raise NotFound("preview_not_found", "There is no such preview, or it has expired.")
    rows = await reader.rows(_select_head(), {"public_id": preview.issue_id, "now": now})
    if not rows:
        raise NotFound("preview_not_found", "There is no such preview, or it has expired.")
    viewer_document = document_of(rows[0], view=View.HEAD, now=now, base_url=base_url)
    return viewer_document | {"sections": orjson.loads(rows[0].compiled_sections)}


@cache
def _select_head() -> Select[Any]:
    return select_issues(View.HEAD, whole=True).where(
        col(Issue.public_id) == bindparam("public_id")
    )
