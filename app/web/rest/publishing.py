"""The three actions on an issue: publish, unpublish, schedule."""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.commands import publishing as commands
from app.content.commands.corrections import PublishInput
from app.content.commands.publishing import ScheduleInput
from app.content.shapes import IssueDocument
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints import links
from app.web.endpoints.operation import writes
from app.web.endpoints.write import Write
from app.web.rest.parameters import RefPath
from app.web.rest.shapes import PublishedIssue

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues/{ref}", tags=["Publishing"])


@router.post(
    "/publish",
    operation_id="publishIssue",
    summary="Publish an issue",
    response_model=PublishedIssue,
    openapi_extra=needs("issues:publish")
    | writes(
        takes=PublishInput,
        is_optional=True,
        is_once=True,
        is_guarded=True,
        headers=("ETag",),
        leads_to=links.OF_ISSUE,
        refuses=("nothing_to_correct",),
    ),
)
async def publish_issue(request: Request, caller: Caller, ref: RefPath) -> Response:
    """Publish the head revision now; with a `correction`, explain the change to readers."""
    write = await Write.begin(request, caller, has_body=False, once=True)
    payload = write.payload if write.has_body else None
    return await write.change(
        ref, partial(commands.publish, payload=payload), prints=True, is_whole=True
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
    """Unpublish the issue, or cancel its schedule. It becomes a draft."""
    write = await Write.begin(request, caller, has_body=False, once=True)
    return await write.change(ref, commands.unpublish)


@router.post(
    "/schedule",
    operation_id="scheduleIssue",
    summary="Schedule an issue",
    response_model=PublishedIssue,
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
    """Schedule the head revision to be published at a future time. This needs no worker."""
    write = await Write.begin(request, caller, once=True)
    command = partial(commands.schedule, payload=write.payload)
    return await write.change(ref, command, prints=True, is_whole=True)
