"""The corrections of all issues in print."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries import corrections as queries
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import reads
from app.web.endpoints.read import page_response, viewer_for
from app.web.rest.parameters import Paging
from app.web.rest.shapes import CorrectionPage
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1", tags=["Corrections"])


@router.get(
    "/corrections",
    operation_id="listCorrections",
    summary="List corrections",
    response_model=CorrectionPage,
    openapi_extra=reads(),
)
async def list_corrections(request: Request, caller: Caller, part: Paging) -> Response:
    """List the corrections of all issues in print, newest first."""
    page = await queries.list_corrections(
        app_state(request).database.reader,
        viewer=viewer_for(request, caller),
        part=part,
    )
    return page_response(request, page)
