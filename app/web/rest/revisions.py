"""The revisions of an issue: list, read and restore. A revision never changes."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.commands import issues as commands
from app.content.queries import issues as queries
from app.content.queries.revision_diffs import get_diff
from app.content.ref import parse_ref
from app.content.shapes import IssueDocument, RevisionDiff, RevisionDocument
from app.models.values import MAX_INTEGER
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints import links
from app.web.endpoints.operation import reads, writes
from app.web.endpoints.read import issue_response, page_response, viewer_for
from app.web.endpoints.write import Write
from app.web.rest.parameters import DIGITS, Paging, RefPath, RevisionPath
from app.web.rest.shapes import RevisionPage
from app.web.state import app_state

WithRevision = Annotated[
    int,
    Query(
        alias="with",
        ge=1,
        le=MAX_INTEGER,
        description="The revision to compare with; it counts as the later one.",
        examples=[2],
    ),
    DIGITS,
]

router = APIRouter(
    route_class=AdmittedRoute, prefix="/v1/issues/{ref}/revisions", tags=["Revisions"]
)


@router.get(
    "",
    operation_id="listRevisions",
    summary="List the revisions of an issue",
    response_model=RevisionPage,
    openapi_extra=needs("drafts:read") | reads(),
)
async def list_revisions(
    request: Request,
    caller: Caller,
    part: Paging,
    ref: RefPath,
) -> Response:
    """List the revisions of an issue, newest first, without their sections."""
    page = await queries.list_revisions(
        app_state(request).database.reader,
        parse_ref(ref),
        viewer=viewer_for(request, caller),
        part=part,
    )
    return page_response(request, page)


@router.get(
    "/{number}",
    operation_id="readRevision",
    summary="Read a revision",
    response_model=RevisionDocument,
    openapi_extra=needs("drafts:read") | reads(),
)
async def read_revision(
    request: Request, caller: Caller, ref: RefPath, number: RevisionPath
) -> Response:
    """Read one whole revision. Its bytes never change."""
    shown = await queries.get_revision(
        app_state(request).database.reader,
        parse_ref(ref),
        number,
        viewer=viewer_for(request, caller),
    )
    return issue_response(request, shown, ref=ref)


@router.get(
    "/{number}/diff",
    operation_id="compareRevisions",
    summary="Compare two revisions",
    response_model=RevisionDiff,
    openapi_extra=needs("drafts:read") | reads(),
)
async def compare_revisions(
    request: Request, caller: Caller, ref: RefPath, number: RevisionPath, with_: WithRevision
) -> Response:
    """List what differs between two revisions: at most 50 changes, with texts cut at 300
    characters. It never changes.
    """
    shown = await get_diff(
        app_state(request).database.reader,
        parse_ref(ref),
        number,
        with_,
        viewer=viewer_for(request, caller),
    )
    return issue_response(request, shown, ref=ref)


@router.post(
    "/{number}/restore",
    operation_id="restoreRevision",
    summary="Restore a revision",
    response_model=IssueDocument,
    openapi_extra=needs("issues:write")
    | writes(
        is_once=True,
        is_guarded=True,
        headers=("ETag",),
        leads_to=links.OF_ISSUE,
        refuses=("identity_in_print", "number_taken", "date_taken", "slug_taken"),
    ),
)
async def restore_revision(
    request: Request, caller: Caller, ref: RefPath, number: RevisionPath
) -> Response:
    """Save the content of an old revision as a new head revision."""
    write = await Write.begin(request, caller, has_body=False, once=True)
    return await write.change(ref, partial(commands.restore, number=number))
