"""The printings of an issue: every revision that was in print, as it was."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries import printings as queries
from app.content.ref import parse_ref
from app.content.shapes import PrintingDocument
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import key_is_optional
from app.web.endpoints.operation import reads
from app.web.endpoints.read import issue_response, page_response, viewer_for
from app.web.rest.parameters import Paging, PrintingPath, RefPath
from app.web.rest.shapes import PrintingPage
from app.web.state import app_state

router = APIRouter(
    route_class=AdmittedRoute, prefix="/v1/issues/{ref}/printings", tags=["Corrections"]
)


@router.get(
    "",
    operation_id="listPrintings",
    summary="List the printings of an issue",
    response_model=PrintingPage,
    openapi_extra=key_is_optional() | reads(),
)
async def list_printings(
    request: Request,
    caller: Caller,
    part: Paging,
    ref: RefPath,
) -> Response:
    """List every revision that was in print, newest first, without their sections."""
    page = await queries.list_printings(
        app_state(request).database.reader,
        parse_ref(ref),
        viewer=viewer_for(request, caller),
        part=part,
    )
    return page_response(request, page)


@router.get(
    "/{printing}",
    operation_id="readPrinting",
    summary="Read a printing",
    response_model=PrintingDocument,
    openapi_extra=key_is_optional() | reads(),
)
async def read_printing(
    request: Request, caller: Caller, ref: RefPath, printing: PrintingPath
) -> Response:
    """Read an issue as it was in one of its printings."""
    shown = await queries.get_printing(
        app_state(request).database.reader,
        parse_ref(ref),
        printing,
        viewer=viewer_for(request, caller),
    )
    return issue_response(request, shown, ref=ref)
