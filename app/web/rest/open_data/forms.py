"""The forms of open data, and how one small file is answered."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

import orjson
from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.open_data import csv_text, parquet
from app.content.open_data.columns import Columns
from app.content.queries.paging import MAX_LIMIT, Part
from app.off_the_loop import off_the_loop
from app.web.charts import standalone
from app.web.endpoints.read import JSON
from app.web.http.representation import Freshness
from app.web.responses import answer
from app.web.rest.parameters import DIGITS, Cursor
from app.web.state import app_state

CSV = csv_text.MEDIA_TYPE
CSV_HEADER = f"{CSV}; charset=utf-8; header=present"
SVG = standalone.MEDIA_TYPE
PARQUET = parquet.MEDIA_TYPE

_SVG_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""A chart opened as a page runs nothing and loads nothing."""


class CsvResponse(Response):
    """Documents a response of CSV."""

    media_type = CSV


class SvgResponse(Response):
    """Documents a response of SVG."""

    media_type = SVG


class ParquetResponse(Response):
    """Documents a response of Parquet."""

    media_type = PARQUET


class WantedPart(NamedTuple):
    """The page of a file that is requested; both `None`: the whole file."""

    limit: int | None
    after: str | None


async def wanted_part(
    limit: Annotated[
        int | None,
        Query(ge=1, le=MAX_LIMIT, description="How many at most, 1 to 100; everything by default."),
        DIGITS,
    ] = None,
    cursor: Cursor = None,
) -> WantedPart:
    """Read which page of a file is requested."""
    return WantedPart(limit, cursor)


FilePart = Annotated[WantedPart, Depends(wanted_part)]


def part_of_file(request: Request, part: Part) -> WantedPart:
    """Return the same part of a list as a file, which is whole where no `limit` is given."""
    return WantedPart(part.limit if "limit" in request.query_params else None, part.after)


def file_url(request: Request, stem: str, suffix: str, *, is_whole: bool = False) -> str:
    """Return the address of a form of the requested file, with the same parameters.

    `stem`: the path without its suffix, such as `/v1/trending`. `is_whole`: without `limit` and
    `cursor`, for a form that has no pages.
    """
    query = request.url.query
    if is_whole:
        query = request.url.remove_query_params(["limit", "cursor"]).query
    address = app_state(request).settings.public_url + quote(stem, safe="/") + suffix
    return f"{address}?{query}" if query else address


def file_headers(request: Request, stem: str, *, name: str, link: str = "") -> dict[str, str]:
    """Return the file name for a download, and a link to the metadata (RFC 6892, RFC 8288)."""
    described = f'<{file_url(request, stem, ".metadata.json")}>; rel="describedby"; type="{JSON}"'
    return {
        "Content-Disposition": f'inline; filename="{name}"',
        "Link": f"{link}, {described}" if link else described,
    }


async def csv_response(
    request: Request,
    columns: Columns,
    rows: Sequence[Mapping[str, Any]],
    *,
    headers: Mapping[str, str],
    freshness: Freshness,
    is_negotiated: bool,
) -> Response:
    """Answer with a CSV that fits into memory. `is_negotiated`: chosen by `Accept`."""
    body = await off_the_loop(
        lambda: csv_text.header(columns) + csv_text.lines(columns, rows),
    )
    return answer(
        request,
        body,
        media_type=CSV_HEADER,
        freshness=freshness,
        vary_accept=is_negotiated,
        # Many caches ignore Vary and would send CSV to a client that asks for JSON.
        is_private=is_negotiated,
        headers=headers,
    )


def svg_response(request: Request, body: bytes, freshness: Freshness) -> Response:
    """Answer with a chart."""
    return answer(request, body, media_type=SVG, freshness=freshness, headers=_SVG_POLICY)


def metadata_response(
    request: Request, document: Mapping[str, Any], freshness: Freshness
) -> Response:
    """Answer with the description of a file."""
    return answer(request, orjson.dumps(document), freshness=freshness)


def file_name(*parts: str | None, suffix: str) -> str:
    """Make the name of a file from letters, digits, dots and dashes."""
    words = "-".join(part for part in parts if part)
    return (
        "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "-" for c in words) + suffix
    )
