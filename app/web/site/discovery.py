"""What machines look for: the sitemap, robots.txt, llms.txt, security.txt."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as Xml

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.markdown import escape
from app.content.publication import PUBLICATION
from app.content.queries.issues import IssueFilter, list_issues
from app.content.queries.paging import Page, Part
from app.content.queries.sitemap import (
    MAX_ADDRESSES,
    PrintedIssue,
    issues_in_print,
    subjects_seen,
)
from app.models.source import SOURCES
from app.models.values import format_instant
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute
from app.web.http.headers import DATA_POLICY
from app.web.http.representation import STATIC, Freshness
from app.web.responses import answer
from app.web.state import app_state, reader_of

router = APIRouter(route_class=AdmittedRoute, include_in_schema=False)

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PLAIN = "text/plain; charset=utf-8"
_LATEST = 20
_VALID_FOR = timedelta(days=180)
"""Of security.txt, which must say when it is out of date (RFC 9116, 2.5.5)."""


@router.get("/sitemap.xml")
async def read_sitemap(request: Request) -> Response:
    """Every page of an issue or a subject, and those of the lists; the newest 50,000."""
    viewer, reader = reader_of(request), app_state(request).database.reader
    printed = await issues_in_print(reader, now=viewer.now)
    boards = [f"/trending/{source.name}/{kind}" for source in SOURCES for kind in source.kinds]
    trending = ["/trending", "/trending/changes", "/trending/method", *boards]
    lists = ["/", "/issues", *trending, "/tools", "/reading", "/data"]
    room = MAX_ADDRESSES - len(lists)
    issues = printed.issues[:room]
    seen = await subjects_seen(reader, most=room - len(issues))
    # In a thread: 50,000 elements take half a second.
    body = await off_the_loop(_written, viewer.base_url, lists, issues, seen.subjects)
    changes = [moment for moment in (printed.last_modified, seen.last_modified) if moment]
    freshness = Freshness(max(changes, default=None), printed.next_change_at)
    return answer(
        request, body, media_type="application/xml", freshness=freshness, headers=DATA_POLICY
    )


def _written(
    base_url: str,
    lists: Sequence[str],
    issues: Sequence[PrintedIssue],
    subjects: Sequence[Any],
) -> bytes:
    """Write a sitemap."""
    root = Xml.Element("urlset", {"xmlns": _SITEMAP})
    for path in lists:
        _list(root, f"{base_url}{path}")
    for issue in issues:
        _list(root, f"{base_url}/issues/{issue.number}", issue.changed_at)
    for subject in subjects:
        path = quote(f"{subject.source}/{subject.kind}/{subject.external_id}", safe="/")
        _list(root, f"{base_url}/trending/{path}", subject.observed_at)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _list(root: Xml.Element, address: str, changed_at: datetime | None = None) -> None:
    element = Xml.SubElement(root, "url")
    Xml.SubElement(element, "loc").text = address
    if changed_at is not None:
        Xml.SubElement(element, "lastmod").text = format_instant(changed_at)


@router.get("/robots.txt")
async def read_robots(request: Request) -> Response:
    """Allow crawlers everything but previews.

    Crawlers that ignore it find `noindex` on the page of a preview.
    """
    settings = app_state(request).settings
    lines = ["User-agent: *", "Disallow: /preview/", f"Sitemap: {settings.public_url}/sitemap.xml"]
    return _plain(request, lines, STATIC)


@router.get("/llms.txt")
async def read_llms(request: Request) -> Response:
    """What a model should read first: what this is, the newest issues, the API."""
    viewer = reader_of(request)
    found: Page = await list_issues(
        app_state(request).database.reader,
        viewer=viewer,
        where=IssueFilter(),
        part=Part(_LATEST),
    )
    base = viewer.base_url
    lines = [
        f"# {PUBLICATION.title}",
        "",
        f"> {PUBLICATION.tagline}. {PUBLICATION.motto}",
        "",
        "Every issue can be read as Markdown, as JSON and as a page. Numbers on models and "
        "repositories come from our own snapshots and name their source and time.",
        "",
        *(["## Newest issues", "", *map(_line, found.items), ""] if found.items else []),
        "## The API",
        "",
        f"- [REST, as OpenAPI 3.1]({base}/openapi.json)",
        f"- [GraphQL schema]({base}/graphql/schema.graphql)",
        f"- [What is trending]({base}/v1/trending/boards)",
        f"- [What happened yesterday, with proof]({base}/v1/brief.md)",
        f"- [Open data: CSV, Parquet, charts]({base}/data)",
        f"- [Corrections]({base}/v1/corrections)",
        f"- [Search]({base}/v1/search?q=agents)",
        f"- [All issues as a feed]({base}/feeds/issues.json)",
    ]
    return _plain(request, lines, Freshness.of_print(found))


def _line(issue: Mapping[str, Any]) -> str:
    """An issue as a list of links has it: `[name](url): note`, the address bare."""
    name = escape((issue["title"] or "").strip() or f"Issue {issue['number']}")
    said = f"No. {issue['number']} of {issue['date']}"
    return f"- [{name}]({issue['links']['markdown']}): {said}"


@router.get("/.well-known/security.txt")
async def read_security(request: Request) -> Response:
    """Whom to tell of a hole (RFC 9116)."""
    settings = app_state(request).settings
    # The first of a month, so that the text and its ETag stay for that long.
    now = app_state(request).clock().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.security_contact or _mailbox(settings.public_url)}",
        f"Expires: {format_instant(now + _VALID_FOR)}",
        "Preferred-Languages: en",
    ]
    if settings.public_url.startswith("https:"):  # RFC 9116, 2.5.2, knows no other
        lines.append(f"Canonical: {settings.public_url}/.well-known/security.txt")
    next_month = (now + timedelta(days=31)).replace(day=1)
    return _plain(request, lines, Freshness(stale_at=next_month, depends_on=frozenset()))


def _mailbox(public_url: str) -> str:
    """The mailbox for matters of security that every host should have (RFC 2142, section 4)."""
    host = urlsplit(public_url).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return f"mailto:security@{host}"
    literal = f"[{'IPv6:' if address.version == 6 else ''}{address}]"  # RFC 5321, 4.1.3
    return f"mailto:security@{quote(literal)}"


def _plain(request: Request, lines: list[str], freshness: Freshness) -> Response:
    body = ("\n".join(lines) + "\n").encode()
    return answer(request, body, media_type=_PLAIN, freshness=freshness, headers=DATA_POLICY)
