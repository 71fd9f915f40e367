"""The three actions on an issue: publish, unpublish, schedule."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.commands import publishing as commands
from app.content.commands.publishing import ScheduleInput
from app.content.ref import parse_ref
from app.content.shapes import IssueDocument
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints import links
from app.web.endpoints.operation import writes
from app.web.endpoints.write import Write, saved
from app.web.rest.parameters import RefPath

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues/{ref}", tags=["Publishing"])


@router.post(
    "/publish",
    operation_id="publishIssue",
    summary="Publish an issue",
    response_model=IssueDocument,
    openapi_extra=needs("issues:publish")
    | writes(
        is_once=True,
        is_guarded=True,
        headers=("ETag",),
        leads_to=links.OF_ISSUE,
        refuses=("validation_failed",),
    ),
)
async def publish_issue(request: Request, caller: Caller, ref: RefPath) -> Response:
    """Put the head revision into print, now."""
    write = await Write.begin(request, caller, has_body=False, once=True)
    return await write.run(
        lambda tx: saved(
            commands.publish(tx, parse_ref(ref), guard=write.guard, base_url=write.base_url)
        )
    )


@router.post(
    "/unpublish",
    operation_id="unpublishIssue",
    summary="Unpublish an issue",
    response_model=IssueDocument,
    openapi_extra=needs("issues:publish")
    | writes(
        is_once=True,
        is_guarded=True,
        headers=("ETag",),
        leads_to=links.OF_ISSUE,
        refuses=("not_in_print",),
    ),
)
async def unpublish_issue(request: Request, caller: Caller, ref: RefPath) -> Response:
    """Take the issue out of print, or its schedule back: it is a draft again."""
    write = await Write.begin(request, caller, has_body=False, once=True)
    return await write.run(
        lambda tx: saved(
            commands.unpublish(tx, parse_ref(ref), guard=write.guard, base_url=write.base_url)
        )
    )


@router.post(
    "/schedule",
    operation_id="scheduleIssue",
    summary="Schedule an issue",
    response_model=IssueDocument,
    openapi_extra=needs("issues:publish")
    | writes(
        takes=ScheduleInput,
        is_once=True,
        is_guarded=True,
        headers=("ETag",),
        leads_to=links.OF_ISSUE,
        refuses=("already_published",),
    ),
)
async def schedule_issue(request: Request, caller: Caller, ref: RefPath) -> Response:
    """Pin the head revision to appear at a future time, with no worker needed."""
    write = await Write.begin(request, caller, once=True)
    return await write.run(
        lambda tx: saved(
            commands.schedule(
                tx,
                parse_ref(ref),
                payload=write.payload,
                guard=write.guard,
                base_url=write.base_url,
            )
        )
    )
