"""The pages of open data: the list of files, and histories compared on one chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app.content.open_data import columns, parquet
from app.content.open_data.metadata import LICENCE_NOTE
from app.content.queries.subjects import MovedTo, SubjectPage, SubjectParts
from app.errors import BadRequest, Fault, NotFound
from app.models.counter import counter_of, counter_word
from app.models.shown_name import shown_name
from app.models.source import KIND_LABELS, SOURCES, source_named
from app.models.surrogate_key import board_keys
from app.models.values import MAX_EXTERNAL_ID
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute
from app.web.charts.series import HEIGHT, MAX_SERIES, WIDTH, Series, draw, indexed, said
from app.web.http.representation import ON_TRENDS, STATIC, Freshness
from app.web.site.board_names import board_named, subject_named
from app.web.site.links import address
from app.web.site.page import page, rendered

router = APIRouter(route_class=AdmittedRoute, include_in_schema=False)

Scale = Literal["axis", "index"]
MAX_IDS = MAX_SERIES * (MAX_EXTERNAL_ID + 2)


@router.get("/data")
async def read_data_page(request: Request) -> Response:
    """Which files there are, with their columns and the terms of their use."""
    body = await off_the_loop(
        rendered,
        request,
        "data.html",
        path="/data",
        title="Open data",
        description="Boards, histories, printed entries and daily observations as CSV, Parquet "
        "and charts.",
        tables=(
            ("Boards and movers", "boards", columns.BOARD),
            ("History of a subject", "history", columns.HISTORY),
            ("Printed entries", "entries", columns.ENTRIES),
            ("Observations of a day", "observations", columns.OBSERVATIONS),
        ),
        boards=[(source, kind) for source in SOURCES for kind in source.kinds],
        licence=LICENCE_NOTE,
        has_parquet=parquet.is_installed(),
    )
    return page(request, body, STATIC)


@router.get("/trending/{source}/{kind}/compare")
async def read_compare_page(
    request: Request,
    source: str,
    kind: str,
    ids: Annotated[str, Query(max_length=MAX_IDS)] = "",
    scale: Scale = "axis",
) -> Response:
    """The histories of up to eight subjects of a kind on one chart."""
    known_source, known_kind = board_named(source, kind)
    wanted = _ids(ids)
    found, missing = await _find(request, known_source, known_kind, wanted)
    word = counter_word(known_kind)
    compared = _compared([each.document for each in found], counter_of(known_kind), scale)
    label = f"{source_named(known_source).label} {KIND_LABELS[known_kind]}"
    here = f"/trending/{source}/{kind}/compare"
    given = ",".join(str(each.document["external_id"]) for each in found)
    body = await off_the_loop(
        rendered,
        request,
        "compare.html",
        path=address(here, ids=given or None, scale=None if scale == "axis" else scale),
        title=f"{label} compared",
        description=f"{word.capitalize()} of {label} over time, on one chart.",
        label=label,
        source=known_source,
        kind=known_kind,
        word=word,
        counter=counter_of(known_kind),
        ids=ids,
        given=given,
        scale=scale,
        here=here,
        missing=missing,
        compared=compared,
        chart=_chart(compared, f"{word.capitalize()} of {label}", word, scale),
        most=MAX_SERIES,
    )
    changes = [each.last_modified for each in found if each.last_modified is not None]
    fresh = Freshness(
        max(changes, default=None),
        depends_on=ON_TRENDS,
        keys=board_keys(known_source, known_kind),
    )
    return page(request, body, fresh)


@dataclass(frozen=True, slots=True)
class _Compared:
    """One subject of the comparison, with its line."""

    subject: Mapping[str, Any]
    first: Mapping[str, Any]
    last: Mapping[str, Any]
    series: Series


def _ids(text: str) -> list[str]:
    """Read a comma list of ids. Raises `BadRequest` for more than eight."""
    wanted = list(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    if len(wanted) > MAX_SERIES:
        detail = f"Compare at most {MAX_SERIES} subjects."
        raise BadRequest("invalid_parameter", detail, faults=[Fault("", "too_long", detail, "ids")])
    return wanted


async def _find(
    request: Request, source: str, kind: str, wanted: Sequence[str]
) -> tuple[list[SubjectPage], list[str]]:
    """Find subjects by their present or former names, and the names that nothing has."""
    parts = SubjectParts(appearances=False)
    found: dict[int, SubjectPage] = {}
    missing = []
    for name in wanted:
        try:
            subject = await subject_named(request, source, kind, name, parts=parts)
            if isinstance(subject, MovedTo):
                subject = await subject_named(
                    request, source, kind, subject.external_id, parts=parts
                )
        except NotFound:
            missing.append(name)
            continue
        if isinstance(subject, SubjectPage):
            found[subject.row_id] = subject
    return list(found.values()), missing


def _compared(subjects: Sequence[Mapping[str, Any]], counter: str, scale: Scale) -> list[_Compared]:
    compared = []
    for subject in subjects:
        seen = [each for each in subject["history"] if each[counter] is not None]
        if not seen:
            continue
        points = [(datetime.fromisoformat(e["observed_at"]), float(e[counter])) for e in seen]
        series = Series(shown_name(subject["name"], subject["external_id"]), points)
        drawn = indexed(series) if scale == "index" else series
        if drawn is not None:
            compared.append(_Compared(subject, seen[0], seen[-1], drawn))
    return compared


def _chart(compared: Sequence[_Compared], title: str, word: str, scale: Scale) -> Markup:
    if not compared:
        return Markup("")
    what = word if scale == "axis" else f"(first {word} = 100)"
    return Markup(
        '<svg class="chart compare" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="chart_title chart_description"><title id="chart_title">{title}</title>'
        '<desc id="chart_description">{said}</desc>{drawn}</svg>'
    ).format(
        width=WIDTH,
        height=HEIGHT,
        title=title,
        said=" ".join(said(each.series, what=what) for each in compared),
        drawn=draw([each.series for each in compared]),
    )
