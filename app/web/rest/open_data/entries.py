"""The printed entries of all issues as files: CSV, metadata."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import PUBLIC
from app.content.open_data import csv_text
from app.content.open_data.columns import ENTRIES
from app.content.open_data.metadata import FileMetadata, file_metadata
from app.content.queries.catalogue import ENTRIES as ENTRY_SHELF, list_printed
from app.content.queries.issues import Viewer
from app.content.queries.paging import DEFAULT_LIMIT, Part
from app.content.queries.printed_entries import (
    PaperMark,
    WantedEntries,
    entry_slices,
    flat_entry,
    read_paper_mark,
)
from app.models.values import EntryKind, SourceName, format_instant
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import reads
from app.web.endpoints.read import JSON, days_in_order, page_links, viewer_for
from app.web.endpoints.stream import StreamedFile, stream
from app.web.http.representation import Freshness
from app.web.rest.open_data.forms import (
    CSV,
    CSV_HEADER,
    CsvResponse,
    FilePart,
    WantedPart,
    csv_response,
    file_headers,
    file_url,
    metadata_response,
)
from app.web.rest.parameters import FromDay, ToDay
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/entries", tags=["Open data"])

STEM = "/v1/entries"
_NAME = "printed-entries.csv"


async def wanted_entries(
    section: Annotated[
        Literal["trending", "movers"] | None,
        Query(description="Only entries in this kind of section."),
    ] = None,
    source: Annotated[
        SourceName | None, Query(description="Only entries from this source.")
    ] = None,
    kind: Annotated[EntryKind | None, Query(description="Only entries of this kind.")] = None,
    external_id: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Only entries of this subject, one for each time it was printed.",
        ),
    ] = None,
    from_: FromDay = None,
    to: ToDay = None,
) -> WantedEntries:
    """Read which entries are requested. Raises `BadRequest`."""
    days_in_order(from_, to)
    where = {"section": section, "source": source, "kind": kind, "external_id": external_id}
    return WantedEntries(
        {name: value for name, value in where.items() if value is not None}, from_, to
    )


Wanted = Annotated[WantedEntries, Depends(wanted_entries)]


@router.get(
    ".csv",
    operation_id="listEntriesAsCsv",
    summary="List trending entries in print as CSV",
    response_class=CsvResponse,
    openapi_extra=reads(),
)
async def list_entries_csv(
    request: Request, caller: Caller, wanted: Wanted, part: FilePart
) -> Response:
    """List all trending and mover entries in print, newest issue first.

    The connection ends early where something is published meanwhile; read the file again then.
    """
    return await entries_csv(request, wanted, part, is_negotiated=False)


@router.get(
    ".metadata.json",
    operation_id="readEntriesMetadata",
    summary="Describe the file of trending entries in print",
    response_model=FileMetadata,
    openapi_extra=reads(),
)
async def read_entries_metadata(
    request: Request, caller: Caller, wanted: Wanted, part: FilePart
) -> Response:
    """Read the columns, sources and citation of the CSV of printed entries.

    `limit` and `cursor` name a page of the file; all pages have the same description.
    """
    viewer = _viewer(request)
    mark = await read_paper_mark(app_state(request).database.reader, viewer=viewer)
    changed_at = mark.freshness.last_modified
    document = file_metadata(
        title="Printed trending entries",
        description="One row for each entry of a trending or movers section in print, newest "
        "issue first. Printed numbers are frozen with their issue.",
        columns=ENTRIES,
        formats={CSV: file_url(request, STEM, ".csv"), JSON: file_url(request, STEM, "")},
        base_url=viewer.base_url,
        as_of=None if changed_at is None else format_instant(changed_at),
        sources=[wanted.where["source"]] if "source" in wanted.where else [],
    )
    return metadata_response(request, document, Freshness.of_print(mark.freshness))


async def entries_csv(
    request: Request, wanted: WantedEntries, part: WantedPart, *, is_negotiated: bool
) -> Response:
    """Answer with printed entries as CSV: a page of them, or all."""
    state, viewer = app_state(request), _viewer(request)
    if part != (None, None):
        page = await list_printed(
            state.database.reader,
            ENTRY_SHELF,
            viewer=viewer,
            where=wanted.where,
            first_day=wanted.first_day,
            last_day=wanted.last_day,
            part=Part(part.limit or DEFAULT_LIMIT, after=part.after),
        )
        return await csv_response(
            request,
            ENTRIES,
            [flat_entry(item) for item in page.items],
            headers=file_headers(request, STEM, name=_NAME, link=page_links(request, page)),
            freshness=Freshness.of_print(page),
            is_negotiated=is_negotiated,
        )
    mark = await read_paper_mark(state.database.reader, viewer=viewer)
    file = StreamedFile(
        identity=f"entries/1 {mark.number} {mark.appeared_at} {wanted}",
        media_type=CSV_HEADER,
        freshness=Freshness.of_print(mark.freshness),
        headers=file_headers(request, STEM, name=_NAME),
    )
    parts = _parts(request, wanted, viewer, mark)
    return stream(request, file, parts, is_negotiated=is_negotiated)


async def _parts(
    request: Request, wanted: WantedEntries, viewer: Viewer, mark: PaperMark
) -> AsyncIterator[bytes]:
    yield csv_text.header(ENTRIES)
    reader = app_state(request).database.reader
    async for rows in entry_slices(reader, wanted, viewer=viewer, mark=mark):
        yield await off_the_loop(csv_text.lines, ENTRIES, rows)


def _viewer(request: Request) -> Viewer:
    return viewer_for(request, PUBLIC)
