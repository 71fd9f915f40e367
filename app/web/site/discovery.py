"""What machines look for: the sitemap, robots.txt, llms.txt, security.txt."""

from datetime import timedelta
from xml.etree import ElementTree as Xml

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.config import Settings
from app.content.markdown import link
from app.content.publication import PUBLICATION
from app.content.queries.issues import IssueFilter, list_issues
from app.content.queries.paging import Page, Part
from app.content.queries.sitemap import MAX_ADDRESSES, issues_in_print
from app.models.source import SOURCES
from app.models.values import format_instant
from app.web.conditional import answer
from app.web.gate import gate
from app.web.representation import Freshness
from app.web.site.page import reader_of

router = APIRouter(dependencies=[Depends(gate)], include_in_schema=False)

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PLAIN = "text/plain; charset=utf-8"
_LATEST = 20
_VALID_FOR = timedelta(days=180)
"""Of security.txt, which must say when it is out of date (RFC 9116, 2.5.5)."""


@router.get("/sitemap.xml")
async def read_sitemap(request: Request) -> Response:
    """Every page of an issue, and those of the lists; the newest 50,000."""
    viewer = reader_of(request)
    found = await issues_in_print(request.app.state.database.reader, now=viewer.now)
    root = Xml.Element("urlset", {"xmlns": _SITEMAP})
    boards = [f"/trending/{source.name}/{kind}" for source in SOURCES for kind in source.kinds]
    lists = ["/", "/issues", "/trending", *boards, "/tools", "/reading"]
    for path in lists:
        Xml.SubElement(Xml.SubElement(root, "url"), "loc").text = f"{viewer.base_url}{path}"
    for issue in found.issues[: MAX_ADDRESSES - len(lists)]:
        element = Xml.SubElement(root, "url")
        Xml.SubElement(element, "loc").text = f"{viewer.base_url}/issues/{issue.number}"
        Xml.SubElement(element, "lastmod").text = format_instant(issue.changed_at)
    body: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    freshness = Freshness(found.last_modified, found.next_change_at)
    return answer(request, body, media_type="application/xml", freshness=freshness)


@router.get("/robots.txt")
async def read_robots(request: Request) -> Response:
    """Everybody may read everything but previews."""
    settings: Settings = request.app.state.settings
    lines = ["User-agent: *", "Disallow: /preview/", f"Sitemap: {settings.public_url}/sitemap.xml"]
    return _plain(request, lines, Freshness())


@router.get("/llms.txt")
async def read_llms(request: Request) -> Response:
    """What a model should read first: what this is, the newest issues, the API."""
    viewer = reader_of(request)
    found: Page = await list_issues(
        request.app.state.database.reader,
        viewer=viewer,
        where=IssueFilter(),
        part=Part(_LATEST),
    )
    base = viewer.base_url
    issues = [item for item in found.items if isinstance(item, dict)]
    lines = [
        f"# {PUBLICATION.title}",
        "",
        f"> {PUBLICATION.tagline}. {PUBLICATION.motto}",
        "",
        "Every issue can be read as Markdown, as JSON and as a page. Numbers on models and "
        "repositories come from our own snapshots and name their source and time.",
        "",
        "## Newest issues",
        "",
        *(
            f"- {link(issue['title'] or 'Untitled', issue['links']['markdown'])}: "
            f"No. {issue['number']} of {issue['date']}"
            for issue in issues
        ),
        "",
        "## The API",
        "",
        f"- [REST, as OpenAPI 3.1]({base}/openapi.json)",
        f"- [GraphQL schema]({base}/graphql/schema.graphql)",
        f"- [What is trending]({base}/v1/trending/boards)",
        f"- [Search]({base}/v1/search?q=agents)",
        f"- [All issues as a feed]({base}/feeds/issues.json)",
    ]
    return _plain(request, lines, Freshness(found.last_modified, found.next_change_at))


@router.get("/.well-known/security.txt")
async def read_security(request: Request) -> Response:
    """Whom to tell of a hole (RFC 9116)."""
    settings: Settings = request.app.state.settings
    # The first of a month, so that the text and its ETag stay for that long.
    now = request.app.state.clock().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.security_contact or f'{settings.public_url}/'}",
        f"Expires: {format_instant(now + _VALID_FOR)}",
        "Preferred-Languages: en",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
    ]
    return _plain(request, lines, Freshness())


def _plain(request: Request, lines: list[str], freshness: Freshness) -> Response:
    body = ("\n".join(lines) + "\n").encode()
    return answer(request, body, media_type=_PLAIN, freshness=freshness)
