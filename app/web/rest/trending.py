"""Trending: boards, movers, and subjects with their history."""

from typing import Annotated
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries.board_changes import read_board_changes
from app.content.queries.board_history import (
    DEFAULT_DAYS,
    DEFAULT_SUBJECTS,
    MAX_DAYS,
    MAX_SUBJECTS,
    read_board_history,
)
from app.content.queries.paging import Part
from app.content.queries.subjects import NO_SUCH_SUBJECT, MovedTo, SubjectParts, find_subject
from app.content.queries.trending import BoardPage, read_board, read_boards
from app.content.trends.boards import Asked
from app.content.trends.shapes import BoardHistoryShape, SubjectShape
from app.errors import NotFound
from app.models.surrogate_key import board_keys
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import reads
from app.web.endpoints.read import JSON, days_in_order, media_type_for, page_response
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.responses import answer
from app.web.rest import trending_shapes as shapes
from app.web.rest.board_parameters import (
    AnyKind,
    AnySource,
    DateParameter,
    DirectionParameter,
    Filter,
    KindParameter,
    SourceParameter,
    WindowParameter,
    check_kind,
)
from app.web.rest.open_data.boards import board_csv
from app.web.rest.open_data.forms import CSV
from app.web.rest.open_data.subjects import (
    ExternalIdPath,
    KindPath,
    SourcePath,
    subject_csv,
)
from app.web.rest.parameters import DEFAULT_LIMIT, Cursor, Day, FromDay, Limit, ToDay
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/trending", tags=["Trending"])


@router.get(
    "/boards",
    operation_id="readBoards",
    summary="Read all boards",
    response_model=shapes.Boards,
    openapi_extra=reads(),
)
async def list_boards(
    request: Request,
    caller: Caller,
    window: WindowParameter = "week",
    date: DateParameter = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Read every board of a window with its first entries, in one request."""
    boards, last_modified, stale_at = await read_boards(
        app_state(request).database.reader,
        window,
        now=app_state(request).clock(),
        limit=limit,
        date=date,
    )
    return answer(
        request,
        orjson.dumps({"data": boards}),
        freshness=Freshness(last_modified, stale_at=stale_at, depends_on=ON_TRENDS),
    )


@router.get(
    "/movers",
    operation_id="listMovers",
    summary="List the biggest movers",
    response_model=shapes.BoardPage,
    openapi_extra=reads(is_negotiated=True),
)
async def list_movers(
    request: Request,
    caller: Caller,
    source: AnySource = None,
    kind: AnyKind = None,
    window: WindowParameter = "week",
    direction: DirectionParameter = "up",
    date: DateParameter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    *,
    filter: Filter,
) -> Response:
    """List the subjects with the largest net change of their counter over the window."""
    check_kind(source, kind)
    asked = Asked(direction, window, source, kind, date, filter)
    return await _board(request, asked, limit, cursor)


@router.get(
    "/changes",
    operation_id="readBoardChanges",
    summary="Read the changes of boards",
    response_model=shapes.BoardChanges,
    openapi_extra=reads(),
)
async def read_changes(
    request: Request,
    caller: Caller,
    source: AnySource = None,
    kind: AnyKind = None,
    window: WindowParameter = "week",
    date: DateParameter = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Read which subjects entered and left each trending board since the day before."""
    check_kind(source, kind)
    found = await read_board_changes(
        app_state(request).database.reader,
        Asked("trending", window, source, kind, date),
        now=app_state(request).clock(),
        limit=limit,
    )
    return answer(
        request,
        orjson.dumps({"data": found.documents}),
        freshness=Freshness.of_board(found, source, kind),
    )


@router.get(
    "/history",
    operation_id="readBoardHistory",
    summary="Read a board over time",
    response_model=BoardHistoryShape,
    openapi_extra=reads(),
)
async def read_history(
    request: Request,
    caller: Caller,
    source: SourceParameter,
    kind: KindParameter,
    window: WindowParameter = "week",
    date: Annotated[
        Day, Query(description="The last day; by default the day of the newest board.")
    ] = None,
    days: Annotated[
        int, Query(ge=1, le=MAX_DAYS, description="Number of days, ending with the last day.")
    ] = DEFAULT_DAYS,
    limit: Annotated[
        int,
        Query(ge=1, le=MAX_SUBJECTS, description="Number of subjects, from the top of the board."),
    ] = DEFAULT_SUBJECTS,
) -> Response:
    """Read the rank of the top subjects of a trending board on each of the days before."""
    check_kind(source, kind)
    found = await read_board_history(
        app_state(request).database.reader,
        Asked("trending", window, source, kind, date),
        now=app_state(request).clock(),
        days=days,
        limit=limit,
    )
    return answer(
        request,
        orjson.dumps(found.document),
        freshness=Freshness.of_board(found, source, kind),
    )


@router.get(
    "",
    operation_id="readBoard",
    summary="Read a trending board",
    response_model=shapes.BoardPage,
    openapi_extra=reads(is_negotiated=True),
)
async def read_trending(
    request: Request,
    caller: Caller,
    source: SourceParameter,
    kind: KindParameter,
    window: WindowParameter = "week",
    date: DateParameter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    *,
    filter: Filter,
) -> Response:
    """Read the subjects that rise fastest for their size. docs/trending.md explains the formula."""
    check_kind(source, kind)
    asked = Asked("trending", window, source, kind, date, filter)
    return await _board(request, asked, limit, cursor)


@router.get(
    "/{source}/{kind}/{external_id:path}",
    operation_id="readSubject",
    summary="Read one subject and its history",
    response_model=SubjectShape,
    openapi_extra=reads(is_negotiated=True, refuses=["subject_not_found"]),
)
async def read_subject(
    request: Request,
    caller: Caller,
    source: SourcePath,
    kind: KindPath,
    external_id: ExternalIdPath,
    from_: FromDay = None,
    to: ToDay = None,
) -> Response:
    """Read a subject and its history. A former name redirects to the current one (308).

    With `Accept: text/csv` the history alone, as a file.
    """
    days_in_order(from_, to)
    if len(external_id) > 200:
        raise NotFound("subject_not_found", NO_SUCH_SUBJECT)
    is_csv = media_type_for(request, (JSON, CSV)) == CSV
    base_url = app_state(request).settings.public_url
    found = await find_subject(
        app_state(request).database.reader,
        source,
        kind,
        external_id,
        now=app_state(request).clock(),
        base_url=base_url,
        parts=SubjectParts(histories=((from_, to, None),)),
    )
    if isinstance(found, MovedTo):
        address = f"{base_url}/v1/trending/{source}/{kind}/{quote(found.external_id, safe='/')}"
        query = request.url.query
        return Response(
            status_code=308,
            headers={
                "Location": f"{address}?{query}" if query else address,
                # Another subject may take the name.
                "Cache-Control": "no-cache",
            },
        )
    if is_csv:
        return await subject_csv(request, found, is_negotiated=True)
    return answer(
        request,
        orjson.dumps(found.document),
        freshness=Freshness(
            found.last_modified, found.next_change_at, keys=board_keys(source, kind)
        ),
        vary_accept=True,
    )


async def _board(request: Request, asked: Asked, limit: int, cursor: str | None) -> Response:
    if media_type_for(request, (JSON, CSV)) == CSV:
        given = limit if "limit" in request.query_params else None
        return await board_csv(request, asked, limit=given, cursor=cursor, is_negotiated=True)
    shown: BoardPage = await read_board(
        app_state(request).database.reader,
        asked,
        now=app_state(request).clock(),
        part=Part(limit, after=cursor),
    )
    return page_response(
        request,
        shown.page,
        freshness=Freshness.of_board(shown.page, asked.source, asked.kind),
        vary_accept=True,
        board=shown.head,
        notes=shown.notes,
    )
