"""Trending: boards, movers, and subjects with their history."""

from typing import Annotated

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
from app.content.queries.paging import DEFAULT_LIMIT, Part
from app.content.queries.subjects import MovedTo
from app.content.queries.trending import read_boards
from app.content.trends.boards import Asked
from app.content.trends.shapes import BoardHistoryShape, SubjectShape
from app.models.surrogate_key import board_keys
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import reads
from app.web.endpoints.read import JSON, media_type_for, page_response
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.responses import answer
from app.web.rest import trending_shapes as shapes
from app.web.rest.board_parameters import (
    AnyKind,
    AnySource,
    AskedBoard,
    AskedMovers,
    DateParameter,
    KindParameter,
    SourceParameter,
    WindowParameter,
    check_kind,
)
from app.web.rest.open_data.boards import board_csv, read_asked
from app.web.rest.open_data.forms import CSV, part_of_file
from app.web.rest.open_data.subjects import Wanted, find_wanted, moved, subject_csv
from app.web.rest.parameters import DIGITS, Day, Limit, Paging
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
    request: Request, caller: Caller, asked: AskedMovers, part: Paging
) -> Response:
    """List the subjects with the largest net change of their counter over the window."""
    return await _board(request, asked, part)


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
        int,
        Query(ge=1, le=MAX_DAYS, description="Number of days, ending with the last day."),
        DIGITS,
    ] = DEFAULT_DAYS,
    limit: Annotated[
        int,
        Query(ge=1, le=MAX_SUBJECTS, description="Number of subjects, from the top of the board."),
        DIGITS,
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
    request: Request, caller: Caller, asked: AskedBoard, part: Paging
) -> Response:
    """Read the subjects that rise fastest for their size. docs/trending.md explains the formula."""
    return await _board(request, asked, part)


@router.get(
    "/{source}/{kind}/{external_id:path}",
    operation_id="readSubject",
    summary="Read one subject and its history",
    response_model=SubjectShape,
    openapi_extra=reads(is_negotiated=True, refuses=["subject_not_found"]),
)
async def read_subject(request: Request, caller: Caller, wanted: Wanted) -> Response:
    """Read a subject and its history. A former name redirects to the current one (308).

    With `Accept: text/csv` the history alone, as a file.
    """
    is_csv = media_type_for(request, (JSON, CSV)) == CSV
    found = await find_wanted(request, wanted, appearances=True)
    if isinstance(found, MovedTo):
        return moved(request, wanted, found)
    if is_csv:
        return await subject_csv(request, found, is_negotiated=True)
    return answer(
        request,
        orjson.dumps(found.document),
        freshness=Freshness(
            found.last_modified,
            found.next_change_at,
            keys=board_keys(wanted.source, wanted.kind),
        ),
        vary_accept=True,
    )


async def _board(request: Request, asked: Asked, part: Part) -> Response:
    if media_type_for(request, (JSON, CSV)) == CSV:
        return await board_csv(request, asked, part_of_file(request, part), is_negotiated=True)
    shown = await read_asked(request, asked, part)
    return page_response(
        request,
        shown.page,
        freshness=Freshness.of_board(shown.page, asked.source, asked.kind),
        vary_accept=True,
        board=shown.head,
        notes=shown.notes,
    )
