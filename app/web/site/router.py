"""The pages: the paper of today, the archive, search, tools and reading."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.issue_markdown import issue_markdown
from app.content.queries.catalogue import READING, TOOLS, Shelf, list_printed
from app.content.queries.freshness import read_freshness
from app.content.queries.issues import IssueFilter, get_issue_document, list_issues
from app.content.queries.search import HitPage, search
from app.content.queries.search_matches import SearchFilter, Sort
from app.content.ref import LATEST, parse_ref
from app.content.search.entries import HitType
from app.content.search.index import index_of
from app.content.search.question import MAX_CHARACTERS
from app.errors import BadRequest, NotFound
from app.models.surrogate_key import LATEST as LATEST_KEY, SEARCH
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute
from app.web.http.alternates import HTML, MARKDOWN, alternates
from app.web.http.headers import DATA_POLICY
from app.web.http.negotiation import Offer, best_media_type, combined
from app.web.http.representation import ON_PAPER, STATIC, Freshness
from app.web.responses import answer
from app.web.site.issue_page import issue_page
from app.web.site.links import address, newer_page, older_page, read_page
from app.web.site.page import file, page, rendered
from app.web.state import app_state, reader_of, request_state

router = APIRouter(route_class=AdmittedRoute, include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=1000)]
FORMS = Offer((HTML, MARKDOWN), when_named=MARKDOWN, otherwise=HTML)
"""Forms of the page of an issue. Browsers never ask for Markdown; others get HTML, never 406."""
HIT_TYPES: tuple[tuple[HitType | Literal[""], str], ...] = (
    ("", "Everything"),
    ("issue", "Issues"),
    ("section", "Stories and sections"),
    ("tool", "Tools"),
    ("entry", "Trending entries"),
    ("reading", "Reading"),
)
"""What can be searched, as the form offers it; a form sends its empty choice as an empty value."""


@router.get("/")
async def read_front_page(request: Request) -> Response:
    """The latest issue; before the first one, the masthead."""
    reader = app_state(request).database.reader
    try:
        document, shown = await get_issue_document(
            reader, parse_ref(LATEST), viewer=reader_of(request)
        )
    except NotFound:
        paper = "No issue is in print yet."
        body = await off_the_loop(
            rendered, request, "nothing.html", path="/", title=None, description=paper
        )
        now = app_state(request).clock()
        last_modified, next_change_at = await read_freshness(reader, now=now)
        fresh = Freshness(last_modified, next_change_at, depends_on=ON_PAPER, keys=(LATEST_KEY,))
        return page(request, body, fresh)
    made = await issue_page(request, document, path="/", is_front=True)
    return page(request, made.body, made.freshness(shown, LATEST))


@router.get("/issues")
async def read_archive(request: Request, cursor: Cursor = None, before: Cursor = None) -> Response:
    """Every issue, newest first."""
    reader, viewer = app_state(request).database.reader, reader_of(request)
    found = await read_page(
        lambda part: list_issues(reader, viewer=viewer, where=IssueFilter(), part=part),
        cursor=cursor,
        before=before,
    )
    body = await off_the_loop(
        rendered,
        request,
        "archive.html",
        path=address("/issues", cursor=cursor, before=before),
        title="Archive",
        description="Every issue of the paper, newest first.",
        issues=found.items,
        total=found.total,
        newer=newer_page("/issues", found),
        older=older_page("/issues", found),
    )
    return page(request, body, Freshness.of_print(found))


@router.get("/issues/{ref}")
async def read_issue_page(request: Request, ref: str) -> Response:
    """One issue, by number, date or slug; as Markdown for those who prefer that."""
    request_state(request).offered = FORMS
    wanted = best_media_type(combined(request.headers, "accept"), FORMS)
    document, shown = await get_issue_document(
        app_state(request).database.reader, parse_ref(ref), viewer=reader_of(request)
    )
    base_url = app_state(request).settings.public_url
    if wanted == MARKDOWN:
        return answer(
            request,
            (await off_the_loop(issue_markdown, document)).encode(),
            media_type=f"{MARKDOWN}; charset=utf-8",
            freshness=Freshness.of_print(shown),
            vary_accept=True,
            # Many caches ignore Vary and would send Markdown to a browser.
            is_private=True,
            headers={**DATA_POLICY, "Link": alternates(base_url, shown.number, but=MARKDOWN)},
        )
    made = await issue_page(request, document, path=f"/issues/{document['number']}")
    link = alternates(base_url, shown.number, but=HTML)
    return page(request, made.body, made.freshness(shown, ref), link=link)


@router.get("/search")
async def read_search(
    request: Request,
    q: Annotated[str | None, Query(max_length=MAX_CHARACTERS)] = None,
    type_: Annotated[HitType | Literal[""] | None, Query(alias="type")] = None,
    sort: Sort = "relevance",
    cursor: Cursor = None,
    before: Cursor = None,
) -> Response:
    """Full text over all that is in print."""
    wanted = (q or "").strip()
    # Pages search while readers type, when the last word is not complete yet.
    where = SearchFilter(
        wanted,
        type=type_ or None,
        sort=sort,
        is_unfinished=True,
        group="subject" if sort == "relevance" else None,
    )
    found, refusal = await _hits(request, where, cursor=cursor, before=before)
    asked = {
        "q": wanted or None,
        "type": type_ or None,
        "sort": sort if sort != "relevance" else None,
    }
    body = await off_the_loop(
        rendered,
        request,
        "search.html",
        path=address("/search", **asked),
        title=f"Search: {wanted}" if wanted else "Search",
        description="Search the issues in print, their stories, tools and entries.",
        q=wanted,
        type=type_ or "",
        types=HIT_TYPES,
        sort=sort,
        refusal=refusal,
        hits=found.items if found else [],
        total=found.total if found else None,
        suggestion=found.suggestion if found else None,
        better=address("/search", **{**asked, "q": found.suggestion if found else None}),
        newer=newer_page("/search", found, **asked) if found else None,
        older=older_page("/search", found, **asked) if found else None,
    )
    fresh = Freshness.of_print(found).marked(SEARCH) if found else STATIC
    return page(request, body, fresh)


async def _hits(
    request: Request, where: SearchFilter, *, cursor: str | None, before: str | None
) -> tuple[HitPage | None, str | None]:
    """Search, unless there are no words yet; also return why these words cannot be searched."""
    if not where.text:
        return None, None
    database, viewer = app_state(request).database, reader_of(request)
    index = index_of(database.url.get_backend_name())
    try:
        found = await read_page(
            lambda part: search(
                database.reader, index, viewer=viewer, where=where, part=part, suggests=True
            ),
            cursor=cursor,
            before=before,
        )
    except BadRequest as error:
        # Other faults are problems.
        if [fault.parameter for fault in error.faults] != ["q"]:
            raise
        return None, error.faults[0].detail
    return found, None


@router.get("/tools")
async def read_tools(
    request: Request,
    category: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    before: Cursor = None,
) -> Response:
    """The tools of all issues."""
    where = {"category": category} if category else {}
    return await _shelf(request, TOOLS, "tools", where=where, cursor=cursor, before=before)


@router.get("/reading")
async def read_reading(request: Request, cursor: Cursor = None, before: Cursor = None) -> Response:
    """The reading of all issues."""
    return await _shelf(request, READING, "reading", where={}, cursor=cursor, before=before)


@router.get("/assets/{version}/{name}")
async def read_file(request: Request, version: str, name: str) -> Response:
    """A file that pages are made of."""
    return file(request, version, name)


@router.get("/favicon.ico")
async def read_icon(request: Request) -> Response:
    """The icon, where browsers look for it beside feeds and other files without a head."""
    return file(request, None, "icon.svg")


@router.get("/icon.png")
async def read_png_icon(request: Request) -> Response:
    """The icon as PNG, 512 pixels square, at an address that stays: feeds name it."""
    return file(request, None, "icon.png")


@router.get("/logo.png")
async def read_logo(request: Request) -> Response:
    """The nameplate as PNG, 1,200 by 630 pixels, at an address that stays."""
    return file(request, None, "card.png")


async def _shelf(
    request: Request,
    shelf: Shelf,
    name: str,
    *,
    where: dict[str, str],
    cursor: str | None,
    before: str | None,
) -> Response:
    reader, viewer = app_state(request).database.reader, reader_of(request)
    found = await read_page(
        lambda part: list_printed(reader, shelf, viewer=viewer, where=where, part=part),
        cursor=cursor,
        before=before,
    )
    titles = {"tools": "Tools of the Week", "reading": "Weekend Reading"}
    body = await off_the_loop(
        rendered,
        request,
        f"{name}.html",
        path=address(f"/{name}", **where, cursor=cursor, before=before),
        title=titles[name],
        description=f"{titles[name]}: everything that stood in the paper, newest first.",
        items=found.items,
        total=found.total,
        category=where.get("category"),
        newer=newer_page(f"/{name}", found, **where),
        older=older_page(f"/{name}", found, **where),
    )
    return page(request, body, Freshness.of_print(found))
