"""An issue as a page, in print or as a preview."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from starlette.requests import Request

from app.content.corrections import significant_at
from app.content.facts.verdicts import Judged
from app.content.issue_view import IssueAnswer
from app.content.provenance import disclosure_of, term_address
from app.content.publication import PUBLICATION
from app.content.queries.claims import judge_document
from app.content.queries.freshness import read_trending_change
from app.content.queries.series import read_series
from app.models.surrogate_key import board_keys, issue_keys
from app.off_the_loop import off_the_loop
from app.web.http.representation import EVERYTHING, ON_PAPER, Freshness
from app.web.site.bands import is_shown, laid_out
from app.web.site.checked_numbers import checks_of
from app.web.site.environment import named
from app.web.site.page import card_address, rendered
from app.web.state import app_state

MAX_WITHOUT_CONTENTS = 6
"""Sections of an issue without a list of contents."""


class IssuePage(NamedTuple):
    """The page of an issue."""

    body: bytes
    shows_trends: bool
    """Whether it shows what was observed of its entries and numbers."""
    seen_at: datetime | None
    """When what was observed changed last; `None` where it shows nothing of it."""

    boards: Sequence[tuple[str | None, str | None]]
    """Source and kind of the boards that can change it; `None` for all."""

    def freshness(self, shown: IssueAnswer, ref: str) -> Freshness:
        """How fresh it is, by the issue that `ref` named and what stands beside it."""
        moments = [moment for moment in (shown.last_modified, self.seen_at) if moment is not None]
        depends_on = EVERYTHING if self.shows_trends else ON_PAPER
        keys = [key for source, kind in self.boards for key in board_keys(source, kind)]
        return Freshness(
            max(moments, default=None),
            shown.next_change_at,
            depends_on=depends_on,
            keys=(*issue_keys(shown.number, ref), *keys),
        )


async def issue_page(
    request: Request,
    document: Mapping[str, Any],
    *,
    path: str,
    is_front: bool = False,
    is_preview: bool = False,
) -> IssuePage:
    """Make the page of an issue, its `sections` parsed."""
    state = app_state(request)
    reader = state.database.reader
    judged = await judge_document(reader, state.known_trends, document, now=state.clock())
    sections = document["sections"]
    entries = [entry for section in sections for entry in _observed(section)]
    # A title that was left out with the lead, or is blank: drafts may have neither.
    title = named(document["title"], f"Issue {document['number']}")
    card = None if is_preview else f"/cards/issues/{document['number']}.png"
    body = await off_the_loop(
        rendered,
        request,
        "issue.html",
        card=card,
        path=path,
        title=None if is_front else title,
        description=named(document["summary"], title)[:300],
        issue=document,
        heading=title,
        has_lead=any(section["kind"] == "lead" for section in sections),
        parts=list(laid_out(sections)),
        contents=_contents(sections),
        disclosure=disclosure_of(each.get("provenance") for each in (document, *sections)),
        modified_at=significant_at(document),
        slugs={
            section["slug"]: named(section.get("headline") or section["heading"], "Untitled")
            for section in sections
        },
        series=await read_series(reader, entries),
        checks=checks_of(judged, sections),
        article=_article(request, document, title, card=card),
        is_front=is_front,
        is_preview=is_preview,
    )
    shows_trends = bool(entries or judged)
    seen_at = await read_trending_change(reader) if shows_trends else None
    return IssuePage(body, shows_trends, seen_at, _boards(entries, judged))


def _boards(
    entries: Sequence[Mapping[str, Any]], judged: Sequence[Judged]
) -> list[tuple[str | None, str | None]]:
    """List the boards that can change the page; `None` for all of them."""
    if any("/entries/" not in each.claim.pointer for each in judged):
        # A new subject of any board may be what a number in a text is about.
        return [(None, None)]
    return list(dict.fromkeys((entry["source"], entry["kind"]) for entry in entries))


def _contents(sections: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """List slug and headline of each section shown; nothing for an issue of few sections."""
    listed = [
        (section["slug"], section.get("headline") or section["heading"])
        for section in sections
        if is_shown(section)
    ]
    return listed if len(listed) > MAX_WITHOUT_CONTENTS else []


def _observed(section: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return section["entries"] if section["kind"] in ("trending", "movers") else []


def _article(
    request: Request, document: Mapping[str, Any], title: str, *, card: str | None
) -> dict[str, object]:
    """The issue as schema.org has it; what it has no value for is left out."""
    links = document["links"]
    paper = {
        "@type": "NewsMediaOrganization",
        "name": PUBLICATION.title,
        "url": f"{app_state(request).settings.public_url}/",
        "logo": card_address(request),
    }
    members: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title[:110],
        "description": document["summary"],
        "datePublished": document["published_at"],
        "dateModified": significant_at(document),
        "correction": _corrections(document) or None,
        "mainEntityOfPage": links["html"],
        "url": links["html"],
        "isAccessibleForFree": True,
        "inLanguage": PUBLICATION.language,
        "image": [card_address(request, card)],
        "publisher": paper,
        "author": paper,
        "digitalSourceType": term_address(document.get("provenance")),
        "hasPart": _parts_written_otherwise(document) or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _corrections(document: Mapping[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "@type": "CorrectionComment",
            "text": correction["note"],
            "datePublished": correction["at"],
            "url": f"{document['links']['html']}#{correction['id']}",
        }
        for correction in document["corrections"]
    ]


def _parts_written_otherwise(document: Mapping[str, Any]) -> list[dict[str, object]]:
    """The sections that have a provenance of their own, as schema.org has them."""
    return [
        {
            "@type": "Article" if "headline" in section else "CreativeWork",
            "headline": (section.get("headline") or section["heading"])[:110],
            "url": f"{document['links']['html']}#{section['slug']}",
            "digitalSourceType": term_address(section["provenance"]),
        }
        for section in document["sections"]
        if term_address(section.get("provenance")) is not None
    ]
