"""Read issues: the list, one issue as JSON or Markdown, one section."""

from dataclasses import replace
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import PUBLIC
from app.content.blocks.registry import AnySection
from app.content.issue_markdown import issue_markdown
from app.content.issue_view import ISSUE_FIELDS, SUMMARY_FIELDS
from app.content.queries import issues as queries
from app.content.queries.issues import IssueFilter, Viewer
from app.content.queries.paging import DEFAULT_LIMIT, Part
from app.content.ref import parse_ref
from app.content.shapes import IssueDocument
from app.models.surrogate_key import issue_keys
from app.web.admission.gate import ACTIONS
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import key_is_optional
from app.web.caching.fast_path import FastPath, ReadFastPath
from app.web.endpoints.operation import MarkdownResponse, reads
from app.web.endpoints.read import (
    days_in_order,
    fields_of,
    issue_response,
    media_type_for,
    page_response,
    viewer_for,
)
from app.web.http.alternates import JSON, MARKDOWN, alternates
from app.web.http.representation import Freshness, Representation
from app.web.responses import public_lifetime
from app.web.rest.list_fast_path import ListFastPath
from app.web.rest.parameters import (
    Cursor,
    FromDay,
    IssueFields,
    Limit,
    RefPath,
    SectionPath,
    Status,
    SummaryFields,
    ToDay,
    ViewParameter,
)
from app.web.rest.shapes import IssuePage
from app.web.state import AppState, app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/issues", tags=["Issues"])


@router.get(
    "",
    operation_id="listIssues",
    summary="List issues",
    response_model=IssuePage,
    openapi_extra=key_is_optional(with_status=("draft", "scheduled", "all"))
    | reads(refuses=("unauthenticated", "missing_scope")),
)
async def list_issues(
    request: Request,
    caller: Caller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    from_: FromDay = None,
    to: ToDay = None,
    fields: SummaryFields = None,
    status: Status = "published",
    view: ViewParameter = None,
) -> Response:
    """List issues, newest date first, without their sections.

    `fields=number,title` (names of members, comma list) narrows each issue to those members. The
    schema describes whole issues, so do not send it with a client that requires every member.
    """
    names = fields_of(fields, SUMMARY_FIELDS)
    days_in_order(from_, to)
    page = await queries.list_issues(
        app_state(request).database.reader,
        viewer=viewer_for(request, caller, view),
        where=IssueFilter(status=status, first_day=from_, last_day=to),
        part=Part(limit, after=cursor),
        fields=names,
    )
    return page_response(request, page)


@router.get(
    "/{ref}.md",
    operation_id="readIssueAsMarkdown",
    summary="Read an issue as Markdown",
    response_class=MarkdownResponse,
    openapi_extra=key_is_optional() | reads(),
)
async def read_issue_markdown(
    request: Request, caller: Caller, ref: RefPath, view: ViewParameter = None
) -> Response:
    """Read one issue as Markdown."""
    return await _markdown(request, caller, ref, view, is_negotiated=False)


@router.get(
    "/{ref}",
    operation_id="readIssue",
    summary="Read an issue",
    response_model=IssueDocument,
    openapi_extra=key_is_optional() | reads(is_negotiated=True),
)
async def read_issue(
    request: Request,
    caller: Caller,
    ref: RefPath,
    fields: IssueFields = None,
    view: ViewParameter = None,
) -> Response:
    """Read one issue as JSON, or as Markdown with `Accept: text/markdown`.

    `fields=number,title` (names of members, comma list) narrows the issue to those members. The
    schema describes whole issues, so do not send it with a client that requires every member.
    """
    names = fields_of(fields, ISSUE_FIELDS)
    if media_type_for(request, (JSON, MARKDOWN)) == MARKDOWN:
        return await _markdown(request, caller, ref, view, is_negotiated=True)
    shown = await queries.get_issue(
        app_state(request).database.reader,
        parse_ref(ref),
        viewer=viewer_for(request, caller, view),
        fields=names,
    )
    return issue_response(request, shown, vary_accept=True, ref=ref, is_whole=True)


@router.get(
    "/{ref}/sections/{slug}",
    operation_id="readSection",
    summary="Read a section of an issue",
    response_model=AnySection,
    openapi_extra=key_is_optional() | reads(),
)
async def read_section(
    request: Request,
    caller: Caller,
    ref: RefPath,
    slug: SectionPath,
    view: ViewParameter = None,
) -> Response:
    """Read one section of an issue."""
    shown = await queries.get_section(
        app_state(request).database.reader,
        parse_ref(ref),
        slug,
        viewer=viewer_for(request, caller, view),
    )
    return issue_response(request, shown, ref=ref)


async def _markdown(
    request: Request, caller: Caller, ref: str, view: str | None, *, is_negotiated: bool
) -> Response:
    viewer = viewer_for(request, caller, view)
    reader = app_state(request).database.reader
    document, shown = await queries.get_issue_document(reader, parse_ref(ref), viewer=viewer)
    return issue_response(
        request,
        replace(shown, body=issue_markdown(document).encode()),
        media_type=MARKDOWN,
        vary_accept=is_negotiated,
        # Many caches ignore Vary and would send Markdown to a client that asks for JSON.
        is_private=is_negotiated,
        ref=ref,
        is_whole=True,
    )


async def _represent_issue(state: AppState, ref: str) -> Representation:
    """Read one issue as it is published. Raises `NotFound`, `DatabaseAway`."""
    settings = state.settings
    viewer = Viewer(principal=PUBLIC, now=state.clock(), base_url=settings.public_url)
    shown = await queries.get_issue(state.database.reader, parse_ref(ref), viewer=viewer)
    return Representation(
        shown.body,
        media_type=JSON,
        stem=shown.stem,
        freshness=Freshness.of_print(shown, *issue_keys(shown.number, ref)),
        lifetime=public_lifetime(settings),
        vary_accept=True,
        headers={"Link": alternates(settings.public_url, shown.number, but=JSON)},
    )


def issue_fast_paths(state: AppState) -> list[ReadFastPath]:
    """The plainest `GET /v1/issues/{ref}`, and the list."""
    one = FastPath(
        start=b"/v1/issues",
        route="/v1/issues/{ref}",
        offered=(JSON, MARKDOWN),
        media_type=JSON,
        represent=partial(_represent_issue, state),
        other_names=ACTIONS,
    )
    return [one, ListFastPath(state, router, list_issues)]
