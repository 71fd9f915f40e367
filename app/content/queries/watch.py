"""The watch list."""

from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlmodel import col

from app.content.access import Principal
from app.content.queries.newest_first import newest_first
from app.content.queries.paging import Page, Part
from app.db import Reader
from app.models.base import columns
from app.models.subject import Subject
from app.models.values import format_instant
from app.models.watch import Watch

_SCOPE = {"list": "watch"}


async def list_watched(reader: Reader, *, principal: Principal, part: Part) -> Page:
    """List watched subjects, newest first. Two statements.

    Raises:
        Unauthenticated, Forbidden: without `sync:run`.
        BadRequest: the cursor does not belong to this list.
    """
    principal.require("sync:run")
    return await newest_first(
        reader,
        _select_watched(),
        part=part,
        scope=_SCOPE,
        document=watch_document,
        count=_count_watched(),
    )


def watch_document(row: Row[Any] | Watch) -> dict[str, object]:
    """Make the document of an entry; one that was just added has no subject yet."""
    return {
        "id": row.id,
        "source": row.source,
        "kind": row.kind,
        "external_id": row.external_id,
        "subject": getattr(row, "subject", None),
        "created_at": format_instant(row.created_at),
        "asked_at": format_instant(row.asked_at) if row.asked_at else None,
        "reason": row.reason,
    }


@cache
def _select_watched() -> Select[Any]:
    return (
        select(
            *columns(Watch, *Watch.model_fields),
            col(Subject.external_id).label("subject"),
        )
        .outerjoin(
            Subject,
            and_(
                col(Subject.source) == col(Watch.source),
                col(Subject.kind) == col(Watch.kind),
                col(Subject.upstream_id) == col(Watch.upstream_id),
            ),
        )
        .where(col(Watch.id) < bindparam("beyond"))
        .order_by(col(Watch.id).desc())
        .limit(bindparam("limit"))
    )


@cache
def _count_watched() -> Select[Any]:
    return select(func.count()).select_from(Watch)
