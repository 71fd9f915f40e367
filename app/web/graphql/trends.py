"""Boards and subjects as the values of a graph, read by the functions that REST calls."""

from datetime import date as CalendarDate

from app.content.boards import Asked
from app.content.queries.paging import Part
from app.content.queries.subjects import MovedTo, find_subject, find_subject_by_id
from app.content.queries.trending import read_board
from app.errors import BadRequest, NotFound
from app.models.board import BoardList
from app.models.source import source_named
from app.models.values import EntryKind, SourceName, Window
from app.web.graphql.connection import connection
from app.web.graphql.context import Context
from app.web.graphql.node_id import subject_id_of
from app.web.graphql.selection import Wanted
from app.web.graphql.sources import Members
from app.web.graphql.types import TYPENAME


async def board_connection(
    context: Context,
    wanted: Wanted,
    *,
    listed: BoardList,
    window: Window,
    source: SourceName | None,
    kind: EntryKind | None,
    date: CalendarDate | None,
    part: Part,
) -> Members:
    """A part of a board or mover list. Raises `BadRequest` where the source has no such kind."""
    if source is not None and kind is not None and kind not in source_named(source).kinds:
        kinds = ", ".join(word.upper() for word in source_named(source).kinds)
        raise BadRequest("invalid_argument", f"{source.upper()} has {kinds}.")
    asked = Asked(listed, window, source, kind, date)
    shown = await read_board(context.reader, asked, now=context.viewer.now, part=part)
    context.note_freshness(shown.page.last_modified, shown.page.next_change_at)
    items: list[Members] = [dict(item) for item in shown.page.items]  # type: ignore[call-overload]
    value = connection(shown.page, items, wanted)
    value["board"] = shown.head
    value["notes"] = list(shown.notes)
    return value


async def subject_named(
    context: Context, source: SourceName, kind: EntryKind, external_id: str
) -> Members | None:
    """A subject by its present name, or by a former one that nothing else bears."""
    viewer = context.viewer
    name = external_id
    for _ in range(2):
        try:
            found = await find_subject(
                context.reader, source, kind, name, now=viewer.now, base_url=viewer.base_url
            )
        except NotFound:
            break
        if not isinstance(found, MovedTo):
            context.note_freshness(found.last_modified, found.next_change_at)
            return _members(found.row_id, found.document)
        name = found.external_id
    context.note_freshness(None, None)
    return None


async def subject_of(context: Context, row_id: int) -> Members | None:
    """A subject by its row."""
    viewer = context.viewer
    found = await find_subject_by_id(
        context.reader, row_id, now=viewer.now, base_url=viewer.base_url
    )
    if found is None:
        context.note_freshness(None, None)
        return None
    context.note_freshness(found.last_modified, found.next_change_at)
    return _members(found.row_id, found.document)


def _members(row_id: int, document: dict[str, object]) -> Members:
    names = document["names"]
    assert isinstance(names, list)
    return {
        **document,
        TYPENAME: "Subject",
        "id": subject_id_of(row_id),
        "names": [{**name, "since": name["from"]} for name in names],
    }
