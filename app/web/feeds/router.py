"""The feeds: issues, sections of a kind, and movers; each in three formats, page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.blocks.registry import KINDS, block_of
from app.content.paper_identity import feed_id
from app.content.publication import PUBLICATION
from app.content.queries.corrections import list_corrections
from app.content.queries.paging import Page, Part
from app.content.queries.printed import list_issues_in_print, list_sections_in_print
from app.content.queries.trending import read_board
from app.content.trends.boards import Asked
from app.errors import NotFound, quoted
from app.models.surrogate_key import FEEDS
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute
from app.web.feeds.entries import (
    Entry,
    Feed,
    entry_of_correction,
    entry_of_issue,
    entry_of_mover,
    entry_of_section,
)
from app.web.feeds.formats import FORMATS, Format
from app.web.http.headers import DATA_POLICY
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.responses import answer
from app.web.state import app_state, reader_of

router = APIRouter(prefix="/feeds", route_class=AdmittedRoute, include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=1000)]
PAGE_SIZE = 20
MOVERS = 50
_EPOCH = datetime(PUBLICATION.established, 1, 1, tzinfo=UTC)


@router.get("/issues.{form}")
async def read_issues(request: Request, form: str, cursor: Cursor = None) -> Response:
    """Every issue with all that is in it, newest first."""
    chosen = _format(form)
    viewer = reader_of(request)
    found = await list_issues_in_print(
        app_state(request).database.reader, viewer=viewer, part=Part(PAGE_SIZE, after=cursor)
    )

    cover = _Cover("/", None, PUBLICATION.tagline, entry_of_issue)
    return await _answer(request, chosen, cover, found, Freshness.of_print(found))


@router.get("/sections/{kind}.{form}")
async def read_sections(request: Request, kind: str, form: str, cursor: Cursor = None) -> Response:
    """The sections of one kind, of all issues."""
    chosen = _format(form)
    if kind not in KINDS:
        raise NotFound("not_found", f"There is no kind of section {quoted(kind)}.")
    viewer = reader_of(request)
    found = await list_sections_in_print(
        app_state(request).database.reader, kind, viewer=viewer, part=Part(PAGE_SIZE, after=cursor)
    )
    heading = block_of(kind).headings[kind]

    said = f"{heading}, as it stood in the paper."
    cover = _Cover("/issues", heading, said, entry_of_section)
    return await _answer(request, chosen, cover, found, Freshness.of_print(found))


@router.get("/corrections.{form}")
async def read_corrections(request: Request, form: str, cursor: Cursor = None) -> Response:
    """The corrections of all issues in print, newest first."""
    chosen = _format(form)
    viewer = reader_of(request)
    found = await list_corrections(
        app_state(request).database.reader, viewer=viewer, part=Part(PAGE_SIZE, after=cursor)
    )

    said = "What was corrected after it was printed."
    cover = _Cover("/issues", "Corrections", said, entry_of_correction)
    return await _answer(request, chosen, cover, found, Freshness.of_print(found))


@router.get("/movers.{form}")
async def read_movers(request: Request, form: str, cursor: Cursor = None) -> Response:
    """What gained most in a week, as the newest snapshots have it."""
    chosen = _format(form)
    viewer = reader_of(request)
    shown = await read_board(
        app_state(request).database.reader,
        Asked("up", "week"),
        now=viewer.now,
        part=Part(MOVERS, after=cursor),
    )

    said = "What gained most in a week, counted from our own snapshots."
    cover = _Cover("/trending", "Biggest Movers", said, entry_of_mover)
    fresh = Freshness(
        shown.page.last_modified, stale_at=shown.page.next_change_at, depends_on=ON_TRENDS
    )
    return await _answer(request, chosen, cover, shown.page, fresh)


def _format(form: str) -> Format:
    chosen = FORMATS.get(form)
    if chosen is None:
        raise NotFound("not_found", f"Feeds are available as {', '.join(FORMATS)}.")
    return chosen


@dataclass(frozen=True, slots=True)
class _Cover:
    """What a feed says of itself, and what its entries are."""

    home: str
    """Path of the page that shows the same."""
    heading: str | None
    """`None` for the feed of the whole paper."""
    description: str
    entry_of: Callable[..., Entry]
    """Makes an entry of an item of its list; takes `base_url`."""


def _feed(request: Request, cover: _Cover, found: Page, hub: str | None) -> Feed:
    state, path = app_state(request), request.scope["path"]
    base_url = state.settings.public_url
    address, name = f"{base_url}{path}", path.removeprefix("/feeds/").rpartition(".")[0]
    entries = [cover.entry_of(each, base_url=base_url) for each in found.items]
    return Feed(
        id=feed_id(state.identity, name) if state.identity else address,
        title=f"{PUBLICATION.title}: {cover.heading}" if cover.heading else PUBLICATION.title,
        description=cover.description,
        home=f"{base_url}{cover.home}",
        icon=f"{base_url}/icon.png",
        logo=f"{base_url}/logo.png",
        address=address,
        here=_page_address(address, request.query_params.get("cursor")),
        next=found.next_cursor and _page_address(address, found.next_cursor),
        language=PUBLICATION.language,
        # Of what is shown: a feed that does not change keeps its date.
        updated=max((entry.updated for entry in entries), default=_EPOCH),
        entries=entries,
        hub=hub,
    )


def _page_address(address: str, cursor: str | None) -> str:
    return address if cursor is None else f"{address}?{urlencode({'cursor': cursor})}"


async def _answer(
    request: Request, chosen: Format, cover: _Cover, found: Page, freshness: Freshness
) -> Response:
    """Answer with a feed, made and written in a thread: it may be megabytes long.

    The first page names the WebSub hub, in the feed and in `Link` (WebSub, section 4).
    """
    settings = app_state(request).settings
    hub = None if "cursor" in request.query_params else settings.websub_hub
    written = await off_the_loop(lambda: chosen.write(_feed(request, cover, found, hub)))
    headers = dict(DATA_POLICY)
    if hub is not None:
        address = f"{settings.public_url}{request.scope['path']}"
        headers["Link"] = f'<{hub}>; rel="hub", <{address}>; rel="self"'
    return answer(
        request,
        written,
        media_type=chosen.media_type,
        freshness=freshness.marked(FEEDS),
        headers=headers,
    )
