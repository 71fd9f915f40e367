"""`/cards`: the pictures that stand beside links to issues and subjects."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.content.queries.issues import get_issue_document
from app.content.queries.subjects import MovedTo
from app.content.ref import parse_ref
from app.errors import NotFound
from app.models.counter import counter_of
from app.models.source import KIND_LABELS, source_named
from app.models.surrogate_key import board_keys, issue_keys
from app.web.admission.route import AdmittedRoute
from app.web.http.representation import Freshness
from app.web.responses import answer
from app.web.site.board_names import subject_named
from app.web.site.card_picture import picture_of
from app.web.site.cards import issue_card, subject_card
from app.web.site.page import moved
from app.web.state import app_state, reader_of

router = APIRouter(prefix="/cards", route_class=AdmittedRoute, include_in_schema=False)


@router.get("/issues/{number}.png")
async def read_issue_card(request: Request, number: str) -> Response:
    """The card of an issue in print, by its number."""
    if not number.isascii() or not number.isdigit():
        raise NotFound("not_found", "Cards of issues are named by their number.")
    document, shown = await get_issue_document(
        app_state(request).database.reader, parse_ref(number), viewer=reader_of(request)
    )
    fresh = Freshness.of_print(shown, *issue_keys(shown.number, number))
    return await _picture(request, issue_card(document), fresh)


@router.get("/trending/{source}/{kind}/{external_id:path}.png")
async def read_subject_card(request: Request, source: str, kind: str, external_id: str) -> Response:
    """The card of a subject that was observed."""
    found = await subject_named(request, source, kind, external_id)
    if isinstance(found, MovedTo):
        there = f"/cards/trending/{source}/{kind}/{quote(found.external_id, safe='/')}.png"
        return moved(request, there)
    subject: dict[str, Any] = found.document
    counter = counter_of(kind)
    svg = subject_card(
        subject,
        label=f"{source_named(source).label} {KIND_LABELS[subject['kind']]}",
        history=[
            (datetime.fromisoformat(each["observed_at"]), each[counter])
            for each in subject["history"]
            if each[counter] is not None
        ],
    )
    fresh = Freshness(
        found.last_modified, found.next_change_at, keys=board_keys(source, subject["kind"])
    )
    return await _picture(request, svg, fresh)


async def _picture(request: Request, svg: str, freshness: Freshness) -> Response:
    png = await picture_of(svg)
    if png is None:
        paper = f"{app_state(request).settings.public_url}/logo.png"
        return RedirectResponse(paper, status_code=302, headers={"Cache-Control": "no-store"})
    return answer(request, png, media_type="image/png", freshness=freshness)
