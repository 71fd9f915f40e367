"""Writing issues: create, validate, replace, patch, delete."""

from functools import partial

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.blocks.registry import AnySection
from app.content.commands import issues as commands
from app.content.commands.idempotency import WriteAnswer
from app.content.commands.transaction import Transaction
from app.content.documents import IssueCreate, IssueInput
from app.content.ref import parse_ref
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints import links
from app.web.endpoints.operation import writes
from app.web.endpoints.read import JSON
from app.web.endpoints.write import MERGE_PATCH, Write, created, refuse_existing
from app.web.http.negotiation import combined
from app.web.rest.parameters import Publish, RefPath, SectionPath
from app.web.rest.shapes import PublishedIssue, Verdict

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues", tags=["Writing"])

TAKEN = ("number_taken", "date_taken", "slug_taken")
CHANGE = ("identity_in_print", "read_only", *TAKEN)
"""Codes of a change to a whole issue, beyond those of every guarded write."""


@router.post(
    "",
    operation_id="createIssue",
    summary="Create an issue",
    status_code=201,
    response_model=PublishedIssue,
    openapi_extra=needs("issues:write", with_publish=True)
    | writes(
        takes=IssueCreate,
        is_once=True,
        headers=("ETag", "Location"),
        leads_to=links.OF_ISSUE,
        refuses=TAKEN,
    ),
)
async def create_issue(request: Request, caller: Caller, publish: Publish = False) -> Response:
    """Create an issue: a draft, or with `publish` a published issue."""
    write = await Write.begin(request, caller, once=True)

    def act(tx: Transaction) -> WriteAnswer:
        shown = commands.create(tx, payload=write.payload, publish=publish, base_url=write.base_url)
        return created(shown, base_url=write.base_url)

    return await write.run(act, prints=() if publish else None)


@router.post(
    "/validate",
    operation_id="validateIssue",
    summary="Check an issue without saving it",
    response_model=Verdict,
    openapi_extra=needs("issues:write") | writes(takes=IssueCreate),
)
async def validate_issue(request: Request, caller: Caller) -> Response:
    """Report the errors and warnings of a document without saving it."""
    write = await Write.begin(request, caller)

    def act(tx: Transaction) -> WriteAnswer:
        judged = commands.validate_only(tx, payload=write.payload)
        return WriteAnswer(status=200, body=orjson.dumps(judged))

    return await write.judge(act)


@router.put(
    "/{ref}",
    operation_id="replaceIssue",
    summary="Replace an issue",
    response_model=PublishedIssue,
    openapi_extra=needs("issues:write", with_publish=True)
    | writes(
        takes=IssueInput,
        is_guarded=True,
        may_create=True,
        headers=("ETag",),
        leads_to=links.OF_ISSUE,
        refuses=("already_exists", *CHANGE),
    ),
)
async def replace_issue(
    request: Request, caller: Caller, ref: RefPath, publish: Publish = False
) -> Response:
    """Replace the head revision. With a date or number and `If-None-Match: *`, create the issue."""
    write = await Write.begin(request, caller)
    if (combined(request.headers, "if-none-match") or "").strip() != "*":
        return await write.change(
            ref,
            partial(commands.replace, payload=write.payload, publish=publish),
            prints=publish,
        )

    def act(tx: Transaction) -> WriteAnswer:
        shown = commands.create_at(
            tx,
            parse_ref(ref),
            payload=write.payload,
            refuse=refuse_existing,
            publish=publish,
            base_url=write.base_url,
        )
        return created(shown, base_url=write.base_url)

    return await write.run(act, prints=() if publish else None)


@router.patch(
    "/{ref}",
    operation_id="patchIssue",
    summary="Change an issue",
    response_model=PublishedIssue,
    openapi_extra=needs("issues:write", with_publish=True)
    | writes(
        takes="IssuePatch",
        media_types=(MERGE_PATCH, JSON),
        is_guarded=True,
        headers=("ETag",),
        leads_to=links.OF_ISSUE,
        refuses=CHANGE,
    ),
)
async def patch_issue(
    request: Request, caller: Caller, ref: RefPath, publish: Publish = False
) -> Response:
    """Change the head revision by a JSON Merge Patch; null resets a member to its default."""
    write = await Write.begin(request, caller, media_types=(MERGE_PATCH, JSON))

    command = partial(commands.patch, payload=write.payload, publish=publish)
    return await write.change(ref, command, prints=publish)


@router.patch(
    "/{ref}/sections/{slug}",
    operation_id="patchSection",
    summary="Change a section",
    response_model=AnySection,
    openapi_extra=needs("issues:write", with_publish=True)
    | writes(
        takes="SectionPatch", media_types=(MERGE_PATCH, JSON), is_guarded=True, headers=("ETag",)
    ),
)
async def patch_section(
    request: Request, caller: Caller, ref: RefPath, slug: SectionPath, publish: Publish = False
) -> Response:
    """Change one section of the head revision by a JSON Merge Patch; responds with the section."""
    write = await Write.begin(request, caller, media_types=(MERGE_PATCH, JSON))

    return await write.change(
        ref,
        partial(commands.patch_section, slug=slug, payload=write.payload, publish=publish),
        prints=publish,
    )


@router.delete(
    "/{ref}",
    operation_id="deleteIssue",
    summary="Delete a draft",
    status_code=204,
    openapi_extra=needs("issues:write")
    | writes(is_guarded=True, refuses=("was_published", "in_print")),
)
async def delete_issue(request: Request, caller: Caller, ref: RefPath) -> Response:
    """Delete a draft that was never published."""
    write = await Write.begin(request, caller, has_body=False)

    def act(tx: Transaction) -> WriteAnswer:
        commands.delete(tx, parse_ref(ref), guard=write.guard, base_url=write.base_url)
        return WriteAnswer(status=204, body=b"")

    return await write.run(act)
