"""The observations of a day as files: CSV, Parquet, metadata."""

from collections.abc import AsyncIterator
from datetime import date as Date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import Response

from app.content.open_data import csv_text, parquet
from app.content.open_data.columns import OBSERVATIONS
from app.content.open_data.metadata import FileMetadata, file_metadata
from app.content.queries.freshness import read_trending_change
from app.content.queries.observations import ObservedDay, observation_slices, read_observed_day
from app.errors import NotFound
from app.models.values import format_instant
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import reads
from app.web.endpoints.read import media_type_for
from app.web.endpoints.stream import StreamedFile, stream
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.rest.open_data.forms import (
    CSV,
    CSV_HEADER,
    PARQUET,
    CsvResponse,
    ParquetResponse,
    file_headers,
    file_name,
    file_url,
    metadata_response,
)
from app.web.rest.parameters import day_of
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/observations", tags=["Open data"])

STEM = "/v1/observations"
FORMAT = 1
"""Version of the columns and their order; a past day's file is the same while it stays."""
ObservedDate = Annotated[
    Date,
    BeforeValidator(day_of),
    Query(description="The UTC day.", examples=["2026-05-03"]),
]


@router.get(
    "",
    operation_id="readObservations",
    summary="Read the observations of a day",
    response_class=CsvResponse,
    openapi_extra=reads(
        is_negotiated=True, refuses=["observations_not_kept", "parquet_not_installed"]
    ),
)
async def read_observations(request: Request, caller: Caller, date: ObservedDate) -> Response:
    """Read every observation of a UTC day, as CSV, or as Parquet by `Accept`."""
    if media_type_for(request, (CSV, PARQUET)) == PARQUET:
        return await _parquet(request, date, is_negotiated=True)
    return await _csv(request, date, is_negotiated=True)


@router.get(
    ".csv",
    operation_id="readObservationsAsCsv",
    summary="Read the observations of a day as CSV",
    response_class=CsvResponse,
    openapi_extra=reads(refuses=["observations_not_kept"]),
)
async def read_observations_csv(request: Request, caller: Caller, date: ObservedDate) -> Response:
    """Read every observation of a UTC day. The file of a past day never changes."""
    return await _csv(request, date, is_negotiated=False)


@router.get(
    ".parquet",
    operation_id="readObservationsAsParquet",
    summary="Read the observations of a day as Parquet",
    response_class=ParquetResponse,
    responses={200: {"content": {PARQUET: {"schema": {"type": "string", "format": "binary"}}}}},
    openapi_extra=reads(refuses=["observations_not_kept", "parquet_not_installed"]),
)
async def read_observations_parquet(
    request: Request, caller: Caller, date: ObservedDate
) -> Response:
    """Read every observation of a UTC day in the column format of analysts."""
    return await _parquet(request, date, is_negotiated=False)


@router.get(
    ".metadata.json",
    operation_id="readObservationsMetadata",
    summary="Describe the file of a day's observations",
    response_model=FileMetadata,
    openapi_extra=reads(refuses=["observations_not_kept"]),
)
async def read_observations_metadata(
    request: Request, caller: Caller, date: ObservedDate
) -> Response:
    """Read the columns, sources, snapshots and citation of a day's observations."""
    day = await _read(request, date)
    formats = {CSV: file_url(request, STEM, ".csv")}
    if parquet.is_installed():
        formats[PARQUET] = file_url(request, STEM, ".parquet")
    document = file_metadata(
        title=f"Observations of {date:%-d %B %Y}",
        description="One row for each subject in each snapshot of the UTC day, under the name "
        "that the subject had then; by snapshot, then in the order in which subjects were found.",
        columns=OBSERVATIONS,
        formats=formats,
        base_url=app_state(request).settings.public_url,
        as_of=format_instant(day.snapshots[-1].observed_at) if day.snapshots else None,
        sources=sorted({row.source for row in day.snapshots}),
        snapshots=[_snapshot(row) for row in day.snapshots],
        is_final=day.is_final,
    )
    return metadata_response(request, document, await _freshness(request))


def _snapshot(row: Any) -> dict[str, Any]:
    same = ("id", "source", "kind", "status", "reason", "observations")
    return {
        **{name: getattr(row, name) for name in same},
        "observed_at": format_instant(row.observed_at),
    }


async def _csv(request: Request, date: Date, *, is_negotiated: bool) -> Response:
    day = await _read(request, date)
    file = StreamedFile(
        identity=_identity(day),
        media_type=CSV_HEADER,
        freshness=await _freshness(request),
        headers=file_headers(request, STEM, name=_name(day, ".csv")),
    )
    return stream(request, file, _csv_parts(request, day), is_negotiated=is_negotiated)


async def _csv_parts(request: Request, day: ObservedDay) -> AsyncIterator[bytes]:
    yield csv_text.header(OBSERVATIONS)
    async for rows in observation_slices(app_state(request).database.reader, day):
        yield await off_the_loop(csv_text.lines, OBSERVATIONS, rows)


async def _parquet(request: Request, date: Date, *, is_negotiated: bool) -> Response:
    if not parquet.is_installed():
        raise NotFound(
            "parquet_not_installed",
            "This server was installed without Parquet (the extra `parquet`). Take the CSV.",
        )
    day = await _read(request, date)
    version = await off_the_loop(parquet.writer_version)
    file = StreamedFile(
        identity=f"{_identity(day)} pyarrow {version}",
        media_type=PARQUET,
        freshness=await _freshness(request),
        headers=file_headers(request, STEM, name=_name(day, ".parquet")),
        is_compressed=True,
    )
    return stream(request, file, _parquet_parts(request, day), is_negotiated=is_negotiated)


async def _parquet_parts(request: Request, day: ObservedDay) -> AsyncIterator[bytes]:
    file = await off_the_loop(lambda: parquet.ParquetFile(OBSERVATIONS))
    async for rows in observation_slices(app_state(request).database.reader, day):
        yield await off_the_loop(file.write, rows)
    yield await off_the_loop(file.close)


async def _read(request: Request, date: Date) -> ObservedDay:
    state = app_state(request)
    return await read_observed_day(state.database.reader, date, now=state.clock())


async def _freshness(request: Request) -> Freshness:
    changed_at = await read_trending_change(app_state(request).database.reader)
    return Freshness(changed_at, depends_on=ON_TRENDS)


def _identity(day: ObservedDay) -> str:
    ids = ",".join(str(row.id) for row in day.snapshots)
    return f"observations/{FORMAT} {day.date.isoformat()} {ids}"


def _name(day: ObservedDay, suffix: str) -> str:
    return file_name("observations", day.date.isoformat(), suffix=suffix)
