"""Boards and mover lists as files: CSV, chart, metadata."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.open_data.columns import BOARD
from app.content.open_data.metadata import FileMetadata, file_metadata
from app.content.publication import PUBLICATION
from app.content.queries.observations import is_settled
from app.content.queries.paging import Part
from app.content.queries.trending import BoardPage, read_board
from app.content.trends.boards import Asked
from app.content.trends.ranking import MAX_ENTRIES
from app.models.counter import counter_of, counter_word
from app.models.shown_name import shown_name
from app.models.source import KIND_LABELS, source_named
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute, Caller
from app.web.charts.standalone import MAX_BARS, Bar, Caption, bar_chart
from app.web.endpoints.operation import reads
from app.web.endpoints.read import JSON, page_links
from app.web.http.representation import Freshness
from app.web.rest.board_parameters import AskedBoard, AskedMovers
from app.web.rest.open_data.forms import (
    CSV,
    SVG,
    CsvResponse,
    FilePart,
    SvgResponse,
    WantedPart,
    csv_response,
    file_headers,
    file_name,
    file_url,
    metadata_response,
    svg_response,
)
from app.web.rest.parameters import DIGITS
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/trending", tags=["Open data"])

DEFAULT_BARS = 10
Bars = Annotated[
    int, Query(ge=1, le=MAX_BARS, description="Number of bars, from the top of the board."), DIGITS
]


@router.get(
    ".csv",
    operation_id="readBoardAsCsv",
    summary="Read a trending board as CSV",
    response_class=CsvResponse,
    openapi_extra=reads(),
)
async def read_board_csv(
    request: Request, caller: Caller, asked: AskedBoard, part: FilePart
) -> Response:
    """Read a whole trending board, at most 200 entries. The columns stand in its metadata."""
    return await board_csv(request, asked, part, is_negotiated=False)


@router.get(
    ".svg",
    operation_id="readBoardChart",
    summary="Draw a trending board",
    response_class=SvgResponse,
    openapi_extra=reads(),
)
async def read_board_chart(
    request: Request, caller: Caller, asked: AskedBoard, limit: Bars = DEFAULT_BARS
) -> Response:
    """Draw the scores of a trending board as a picture that stands alone, for embedding."""
    return await _chart(request, asked, limit)


@router.get(
    ".metadata.json",
    operation_id="readBoardMetadata",
    summary="Describe the file of a trending board",
    response_model=FileMetadata,
    openapi_extra=reads(),
)
async def read_board_metadata(
    request: Request, caller: Caller, asked: AskedBoard, part: FilePart
) -> Response:
    """Read the columns, source, method, snapshot and citation of a board's CSV.

    `limit` and `cursor` name a page of the file; all pages have the same description.
    """
    return await _metadata(request, asked)


@router.get(
    "/movers.csv",
    operation_id="listMoversAsCsv",
    summary="List the biggest movers as CSV",
    response_class=CsvResponse,
    openapi_extra=reads(),
)
async def list_movers_csv(
    request: Request, caller: Caller, asked: AskedMovers, part: FilePart
) -> Response:
    """List all movers, at most 200. The columns stand in the metadata."""
    return await board_csv(request, asked, part, is_negotiated=False)


@router.get(
    "/movers.svg",
    operation_id="drawMovers",
    summary="Draw the biggest movers",
    response_class=SvgResponse,
    openapi_extra=reads(),
)
async def read_movers_chart(
    request: Request, caller: Caller, asked: AskedMovers, limit: Bars = DEFAULT_BARS
) -> Response:
    """Draw the largest changes as a picture that stands alone, for embedding."""
    return await _chart(request, asked, limit)


@router.get(
    "/movers.metadata.json",
    operation_id="readMoversMetadata",
    summary="Describe the file of movers",
    response_model=FileMetadata,
    openapi_extra=reads(),
)
async def read_movers_metadata(
    request: Request, caller: Caller, asked: AskedMovers, part: FilePart
) -> Response:
    """Read the columns, source, method, snapshot and citation of the movers' CSV.

    `limit` and `cursor` name a page of the file; all pages have the same description.
    """
    return await _metadata(request, asked)


async def board_csv(
    request: Request, asked: Asked, part: WantedPart, *, is_negotiated: bool
) -> Response:
    """Answer with a board as CSV: a page of it, or everything."""
    shown = await read_asked(request, asked, Part(part.limit or MAX_ENTRIES, after=part.after))
    name = file_name(_name(asked), str(shown.head["date"] or ""), suffix=".csv")
    return await csv_response(
        request,
        BOARD,
        _rows(shown),
        headers=file_headers(
            request, _stem(asked), name=name, link=page_links(request, shown.page)
        ),
        freshness=Freshness.of_board(shown.page, asked.source, asked.kind),
        is_negotiated=is_negotiated,
    )


async def read_asked(request: Request, asked: Asked, part: Part) -> BoardPage:
    """Read a part of a requested board."""
    state = app_state(request)
    return await read_board(state.database.reader, asked, now=state.clock(), part=part)


def _rows(shown: BoardPage) -> list[Mapping[str, Any]]:
    return [{**note, **entry} for entry, note in zip(shown.page.items, shown.notes, strict=True)]


async def _chart(request: Request, asked: Asked, limit: int) -> Response:
    shown = await read_asked(request, asked, Part(limit))
    body = await off_the_loop(lambda: bar_chart(_bars(asked, shown), _caption(asked, shown)))
    return svg_response(request, body, Freshness.of_board(shown.page, asked.source, asked.kind))


async def _metadata(request: Request, asked: Asked) -> Response:
    shown = await read_asked(request, asked, Part(1))
    head: Mapping[str, Any] = shown.head
    document = file_metadata(
        title=_title(asked, head["observed_at"]),
        description="One row for each entry of the board, by rank.",
        columns=BOARD,
        formats={
            CSV: file_url(request, _stem(asked), ".csv"),
            SVG: file_url(request, _stem(asked), ".svg", is_whole=True),
            JSON: file_url(request, _stem(asked), ""),
        },
        base_url=app_state(request).settings.public_url,
        as_of=head["observed_at"],
        sources=[asked.source] if asked.source else [],
        method=head["method"],
        snapshots=_snapshots(head),
        is_final=asked.date is not None and is_settled(asked.date, now=app_state(request).clock()),
    )
    return metadata_response(
        request, document, Freshness.of_board(shown.page, asked.source, asked.kind)
    )


def _snapshots(head: Mapping[str, Any]) -> list[dict[str, Any]]:
    if head["snapshot_id"] is None:
        return []
    same = ("source", "kind", "observed_at", "status", "reason", "span_days")
    return [
        {
            "id": head["snapshot_id"],
            **{name: head[name] for name in same},
            "baseline_snapshot_id": head["baseline_snapshot_id"],
        }
    ]


def _stem(asked: Asked) -> str:
    return "/v1/trending" if asked.list == "trending" else "/v1/trending/movers"


def _name(asked: Asked) -> str:
    list_name = "trending" if asked.list == "trending" else f"movers-{asked.list}"
    return "-".join(word for word in (list_name, asked.source, asked.kind, asked.window) if word)


def _title(asked: Asked, observed_at: str | None) -> str:
    source = f"{source_named(asked.source).label} " if asked.source else ""
    kind = KIND_LABELS[asked.kind] if asked.kind else "subjects"  # type: ignore[index]
    lists = {
        "trending": f"Trending {source}{kind}",
        "up": f"Biggest gains of {source}{kind}",
        "down": f"Biggest losses of {source}{kind}",
    }
    day = f" to {datetime.fromisoformat(observed_at):%-d %B %Y}" if observed_at else ""
    return f"{lists[asked.list]}, {asked.window}{day}"


def _caption(asked: Asked, shown: BoardPage) -> Caption:
    head: Mapping[str, Any] = shown.head
    order = "Score: gain against size" if asked.list == "trending" else "Net change of the counter"
    compared = f"{order}; {head['tracked']:,} compared; status {head['status']}."
    source = source_named(asked.source).label if asked.source else "Hugging Face and GitHub"
    seen = head["observed_at"] or "never"
    return Caption(
        _title(asked, head["observed_at"]),
        compared,
        f"Source: {source}, observed {seen} by {PUBLICATION.title}. Method {head['method']}.",
    )


def _bars(asked: Asked, shown: BoardPage) -> Sequence[Bar]:
    bars = []
    for entry in shown.page.items:
        count, word = entry[counter_of(entry["kind"])], counter_word(entry["kind"])
        change = "" if entry["change"] is None else f"{entry['change']:+,} to ".replace("-", "−")
        bars.append(
            Bar(
                shown_name(entry["name"], entry["external_id"]),
                (entry["score"] if asked.list == "trending" else entry["change"]) or 0,
                f"{change}{count:,} {word}",
            )
        )
    return bars
