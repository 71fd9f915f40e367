"""The corrections of all issues in print, newest first."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlmodel import col

from app.content.issue_view import reference_of
from app.content.print import in_print, is_printed_revision, last_public_change, next_publication
from app.content.queries.cursors import Moment, decode_cursor
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page, Part, page_of
from app.content.queries.totals import read_total
from app.db import Reader
from app.models.base import UtcInstant, columns
from app.models.correction import ID_PATTERN, Correction
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.values import format_instant, parse_instant
from app.off_the_loop import off_the_loop

_SCOPE: Mapping[str, object] = {"list": "corrections"}


class _At(Moment):
    """The time of a correction."""

    def read(self, value: object) -> Any:
        return parse_instant(super().read(value))


class _Id:
    """The id of a correction."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(ID_PATTERN, value):
            raise ValueError("no id of a correction")
        return value


async def list_corrections(
    reader: Reader, *, viewer: Viewer, part: Part, counted: bool = True
) -> Page:
    """List corrections with a reference to their issue, the same for every viewer.

    Those of an issue that is out of print are left out until it is in print again. Two statements,
    or one where `counted` is false; the page then has no total and no `last_modified`.

    Raises:
        BadRequest: the cursor does not belong to this list.
    """
    parameters: dict[str, object] = {"now": viewer.now, "limit": part.one_more}
    beyond = []
    for end, cursor in (("after", part.after), ("before", part.before)):
        if cursor is not None:
            at, id_ = decode_cursor(cursor, filters=_SCOPE, shape=(_At(), _Id()))
            parameters |= {f"{end}_at": at, f"{end}_id": id_}
            beyond.append(end)
    statement = _list(tuple(beyond), is_last=part.is_last)
    rows, has_more = part.cut(await reader.rows(statement, parameters))
    total, changed_at, next_change_at = None, None, rows[0].next_change_at if rows else None
    if counted or not rows:
        total, fresh = await read_total(reader, _count(), {"now": viewer.now})
        changed_at, next_change_at = last_public_change(fresh), fresh.next_change_at
    return page_of(
        await off_the_loop(lambda: [_item(row, base_url=viewer.base_url) for row in rows]),
        part=part,
        has_more=has_more,
        places=[[format_instant(row.corrected_at), row.public_id] for row in rows],
        scope=_SCOPE,
        total=total,
        last_modified=changed_at,
        next_change_at=next_change_at,
    )


def _item(row: Row[Any], *, base_url: str) -> dict[str, object]:
    return {
        "id": row.public_id,
        "at": format_instant(row.corrected_at),
        "note": row.note,
        "from_revision": row.from_revision,
        "to_revision": row.to_revision,
        "changes": orjson.loads(row.changes),
        "issue": reference_of(
            number=row.number, date=row.date, slug=row.slug, title=row.title, base_url=base_url
        ),
    }


@cache
def _list(beyond: tuple[str, ...], *, is_last: bool) -> Select[Any]:
    # By the public id, not the row id: a cursor must not count corrections that are out of print.
    at, id_ = col(Correction.corrected_at), col(Correction.public_id)
    statement: Select[Any] = (
        select(
            *columns(Correction, "public_id", "corrected_at", "note", "from_revision"),
            *columns(Correction, "to_revision", "changes"),
            *columns(Issue, "number", "date", "slug"),
            col(IssueRevision.title),
            next_publication().label("next_change_at"),
        )
        .join_from(Correction, Issue, col(Issue.id) == col(Correction.issue_id))
        .join(IssueRevision, is_printed_revision())
        .where(in_print(Issue))
    )
    for end in beyond:
        there: Any = bindparam(f"{end}_at", type_=UtcInstant)
        its_id: Any = bindparam(f"{end}_id")
        if end == "after":
            further = or_(at < there, and_(at == there, id_ < its_id))
            statement = statement.where(at <= there, further)
        else:
            further = or_(at > there, and_(at == there, id_ > its_id))
            statement = statement.where(at >= there, further)
    order = (at.asc(), id_.asc()) if is_last else (at.desc(), id_.desc())
    return statement.order_by(*order).limit(bindparam("limit"))


@cache
def _count() -> Select[Any]:
    return (
        select(func.count())
        .select_from(Correction)
        .join(Issue, col(Issue.id) == col(Correction.issue_id))
        .where(in_print(Issue))
    )
