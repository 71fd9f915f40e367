"""Feed entries, independent of the format, and how they are made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from app.content.blocks.registry import block_of
from app.content.issue_markdown import (
    correction_html,
    corrections_html,
    issue_body_html,
    section_html,
)
from app.content.marks import HTML, paragraph
from app.content.provenance import provenance_of
from app.content.queries.printed import InPrint
from app.models.counter import counter_of, counter_word
from app.models.shown_name import shown_name
from app.web.feeds.ids import correction_id, issue_id, mover_id, section_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed."""

    id: str
    """An IRI that never changes."""
    url: str
    title: str
    published: datetime
    updated: datetime
    html: str
    """Its whole content, safe to be shown."""
    summary: str | None = None
    categories: Sequence[str] = ()
    source_types: Sequence[str] = ()
    """Terms of the IPTC vocabulary Digital Source Type."""
    image: str | None = None
    """The address of a picture, PNG."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a feed."""

    id: str
    """An IRI that never changes, also of all its pages and formats."""
    title: str
    description: str
    home: str
    """The page that it is a feed of."""
    address: str
    """Its own first page."""
    here: str
    """This page of it."""
    next: str | None
    """The page with older entries."""
    icon: str
    """The address of a square picture, PNG."""
    logo: str
    """The address of a picture twice as wide as high, PNG."""
    language: str
    updated: datetime
    entries: Sequence[Entry]
    hub: str | None = None
    """The WebSub hub that is notified when its first page changes."""


def entry_of_issue(printed: InPrint, *, base_url: str) -> Entry:
    """An entry with the whole content of an issue."""
    issue = printed.document
    return Entry(
        id=issue_id(printed.issue_id),
        url=issue["links"]["html"],
        title=_said(issue["title"]) or f"Issue {issue['number']}",
        published=printed.published_at,
        updated=printed.updated_at,
        html=issue_body_html(issue),
        summary=_said(issue["summary"]),
        categories=list(dict.fromkeys(section["kind"] for section in issue["sections"])),
        source_types=_source_types([issue, *issue["sections"]]),
        image=f"{base_url}/cards/issues/{issue['number']}.png",
    )


def entry_of_section(printed: InPrint, *, base_url: str) -> Entry:
    """A section, which is as old as its issue; a correction that touches it updates it."""
    section = printed.document
    issue, kind = section["issue"], section["kind"]
    block = block_of(kind)
    bare = {name: value for name, value in section.items() if name not in ("issue", "section")}
    heading = _said(section["heading"]) or block.headings[kind]
    return Entry(
        id=section_id(printed.issue_id, kind=kind, ordinal=printed.ordinal),
        url=f"{base_url}/issues/{issue['number']}#{section['slug']}",
        title=_said(section.get("headline")) or f"{heading}, {issue['date']}",
        published=printed.published_at,
        updated=printed.updated_at,
        html=section_html(bare, issue_provenance=printed.provenance)
        + corrections_html(printed.corrections),
        summary=_said(section.get("standfirst")),
        categories=[kind],
        source_types=_source_types([{"provenance": provenance_of(bare, printed.provenance)}]),
    )


def entry_of_correction(correction: Mapping[str, Any], *, base_url: str) -> Entry:
    """A correction, with what it changed."""
    issue = correction["issue"]
    at = datetime.fromisoformat(correction["at"]).astimezone(UTC)
    title = _said(issue["title"]) or f"Issue {issue['number']}"
    return Entry(
        id=correction_id(correction["id"]),
        url=f"{base_url}/issues/{issue['number']}#{correction['id']}",
        title=f"Correction: {title}",
        published=at,
        updated=at,
        html=correction_html(correction),
        summary=_said(correction["note"]),
    )


def entry_of_mover(mover: Mapping[str, Any], *, base_url: str) -> Entry:
    """An entry of the mover list, which tells of a day."""
    source, kind, external_id = mover["source"], mover["kind"], mover["external_id"]
    counter, word = counter_of(kind), counter_word(kind)
    seen = datetime.fromisoformat(mover["observed_at"]).astimezone(UTC)
    change = f"{mover['change']:+,} {word} in a {mover['window']}"
    parts = [
        f"{HTML.strong(HTML.text(change))}, now {mover[counter] or 0:,}.",
        HTML.text(mover["summary"] or ""),
        f"{HTML.link(mover['url'], mover['url'])}, seen {HTML.text(mover['observed_at'])}",
    ]
    return Entry(
        id=mover_id(seen.date(), source=source, kind=kind, external_id=external_id),
        url=f"{base_url}/trending/{source}/{kind}/{quote(external_id, safe='/')}",
        title=f"{shown_name(mover['name'], external_id)}: {change}",
        # Its id tells of a day; each sync of that day sees it anew.
        published=seen.replace(hour=0, minute=0, second=0, microsecond=0),
        updated=seen,
        html="".join(paragraph(part) for part in parts),
        summary=_said(mover["summary"]),
        categories=[source, kind],
    )


def _source_types(texts: Iterable[Mapping[str, Any]]) -> list[str]:
    """The terms that say how some texts were written, each once."""
    known = (text.get("provenance") for text in texts)
    terms = (provenance["digital_source_type"] for provenance in known if provenance)
    return list(dict.fromkeys(term for term in terms if term))


def _said(text: str | None) -> str | None:
    """A text that says something; blanks are no title, though they may be printed as one."""
    return (text or "").strip() or None
