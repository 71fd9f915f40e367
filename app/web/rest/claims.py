"""Read the claims of an issue: its figures, compared with what was observed."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.facts.shapes import Claims, claims_document
from app.content.queries.claims import IssueClaims, get_claims
from app.content.queries.freshness import latest
from app.content.ref import parse_ref
from app.models.surrogate_key import TRENDING, issue_keys
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import key_is_optional
from app.web.endpoints.operation import reads
from app.web.endpoints.read import viewer_for
from app.web.http.representation import EVERYTHING, Freshness
from app.web.responses import answer
from app.web.rest.parameters import RefPath, ViewParameter
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues", tags=["Issues"])


@router.get(
    "/{ref}/claims",
    operation_id="readClaims",
    summary="Check the figures of an issue",
    response_model=Claims,
    openapi_extra=key_is_optional() | reads(),
)
async def read_claims(
    request: Request, caller: Caller, ref: RefPath, view: ViewParameter = None
) -> Response:
    """Read every figure of an issue, compared with our observations before it was printed."""
    state = app_state(request)
    found = await get_claims(
        state.database.reader,
        state.known_trends,
        parse_ref(ref),
        viewer=viewer_for(request, caller, view),
    )
    body = await off_the_loop(lambda: orjson.dumps(claims_document(found.judged)))
    return answer(request, body, freshness=_freshness(found, ref))


def _freshness(found: IssueClaims, ref: str) -> Freshness:
    """The issue changes what is claimed, and a sync what names mean."""
    issue = found.issue
    changed_at = latest((issue.last_modified, found.observed_change_at))
    return Freshness(
        changed_at if issue.last_modified else None,
        issue.next_change_at,
        depends_on=EVERYTHING,
        # A new subject of any board may be what a figure is about.
        keys=(*issue_keys(issue.number, ref), TRENDING),
    )
