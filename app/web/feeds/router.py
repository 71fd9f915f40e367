"""The feeds: issues, sections of a kind, and movers; each in three formats, page by page."""

from datetime import UTC, date as Date, datetime, time
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import PUBLIC
from app.content.blocks.registry import KINDS, block_of
from app.content.boards import Asked
from app.content.issue_markdown import issue_body_markdown
from app.content.markdown import escape, link, to_html
from app.content.publication import PUBLICATION
from app.content.queries.catalogue import SECTIONS, list_printed
from app.content.queries.issues import IssueFilter, Viewer, list_whole_issues
from app.content.queries.paging import Page, Part
from app.content.queries.trending import read_board
from app.errors import NotFound, quoted
from app.web.conditional import answer
from app.web.feeds.entries import Entry, Feed
from app.web.feeds.formats import FORMATS, Format
from app.web.gate import gate
from app.web.representation import Freshness

router = APIRouter(prefix="/feeds", dependencies=[Depends(gate)], include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=1000)]
PAGE_SIZE = 20
MOVERS = 50
_EPOCH = datetime(PUBLICATION.established, 1, 1, tzinfo=UTC)


@router.get("/issues.{form}")
async def read_issues(request: Request, form: str, cursor: Cursor = None) -> Response:
    """Every issue with all that is in it, newest first."""
    chosen = _format(form)
    viewer = _reader(request)
    found = await list_whole_issues(
        request.app.state.database.reader,
        viewer=viewer,
        where=IssueFilter(),
        part=Part(PAGE_SIZE, after=cursor),
    )
    entries = [_issue(document) for document in _members(found)]
    feed = _feed(
        viewer, f"/feeds/issues.{form}", "/", None, PUBLICATION.tagline, found, entries, cursor
    )
    return _answer(request, feed, chosen, found)


@router.get("/sections/{kind}.{form}")
async def read_sections(request: Request, kind: str, form: str, cursor: Cursor = None) -> Response:
    """The sections of one kind, of all issues."""
    chosen = _format(form)
    if kind not in KINDS:
        raise NotFound("not_found", f"There is no kind of section {quoted(kind)}.")
    viewer = _reader(request)
    found = await list_printed(
        request.app.state.database.reader,
        SECTIONS,
        viewer=viewer,
        where={"kind": kind},
        part=Part(PAGE_SIZE, after=cursor),
    )
    heading = block_of(kind).headings[kind]
    entries = [_section(section, viewer.base_url) for section in _members(found)]
    path, said = f"/feeds/sections/{kind}.{form}", f"{heading}, as it stood in the paper."
    feed = _feed(viewer, path, "/issues", heading, said, found, entries, cursor)
    return _answer(request, feed, chosen, found)


@router.get("/movers.{form}")
async def read_movers(request: Request, form: str, cursor: Cursor = None) -> Response:
    """What gained most in a week, as the newest snapshots have it."""
    chosen = _format(form)
    viewer = _reader(request)
    shown = await read_board(
        request.app.state.database.reader,
        Asked("up", "week"),
        now=viewer.now,
        part=Part(MOVERS, after=cursor),
    )
    entries = [_mover(entry, viewer.base_url) for entry in _members(shown.page)]
    said = "What gained most in a week, counted from our own snapshots."
    path = f"/feeds/movers.{form}"
    feed = _feed(viewer, path, "/trending", "Biggest Movers", said, shown.page, entries, cursor)
    return _answer(request, feed, chosen, shown.page)


def _format(form: str) -> Format:
    chosen = FORMATS.get(form)
    if chosen is None:
        raise NotFound("not_found", f"A feed comes as {', '.join(FORMATS)}.")
    return chosen


def _reader(request: Request) -> Viewer:
    state = request.app.state
    return Viewer(principal=PUBLIC, now=state.clock(), base_url=state.settings.public_url)


def _members(found: Page) -> list[dict[str, Any]]:
    return [item for item in found.items if isinstance(item, dict)]


def _issue(document: dict[str, Any]) -> Entry:
    links = document["links"]
    return Entry(
        id=links["html"],
        url=links["html"],
        title=document["title"] or f"Issue {document['number']}",
        published=_instant(document["published_at"]),
        updated=_instant(document["updated_at"]),
        html=to_html(issue_body_markdown(document)),
        summary=document["summary"],
        categories=list(dict.fromkeys(section["kind"] for section in document["sections"])),
    )


def _section(section: dict[str, Any], base_url: str) -> Entry:
    issue = section["issue"]
    block = block_of(section["kind"])
    bare = {name: value for name, value in section.items() if name not in ("issue", "section")}
    read = block.output.model_validate(bare)
    url = f"{base_url}/issues/{issue['number']}#{section['slug']}"
    day = datetime.combine(Date.fromisoformat(str(issue["date"])), time(), tzinfo=UTC)
    return Entry(
        id=url,
        url=url,
        title=section.get("headline") or f"{section['heading']}, {issue['date']}",
        published=day,
        updated=day,
        html=to_html(block.markdown(read)),
        summary=section.get("standfirst"),
        categories=[section["kind"]],
    )


def _mover(entry: dict[str, Any], base_url: str) -> Entry:
    counter = "stars" if entry["kind"] == "repository" else "likes"
    seen = _instant(entry["observed_at"])
    change = f"{entry['change']:+,} {counter} in a {entry['window']}"
    lines = [
        f"**{escape(change)}**, now {entry[counter] or 0:,}.",
        escape(entry["summary"] or ""),
        f"{link(entry['url'], entry['url'])}, seen {escape(entry['observed_at'])}",
    ]
    host = urlsplit(base_url).hostname or "paper.invalid"
    name = f"{entry['source']}/{entry['kind']}/{entry['external_id']}"
    return Entry(
        # Of a day: the same thing may move again.
        id=f"tag:{host},{PUBLICATION.established}:movers/{seen.date()}/{name}",
        url=f"{base_url}/trending/{name}",
        title=f"{entry['external_id']}: {change}",
        published=seen,
        updated=seen,
        html=to_html("\n\n".join(line for line in lines if line)),
        summary=entry["summary"],
        categories=[entry["source"], entry["kind"]],
    )


def _feed(
    viewer: Viewer,
    path: str,
    home: str,
    heading: str | None,
    description: str,
    found: Page,
    entries: list[Entry],
    cursor: str | None,
) -> Feed:
    address = f"{viewer.base_url}{path}"
    following = found.next_cursor
    return Feed(
        title=f"{PUBLICATION.title}: {heading}" if heading else PUBLICATION.title,
        description=description,
        home=f"{viewer.base_url}{home}",
        address=address,
        here=_page_address(address, cursor),
        next=None if following is None else _page_address(address, following),
        language=PUBLICATION.language,
        # Of what is shown: a feed that does not change keeps its date.
        updated=max((entry.updated for entry in entries), default=_EPOCH),
        entries=entries,
    )


def _page_address(address: str, cursor: str | None) -> str:
    return address if cursor is None else f"{address}?{urlencode({'cursor': cursor})}"


def _answer(request: Request, feed: Feed, chosen: Format, found: Page) -> Response:
    return answer(
        request,
        chosen.write(feed),
        media_type=chosen.media_type,
        freshness=Freshness(found.last_modified, found.next_change_at),
    )


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)
