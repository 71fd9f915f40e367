"""Writing issues: create, validate, replace, patch, delete."""

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
from app.content.shapes import IssueDocument
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints import links
from app.web.endpoints.operation import writes
from app.web.endpoints.read import JSON
from app.web.endpoints.write import MERGE_PATCH, Write, created, refuse_existing, saved
from app.web.http.negotiation import combined
from app.web.rest.parameters import Publish, RefPath, SectionPath
from app.web.rest.shapes import Verdict

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues", tags=["Writing"])

TAKEN = ("number_taken", "date_taken", "slug_taken")
CHANGE = ("identity_in_print", "read_only", *TAKEN)
"""What a change of a whole issue may be refused for, beside what every guarded write may."""


@router.post(
    "",
    operation_id="createIssue",
    summary="Create an issue",
    status_code=201,
    response_model=IssueDocument,
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
    """Make a new issue: a draft, or with `publish` in print at once."""
    write = await Write.begin(request, caller, once=True)

    def act(tx: Transaction) -> WriteAnswer:
        shown = commands.create(tx, payload=write.payload, publish=publish, base_url=write.base_url)
        return created(shown, base_url=write.base_url)

    return await write.run(act)


@router.post(
    "/validate",
    operation_id="validateIssue",
    summary="Check an issue without saving it",
    response_model=Verdict,
    openapi_extra=needs("issues:write") | writes(takes=IssueCreate),
)
async def validate_issue(request: Request, caller: Caller) -> Response:
    """Say what is wrong with a document, and what could be better; nothing is saved."""
    write = await Write.begin(request, caller)

    def act(tx: Transaction) -> WriteAnswer:
        judged = commands.validate_only(tx, payload=write.payload)
        return WriteAnswer(status=200, body=orjson.dumps(judged))

    return await write.judge(act)


@router.put(
    "/{ref}",
    operation_id="replaceIssue",
    summary="Replace an issue",
    response_model=IssueDocument,
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
    """Replace the head; with a date or number and `If-None-Match: *`, create the issue there."""
    write = await Write.begin(request, caller)
    only_create = (combined(request.headers, "if-none-match") or "").strip() == "*"

    def act(tx: Transaction) -> WriteAnswer:
        if only_create:
            shown = commands.create_at(
                tx,
                parse_ref(ref),
                payload=write.payload,
                refuse=refuse_existing,
                publish=publish,
                base_url=write.base_url,
            )
            return created(shown, base_url=write.base_url)
        shown = commands.replace(
            tx,
            parse_ref(ref),
            payload=write.payload,
            guard=write.guard,
            publish=publish,
            base_url=write.base_url,
        )
        return saved(shown)

    return await write.run(act)


@router.patch(
    "/{ref}",
    operation_id="patchIssue",
    summary="Change an issue",
    response_model=IssueDocument,
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
    """Change the head by a JSON Merge Patch; null asks for a default again."""
    write = await Write.begin(request, caller, media_types=(MERGE_PATCH, JSON))

    def act(tx: Transaction) -> WriteAnswer:
        shown = commands.patch(
            tx,
            parse_ref(ref),
            payload=write.payload,
            guard=write.guard,
            publish=publish,
            base_url=write.base_url,
        )
        return saved(shown)

    return await write.run(act)


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
    """Change one section of the head by a JSON Merge Patch; answers with the section."""
    write = await Write.begin(request, caller, media_types=(MERGE_PATCH, JSON))

    def act(tx: Transaction) -> WriteAnswer:
        shown = commands.patch_section(
            tx,
            parse_ref(ref),
            slug,
            payload=write.payload,
            guard=write.guard,
            publish=publish,
            base_url=write.base_url,
        )
        return saved(shown)

    return await write.run(act)


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
