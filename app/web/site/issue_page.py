"""An issue as a page, in print or as a preview."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from app.content.queries.series import read_series
from app.web.site.bands import laid_out
from app.web.site.environment import named
from app.web.site.page import rendered


async def issue_bytes(
    request: Request,
    document: Mapping[str, Any],
    *,
    path: str,
    is_front: bool = False,
    is_preview: bool = False,
) -> bytes:
    """The page of an issue, its `sections` parsed."""
    sections = document["sections"]
    # A title that was left out with the lead, or is blank: drafts may have neither.
    title = named(document["title"], f"Issue {document['number']}")
    return rendered(
        request,
        "issue.html",
        path=path,
        title=None if is_front else title,
        description=named(document["summary"], title)[:300],
        issue=document,
        heading=title,
        has_lead=any(section["kind"] == "lead" for section in sections),
        parts=list(laid_out(sections)),
        series=await read_series(
            request.app.state.database.reader,
            [entry for section in sections for entry in _observed(section)],
        ),
        article=_article(document, title),
        is_front=is_front,
        is_preview=is_preview,
    )


def _observed(section: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return section["entries"] if section["kind"] in ("trending", "movers") else []


def _article(document: Mapping[str, Any], title: str) -> dict[str, object]:
    """The issue as schema.org has it; what it has no value for is left out."""
    links = document["links"]
    members: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title[:110],
        "description": document["summary"],
        "datePublished": document["published_at"],
        "dateModified": document["updated_at"],
        "mainEntityOfPage": links["html"],
        "url": links["html"],
        "isAccessibleForFree": True,
        "publisher": {"@type": "NewsMediaOrganization", "name": "The AI Morning Post"},
        "author": {"@type": "Organization", "name": "The AI Morning Post"},
    }
    return {name: value for name, value in members.items() if value is not None}
