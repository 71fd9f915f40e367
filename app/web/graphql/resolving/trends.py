"""Boards and subjects, read by the functions that REST calls."""

from datetime import date as CalendarDate
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.values import get_argument_values

from app.content.facts.brief.shapes import brief_document
from app.content.queries.board_history import MAX_DAYS, MAX_SUBJECTS, read_board_history
from app.content.queries.brief import brief_changes_at, last_complete_day, read_brief_change
from app.content.queries.paging import MAX_LIMIT, Part
from app.content.queries.subjects import (
    MAX_HISTORY,
    MovedTo,
    Range,
    SubjectParts,
    find_subject,
)
from app.content.queries.trending import read_board, read_boards
from app.content.trends.board_filter import BoardFilter
from app.content.trends.boards import Asked
from app.errors import BadRequest, NotFound
from app.models.board import BoardList
from app.models.source import missing_kind
from app.models.surrogate_key import board_keys
from app.models.values import EntryKind, SourceName, Window
from app.web.endpoints.read import days_in_order
from app.web.graphql.documents.selection import Wanted
from app.web.graphql.resolving.connection import connection
from app.web.graphql.resolving.context import Context
from app.web.graphql.resolving.sources import Members, subject_source
from app.web.http.representation import ON_TRENDS, Freshness


async def board_connection(
    context: Context,
    wanted: Wanted,
    *,
    listed: BoardList,
    window: Window,
    source: SourceName | None,
    kind: EntryKind | None,
    date: CalendarDate | None,
    filter: BoardFilter,
    part: Part,
) -> Members:
    """Return a page of a board or mover list. Raises `BadRequest` if the source lacks the kind."""
    _check_kind(source, kind)
    asked = Asked(listed, window, source, kind, date, filter)
    shown = await read_board(context.reader, asked, now=context.viewer.now, part=part)
    context.note_freshness(Freshness.of_board(shown.page, source, kind))
    items: list[Members] = [dict(item) for item in shown.page.items]
    value = connection(shown.page, items, wanted)
    value["board"] = shown.head
    value["notes"] = list(shown.notes)
    return value


async def all_boards(
    context: Context, *, window: Window, date: CalendarDate | None, limit: int
) -> list[Members]:
    """Return every board of a window. Raises `BadRequest` if `limit` is out of range."""
    _check_range("limit", limit, MAX_LIMIT)
    found, last_modified, stale_at = await read_boards(
        context.reader, window, now=context.viewer.now, limit=limit, date=date
    )
    context.note_freshness(Freshness(last_modified, stale_at=stale_at, depends_on=ON_TRENDS))
    return found


async def board_history(
    context: Context,
    *,
    window: Window,
    source: SourceName,
    kind: EntryKind,
    date: CalendarDate | None,
    days: int,
    limit: int,
) -> Members:
    """Return a board over time.

    Raises:
        BadRequest: `days` or `limit` is out of range, or the source lacks the kind.
    """
    _check_kind(source, kind)
    _check_range("days", days, MAX_DAYS)
    _check_range("limit", limit, MAX_SUBJECTS)
    asked = Asked("trending", window, source, kind, date)
    found = await read_board_history(
        context.reader, asked, now=context.viewer.now, days=days, limit=limit
    )
    context.note_freshness(Freshness.of_board(found, source, kind))
    return dict(found.document)


async def brief_of(context: Context, date: CalendarDate | None) -> Members:
    """Return the brief of a day, by default of the last one that is over."""
    now = context.viewer.now
    found = await context.briefs.read(context.reader, date or last_complete_day(now), now=now)
    context.note_freshness(
        Freshness(
            await read_brief_change(context.reader, date, now=now),
            stale_at=brief_changes_at(date, now=now),
            depends_on=ON_TRENDS,
        )
    )
    document = brief_document(found.date, found.facts, found.coverage)
    coverage = [{"source": source, **each} for source, each in document["coverage"].items()]
    return {**document, "coverage": coverage}


def _check_range(name: str, given: int, most: int) -> None:
    if not 1 <= given <= most:
        raise BadRequest("invalid_argument", f"`{name}` must be from 1 to {most}.")


def _check_kind(source: SourceName | None, kind: EntryKind | None) -> None:
    detail = missing_kind(source, kind, spell=str.upper)
    if detail is not None:
        raise BadRequest("invalid_argument", detail)


def told_of(raw: GraphQLResolveInfo[Any]) -> SubjectParts:
    """What a query wants to be told of the subjects of a field.

    Raises:
        BadRequest: no day lies between the ends of a history, or `last` is out of range.
    """
    context: Context = raw.context
    subject = raw.schema.get_type("Subject")
    assert isinstance(subject, GraphQLObjectType)
    histories: dict[Range, None] = {}
    for node in context.look_ahead.fields_below(raw.field_nodes, "history"):
        given = get_argument_values(subject.fields["history"], node, raw.variable_values)
        first, until, last = (given.get(name) for name in ("from", "to", "last"))
        days_in_order(first, until)
        if last is not None:
            _check_range("last", last, MAX_HISTORY)
        histories[first, until, last] = None
    return SubjectParts(
        tuple(histories), "appearances" in context.look_ahead.below(raw.field_nodes)
    )


async def subject_named(
    context: Context, source: SourceName, kind: EntryKind, *, external_id: str, told: SubjectParts
) -> Members | None:
    """Return a subject by its present name, or by a former one that no other has."""
    viewer = context.viewer
    name = external_id
    for _ in range(2):
        try:
            found = await find_subject(
                context.reader,
                source,
                kind,
                name,
                now=viewer.now,
                base_url=viewer.base_url,
                parts=told,
            )
        except NotFound:
            break
        if not isinstance(found, MovedTo):
            context.note_freshness(
                Freshness(found.last_modified, found.next_change_at, keys=board_keys(source, kind))
            )
            return subject_source(found)
        name = found.external_id
    context.note_miss()
    return None
