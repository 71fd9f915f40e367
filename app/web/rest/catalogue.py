"""The published sections, tools, reading items and trending entries of all issues."""

from collections.abc import Mapping
from datetime import date as Date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries.catalogue import ENTRIES, READING, SECTIONS, TOOLS, Shelf, list_printed
from app.content.queries.paging import Part
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import reads
from app.web.endpoints.read import (
    JSON,
    days_in_order,
    media_type_for,
    page_response,
    viewer_for,
)
from app.web.rest.kinds import SectionKind
from app.web.rest.list_fast_path import ListFastPath
from app.web.rest.open_data.entries import Wanted, entries_csv
from app.web.rest.open_data.forms import CSV, part_of_file
from app.web.rest.parameters import FromDay, Paging, ToDay
from app.web.rest.shapes import ReadingPage, SectionPage, ToolPage, TrendingEntryPage
from app.web.state import AppState, app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1", tags=["Catalogue"])


@router.get(
    "/sections",
    operation_id="listSections",
    summary="List sections in print",
    response_model=SectionPage,
    openapi_extra=reads(),
)
async def list_sections(
    request: Request,
    caller: Caller,
    part: Paging,
    kind: Annotated[SectionKind | None, Query(description="Only sections of this kind.")] = None,
    from_: FromDay = None,
    to: ToDay = None,
) -> Response:
    """List the sections in print, newest issue first."""
    where = {"kind": kind}
    return await _list(request, caller, SECTIONS, where, days=(from_, to), part=part)


@router.get(
    "/tools",
    operation_id="listTools",
    summary="List tools in print",
    response_model=ToolPage,
    openapi_extra=reads(),
)
async def list_tools(
    request: Request,
    caller: Caller,
    part: Paging,
    category: Annotated[
        str | None, Query(max_length=200, description="Only tools of this category.")
    ] = None,
    from_: FromDay = None,
    to: ToDay = None,
) -> Response:
    """List the tools in print, newest issue first."""
    where = {"category": category}
    return await _list(request, caller, TOOLS, where, days=(from_, to), part=part)


@router.get(
    "/reading",
    operation_id="listReading",
    summary="List reading items in print",
    response_model=ReadingPage,
    openapi_extra=reads(),
)
async def list_reading(
    request: Request,
    caller: Caller,
    part: Paging,
    from_: FromDay = None,
    to: ToDay = None,
) -> Response:
    """List the reading items in print, newest issue first."""
    return await _list(request, caller, READING, {}, days=(from_, to), part=part)


@router.get(
    "/entries",
    operation_id="listEntries",
    summary="List trending entries in print",
    response_model=TrendingEntryPage,
    openapi_extra=reads(is_negotiated=True),
)
async def list_entries(request: Request, caller: Caller, wanted: Wanted, part: Paging) -> Response:
    """List the trending and mover entries in print, newest issue first."""
    if media_type_for(request, (JSON, CSV)) == CSV:
        return await entries_csv(request, wanted, part_of_file(request, part), is_negotiated=True)
    days = (wanted.first_day, wanted.last_day)
    return await _list(request, caller, ENTRIES, wanted.where, days=days, part=part)


def catalogue_fast_paths(state: AppState) -> list[ListFastPath]:
    """The lists with one form."""
    return [
        ListFastPath(state, router, list_) for list_ in (list_sections, list_tools, list_reading)
    ]


async def _list(
    request: Request,
    caller: Caller,
    shelf: Shelf,
    where: Mapping[str, str | None],
    *,
    days: tuple[Date | None, Date | None],
    part: Part,
) -> Response:
    days_in_order(*days)
    page = await list_printed(
        app_state(request).database.reader,
        shelf,
        viewer=viewer_for(request, caller),
        where={name: value for name, value in where.items() if value is not None},
        first_day=days[0],
        last_day=days[1],
        part=part,
    )
    return page_response(request, page, vary_accept=shelf is ENTRIES)
