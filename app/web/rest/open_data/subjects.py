"""The history of one subject as files: CSV, chart, metadata."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from app.content.open_data.columns import HISTORY
from app.content.open_data.metadata import FileMetadata, file_metadata
from app.content.publication import PUBLICATION
from app.content.queries.subjects import (
    NO_SUCH_SUBJECT,
    Days,
    MovedTo,
    SubjectPage,
    SubjectParts,
    find_subject,
)
from app.errors import NotFound
from app.models.counter import counter_of, counter_word
from app.models.shown_name import shown_name
from app.models.source import source_named
from app.models.surrogate_key import board_keys
from app.models.values import EXTERNAL_ID_PATTERN, MAX_EXTERNAL_ID, EntryKind, SourceName
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute, Caller
from app.web.charts.series import Series
from app.web.charts.standalone import Caption, history_chart
from app.web.endpoints.operation import reads
from app.web.endpoints.read import JSON, days_in_order
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.rest.open_data.forms import (
    CSV,
    SVG,
    CsvResponse,
    SvgResponse,
    csv_response,
    file_headers,
    file_name,
    file_url,
    metadata_response,
    svg_response,
)
from app.web.rest.parameters import FromDay, ToDay
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/trending", tags=["Open data"])

# Described, not enforced: an unknown source or kind is a subject that is not found.
SourcePath = Annotated[
    str,
    Path(
        description="The source of the subject.",
        examples=["github"],
        json_schema_extra={"enum": [*get_args(SourceName)]},
    ),
]
KindPath = Annotated[
    str,
    Path(
        description="The kind of the subject.",
        examples=["repository"],
        json_schema_extra={"enum": [*get_args(EntryKind)]},
    ),
]
ExternalIdPath = Annotated[
    str,
    Path(
        description='"owner/name", an arXiv id, or a bare name.',
        examples=["demo-robotics/gripper"],
        json_schema_extra={"pattern": EXTERNAL_ID_PATTERN, "maxLength": MAX_EXTERNAL_ID},
    ),
]


@dataclass(frozen=True, slots=True)
class WantedHistory:
    """The subject that a path names, and the first and last day of its history."""

    source: str
    kind: str
    external_id: str
    days: Days


async def wanted_history(
    source: SourcePath,
    kind: KindPath,
    external_id: ExternalIdPath,
    *,
    from_: FromDay = None,
    to: ToDay = None,
) -> WantedHistory:
    """Read which history is requested. Raises `BadRequest`."""
    days_in_order(from_, to)
    return WantedHistory(source, kind, external_id, (from_, to))


Wanted = Annotated[WantedHistory, Depends(wanted_history)]


@router.get(
    "/{source}/{kind}/{external_id:path}/history.csv",
    operation_id="readSubjectHistoryAsCsv",
    summary="Read the history of a subject as CSV",
    response_class=CsvResponse,
    openapi_extra=reads(refuses=["subject_not_found"]),
)
async def read_history_csv(request: Request, caller: Caller, wanted: Wanted) -> Response:
    """Read the observations of a subject, oldest first, the newest 1,000 at most."""
    found = await find_wanted(request, wanted)
    if isinstance(found, MovedTo):
        return moved(request, wanted, found)
    return await subject_csv(request, found, is_negotiated=False)


@router.get(
    "/{source}/{kind}/{external_id:path}/history.svg",
    operation_id="readSubjectHistoryChart",
    summary="Draw the history of a subject",
    response_class=SvgResponse,
    openapi_extra=reads(refuses=["subject_not_found"]),
)
async def read_history_chart(request: Request, caller: Caller, wanted: Wanted) -> Response:
    """Draw the stars, likes or upvotes of a subject as a picture that stands alone."""
    found = await find_wanted(request, wanted)
    if isinstance(found, MovedTo):
        return moved(request, wanted, found)
    body = await off_the_loop(lambda: _chart(found.document))
    return svg_response(request, body, _freshness(found))


@router.get(
    "/{source}/{kind}/{external_id:path}/history.metadata.json",
    operation_id="readSubjectHistoryMetadata",
    summary="Describe the file of a subject's history",
    response_model=FileMetadata,
    openapi_extra=reads(refuses=["subject_not_found"]),
)
async def read_history_metadata(request: Request, caller: Caller, wanted: Wanted) -> Response:
    """Read the columns, source and citation of the CSV of a subject's history."""
    found = await find_wanted(request, wanted)
    if isinstance(found, MovedTo):
        return moved(request, wanted, found)
    subject = found.document
    stem = _stem(subject)
    history = _history(subject)
    document = file_metadata(
        title=f"History of {_named(subject)}",
        description="One row for each observation, oldest first. Observations older than 62 days "
        "are thinned to one a week.",
        columns=HISTORY,
        formats={
            CSV: file_url(request, stem, ".csv"),
            SVG: file_url(request, stem, ".svg"),
            JSON: file_url(request, stem.removesuffix("/history"), ""),
        },
        base_url=app_state(request).settings.public_url,
        as_of=history[-1]["observed_at"] if history else None,
        sources=[str(subject["source"])],
    )
    return metadata_response(request, document, _freshness(found))


async def subject_csv(request: Request, found: SubjectPage, *, is_negotiated: bool) -> Response:
    """Answer with the history of a subject as CSV."""
    subject = found.document
    name = file_name(
        str(subject["source"]), str(subject["kind"]), str(subject["external_id"]), suffix=".csv"
    )
    return await csv_response(
        request,
        HISTORY,
        _history(subject),
        headers=file_headers(request, _stem(subject), name=name),
        freshness=_freshness(found),
        is_negotiated=is_negotiated,
    )


async def find_wanted(
    request: Request, wanted: WantedHistory, *, appearances: bool = False
) -> SubjectPage | MovedTo:
    """Find a subject with its history, and if `appearances` where it was printed.

    Raises:
        NotFound: there is none of this name.
    """
    if len(wanted.external_id) > MAX_EXTERNAL_ID:
        raise NotFound("subject_not_found", NO_SUCH_SUBJECT)
    state = app_state(request)
    return await find_subject(
        state.database.reader,
        wanted.source,
        wanted.kind,
        wanted.external_id,
        now=state.clock(),
        base_url=state.settings.public_url,
        parts=SubjectParts(histories=((*wanted.days, None),), appearances=appearances),
    )


def moved(request: Request, wanted: WantedHistory, found: MovedTo) -> Response:
    """Redirect to the same form under the present name, which another subject may take."""
    subject = f"/v1/trending/{wanted.source}/{wanted.kind}/"
    form = request.scope["path"].removeprefix(subject + wanted.external_id)
    address = file_url(request, subject + found.external_id + form, "")
    return Response(status_code=308, headers={"Location": address, "Cache-Control": "no-cache"})


def _stem(subject: Mapping[str, Any]) -> str:
    return f"/v1/trending/{subject['source']}/{subject['kind']}/{subject['external_id']}/history"


def _history(subject: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    history: Sequence[Mapping[str, Any]] = subject["history"]
    return history


def _freshness(found: SubjectPage) -> Freshness:
    subject = found.document
    return Freshness(
        found.last_modified,
        found.next_change_at,
        depends_on=ON_TRENDS,
        keys=board_keys(str(subject["source"]), str(subject["kind"])),
    )


def _named(subject: Mapping[str, Any]) -> str:
    return shown_name(subject["name"], subject["external_id"])


def _chart(subject: Mapping[str, Any]) -> bytes:
    counter, word = counter_of(subject["kind"]), counter_word(subject["kind"])
    points = [
        (datetime.fromisoformat(each["observed_at"]), float(each[counter]))
        for each in _history(subject)
        if each[counter] is not None
    ]
    named, source = _named(subject), source_named(subject["source"]).label
    series = Series(named, points) if points else None
    caption = Caption(
        f"{word.capitalize()} of {named}",
        f"{source} {subject['kind']} {quote(subject['external_id'], safe='/')}; the axis need not "
        "begin at zero.",
        f"Source: {source}, observed {len(points):,} times to {subject['latest']['observed_at']} "
        f"by {PUBLICATION.title}.",
    )
    return history_chart(series, caption, what=word)
