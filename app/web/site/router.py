"""The pages: the paper of today, the archive, search, what moves, tools and reading."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.content.boards import Asked
from app.content.queries.catalogue import READING, TOOLS, Shelf, list_printed
from app.content.queries.freshness import read_freshness
from app.content.queries.issues import IssueFilter, get_issue_document, list_issues
from app.content.queries.paging import Page, Part
from app.content.queries.search import SearchFilter, Sort, search
from app.content.queries.series import read_series
from app.content.queries.subjects import MovedTo, find_subject
from app.content.queries.trending import BoardPage, read_board, read_boards
from app.content.ref import LATEST, parse_ref
from app.content.search.entries import HitType
from app.content.search.index import index_of
from app.content.search.question import MAX_CHARACTERS
from app.errors import BadRequest, NotFound
from app.models.board import BoardList
from app.models.source import KIND_LABELS, source_named
from app.models.values import EntryKind, SourceName, Window
from app.web.gate import gate
from app.web.representation import Freshness
from app.web.site import charts
from app.web.site.environment import is_titled
from app.web.site.issue_page import issue_page
from app.web.site.page import file, page, reader_of, rendered
from app.web.site.sides import place_of

router = APIRouter(dependencies=[Depends(gate)], include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=1000)]
PAGE_SIZE = 20
HIT_TYPES: tuple[tuple[HitType | Literal[""], str], ...] = (
    ("", "Everything"),
    ("issue", "Issues"),
    ("section", "Stories and sections"),
    ("tool", "Tools"),
    ("entry", "Trending entries"),
    ("reading", "Reading"),
)
"""What can be searched, as the form offers it; a form sends its empty choice as an empty value."""
BOARD_SIZE = 50
SHORT_BOARD = 5
SHORT_MOVERS = 12
_LISTS: tuple[BoardList, ...] = ("trending", "up", "down")


@router.get("/")
async def read_front_page(request: Request) -> Response:
    """The latest issue; before the first one, the masthead."""
    reader = request.app.state.database.reader
    try:
        document, shown = await get_issue_document(
            reader, parse_ref(LATEST), viewer=reader_of(request)
        )
    except NotFound:
        paper = "No issue is in print yet."
        body = rendered(request, "nothing.html", path="/", title=None, description=paper)
        fresh = await read_freshness(reader, now=request.app.state.clock())
        return page(request, body, Freshness(*fresh))
    made = await issue_page(request, document, path="/", is_front=True)
    return page(request, made.body, made.freshness(shown))


@router.get("/issues")
async def read_archive(request: Request, cursor: Cursor = None) -> Response:
    """Every issue, newest first."""
    found = await list_issues(
        request.app.state.database.reader,
        viewer=reader_of(request),
        where=IssueFilter(),
        part=Part(PAGE_SIZE, after=cursor),
    )
    body = rendered(
        request,
        "archive.html",
        path=_address("/issues", cursor=cursor),
        title="Archive",
        description="Every issue of the paper, newest first.",
        issues=found.items,
        total=found.total,
        next_page=_next("/issues", found),
    )
    return page(request, body, _freshness(found))


@router.get("/issues/{ref}")
async def read_issue_page(request: Request, ref: str) -> Response:
    """One issue, by number, date or slug."""
    document, shown = await get_issue_document(
        request.app.state.database.reader, parse_ref(ref), viewer=reader_of(request)
    )
    made = await issue_page(request, document, path=f"/issues/{document['number']}")
    return page(request, made.body, made.freshness(shown))


@router.get("/search")
async def read_search(
    request: Request,
    q: Annotated[str | None, Query(max_length=MAX_CHARACTERS)] = None,
    type_: Annotated[HitType | Literal[""] | None, Query(alias="type")] = None,
    sort: Sort = "relevance",
    cursor: Cursor = None,
) -> Response:
    """Full text over all that is in print."""
    wanted = (q or "").strip()
    found: Page | None = None
    refusal: str | None = None
    if wanted:
        database = request.app.state.database
        try:
            found = await search(
                database.reader,
                index_of(database.url.get_backend_name()),
                viewer=reader_of(request),
                where=SearchFilter(wanted, type=type_ or None, sort=sort),
                part=Part(PAGE_SIZE, after=cursor),
            )
        except BadRequest as error:
            # Words that cannot be looked for are no fault of whoever is typing them.
            if [fault.parameter for fault in error.faults] != ["q"]:
                raise
            refusal = error.faults[0].detail
    asked = {
        "q": wanted or None,
        "type": type_ or None,
        "sort": sort if sort != "relevance" else None,
    }
    body = rendered(
        request,
        "search.html",
        path=_address("/search", **asked),
        title=f"Search: {wanted}" if wanted else "Search",
        description="Search the issues in print, their stories, tools and entries.",
        q=wanted,
        type=type_ or "",
        types=HIT_TYPES,
        sort=sort,
        refusal=refusal,
        hits=found.items if found else [],
        total=found.total if found else None,
        next_page=_next("/search", found, **asked) if found else None,
    )
    return page(request, body, _freshness(found) if found else Freshness())


@router.get("/trending")
async def read_trending_page(request: Request, window: Window = "week") -> Response:
    """Every board in short, and the biggest movers."""
    reader, now = request.app.state.database.reader, request.app.state.clock()
    boards, changed, ends = await read_boards(reader, window, now=now, limit=SHORT_BOARD)
    movers = {
        direction: await read_board(
            reader, Asked(direction, window), now=now, part=Part(SHORT_MOVERS)
        )
        for direction in ("up", "down")
    }
    body = rendered(
        request,
        "trending.html",
        path=_address("/trending", window=None if window == "week" else window),
        title="Trending",
        description="What rises among models, datasets, spaces, papers and repositories.",
        window=window,
        boards_shown=sorted(boards, key=lambda shown: place_of(shown["board"])),
        movers=movers,
        series=await read_series(
            reader,
            [entry for shown in boards for entry in shown["entries"]]
            + [entry for each in movers.values() for entry in each.page.items],
        ),
        largest=_largest(movers.values()),
    )
    return page(request, body, Freshness(changed, ends))


@router.get("/trending/{source}/{kind}")
async def read_board_page(
    request: Request,
    source: Annotated[str, Path()],
    kind: Annotated[str, Path()],
    window: Window = "week",
    cursor: Cursor = None,
) -> Response:
    """One board, and who gained and lost most; further pages of it have the board alone."""
    known_source, known_kind = _board_of(source, kind)
    reader, now = request.app.state.database.reader, request.app.state.clock()
    lists = {
        name: await read_board(
            reader,
            Asked(name, window, known_source, known_kind),
            now=now,
            part=Part(BOARD_SIZE, after=cursor),
        )
        for name in (_LISTS if cursor is None else _LISTS[:1])
    }
    asked = {"window": None if window == "week" else window}
    here, shown = f"/trending/{source}/{kind}", lists["trending"].page
    label = f"{source_named(known_source).label} {KIND_LABELS[known_kind]}"
    body = rendered(
        request,
        "board.html",
        path=_address(here, **asked, cursor=cursor),
        title=f"Trending {label}",
        description=f"What rises among {label}, counted from our own snapshots.",
        label=label,
        source=known_source,
        kind=known_kind,
        window=window,
        lists=lists,
        next_page=_next(here, shown, **asked),
        series=await read_series(
            reader, [entry for each in lists.values() for entry in each.page.items]
        ),
        largest=_largest(each for name, each in lists.items() if name != "trending"),
    )
    return page(request, body, Freshness(shown.last_modified, shown.next_change_at))


@router.get("/trending/{source}/{kind}/{external_id:path}")
async def read_subject_page(request: Request, source: str, kind: str, external_id: str) -> Response:
    """One model, dataset, space, paper or repository, with its history."""
    known_source, known_kind = _board_of(source, kind)
    viewer = reader_of(request)
    found = await find_subject(
        request.app.state.database.reader,
        known_source,
        known_kind,
        external_id[:200],
        now=viewer.now,
        base_url=viewer.base_url,
    )
    if isinstance(found, MovedTo):
        there = f"/trending/{source}/{kind}/{quote(found.external_id, safe='/')}"
        return RedirectResponse(f"{viewer.base_url}{there}", status_code=308)
    subject: dict[str, Any] = found.document
    counter = "stars" if known_kind == "repository" else "likes"
    seen = [each for each in subject["history"] if each[counter] is not None]
    word = "upvotes" if known_kind == "paper" else counter
    named = subject["name"] if is_titled(subject) else subject["external_id"]
    body = rendered(
        request,
        "subject.html",
        path=f"/trending/{source}/{kind}/{quote(subject['external_id'], safe='/')}",
        title=named,
        description=(subject["summary"] or f"{word.capitalize()} of {named} over time.")[:300],
        subject=subject,
        counter=counter,
        word=word,
        seen=seen,
        chart=charts.history(
            [
                charts.Point(datetime.fromisoformat(each["observed_at"]), each[counter])
                for each in seen
            ],
            title=f"{word.capitalize()} of {named}",
            what=word.capitalize(),
        ),
    )
    return page(request, body, Freshness(found.last_modified, found.next_change_at))


@router.get("/tools")
async def read_tools(
    request: Request,
    category: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
) -> Response:
    """The tools of all issues."""
    return await _shelf(request, TOOLS, "tools", cursor, {"category": category} if category else {})


@router.get("/reading")
async def read_reading(request: Request, cursor: Cursor = None) -> Response:
    """The reading of all issues."""
    return await _shelf(request, READING, "reading", cursor, {})


@router.get("/assets/{version}/{name}")
async def read_file(request: Request, version: str, name: str) -> Response:
    """A file that pages are made of."""
    return file(request, version, name)


@router.get("/favicon.ico")
async def read_icon(request: Request) -> Response:
    """The icon, where browsers look for it beside feeds and other files without a head."""
    return file(request, None, "icon.svg")


async def _shelf(
    request: Request, shelf: Shelf, name: str, cursor: str | None, where: dict[str, str]
) -> Response:
    found = await list_printed(
        request.app.state.database.reader,
        shelf,
        viewer=reader_of(request),
        where=where,
        part=Part(PAGE_SIZE, after=cursor),
    )
    titles = {"tools": "Tools of the Week", "reading": "Weekend Reading"}
    body = rendered(
        request,
        f"{name}.html",
        path=_address(f"/{name}", **where, cursor=cursor),
        title=titles[name],
        description=f"{titles[name]}: everything that stood in the paper, newest first.",
        items=found.items,
        total=found.total,
        category=where.get("category"),
        next_page=_next(f"/{name}", found, **where),
    )
    return page(request, body, _freshness(found))


def _board_of(source: str, kind: str) -> tuple[SourceName, EntryKind]:
    """A source and a kind that it has. Raises `NotFound`."""
    try:
        known = source_named(source)
    except KeyError:
        known = None
    found = next((each for each in known.kinds if each == kind), None) if known else None
    if found is None:
        raise NotFound("not_found", "There is no such board.")
    return source, found


def _largest(lists: Iterable[BoardPage]) -> int:
    """The largest move of some lists: one scale for the bars of gains and losses."""
    items = [item for each in lists for item in each.page.items if isinstance(item, dict)]
    changes = [item.get("change") for item in items]
    return max((abs(change) for change in changes if isinstance(change, int)), default=0)


def _address(path: str, **parameters: str | None) -> str:
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _next(path: str, found: Page, **parameters: str | None) -> str | None:
    if found.next_cursor is None:
        return None
    return _address(path, **parameters, cursor=found.next_cursor)


def _freshness(found: Page) -> Freshness:
    return Freshness(found.last_modified, found.next_change_at)
