"""A feed as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1: pure functions of its entries.

Further pages are linked as RFC 5005 has it, and as `next_url` in JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as Xml

import orjson

from app.content.provenance import VOCABULARY
from app.models.values import format_instant
from app.web.feeds.entries import Entry, Feed

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
PUBLISHER = "The AI Morning Post"

Xml.register_namespace("atom", ATOM)
Xml.register_namespace("content", CONTENT)
Xml.register_namespace("dc", DC)
Xml.register_namespace("media", MEDIA)


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a feed."""

    media_type: str
    write: Callable[[Feed], bytes]


def atom(feed: Feed) -> bytes:
    """Write a feed as Atom."""
    # Its own namespace is the default one, which ElementTree has for qualified names alone.
    root = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.description)
    _text(root, "updated", format_instant(feed.updated))
    _text(root, "icon", feed.icon)
    _text(root, "logo", feed.logo)
    author = Xml.SubElement(root, "author")
    _text(author, "name", PUBLISHER)
    for relation, address in _links(feed):
        kind = {} if relation == "hub" else {"type": "application/atom+xml"}
        Xml.SubElement(root, "link", {"rel": relation, "href": address, **kind})
    Xml.SubElement(root, "link", {"rel": "alternate", "href": feed.home, "type": "text/html"})
    for entry in feed.entries:
        _atom_entry(root, entry)
    return _document(root)


def _atom_entry(root: Xml.Element, entry: Entry) -> None:
    element = Xml.SubElement(root, "entry")
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "published", format_instant(entry.published))
    _text(element, "updated", format_instant(entry.updated))
    Xml.SubElement(element, "link", {"rel": "alternate", "href": entry.url, "type": "text/html"})
    for category in entry.categories:
        Xml.SubElement(element, "category", {"term": category})
    for term in entry.source_types:
        Xml.SubElement(element, "category", {"scheme": VOCABULARY, "term": term})
    if entry.image:
        picture = {"rel": "enclosure", "href": entry.image, "type": "image/png"}
        Xml.SubElement(element, "link", picture)
    if entry.summary:
        _text(element, "summary", entry.summary)
    content = Xml.SubElement(element, "content", {"type": "html"})
    content.text = entry.html


def rss(feed: Feed) -> bytes:
    """Write a feed as RSS 2.0."""
    root = Xml.Element("rss", {"version": "2.0"})
    channel = Xml.SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", feed.home)
    # Descriptions are HTML (RSS 2.0, read 2026-11): what is plain text is written as such.
    _text(channel, "description", escape(feed.description))
    _text(channel, "language", feed.language)
    _text(channel, "lastBuildDate", format_datetime(feed.updated, usegmt=True))
    image = Xml.SubElement(channel, "image")
    for name, text in (("url", feed.icon), ("title", feed.title), ("link", feed.home)):
        _text(image, name, text)
    for relation, address in _links(feed):
        attributes = {"rel": relation, "href": address}
        if relation != "hub":
            attributes["type"] = "application/rss+xml"
        Xml.SubElement(channel, f"{{{ATOM}}}link", attributes)
    for entry in feed.entries:
        item = Xml.SubElement(channel, "item")
        _text(item, "title", entry.title)
        _text(item, "link", entry.url)
        guid = Xml.SubElement(item, "guid", {"isPermaLink": "false"})
        guid.text = entry.id
        if entry.updated != entry.published:
            _text(item, f"{{{ATOM}}}updated", format_instant(entry.updated))
        _text(item, "pubDate", format_datetime(entry.published, usegmt=True))
        _text(item, f"{{{DC}}}creator", PUBLISHER)
        for category in entry.categories:
            _text(item, "category", category)
        for term in entry.source_types:
            Xml.SubElement(item, "category", {"domain": VOCABULARY}).text = term
        if entry.image:
            # An enclosure would need the size of the picture, which is drawn when it is asked for.
            Xml.SubElement(item, f"{{{MEDIA}}}thumbnail", {"url": entry.image})
        _text(item, "description", escape(entry.summary or entry.title))
        _text(item, f"{{{CONTENT}}}encoded", entry.html)
    return _document(root)


def json_feed(feed: Feed) -> bytes:
    """Write a feed as JSON Feed 1.1."""
    members: Mapping[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.here,
        "description": feed.description,
        "icon": feed.icon,
        "favicon": feed.icon,
        "language": feed.language,
        "authors": [{"name": PUBLISHER}],
        "next_url": feed.next,
        "hubs": None if feed.hub is None else [{"type": "WebSub", "url": feed.hub}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return orjson.dumps({name: value for name, value in members.items() if value is not None})


def _item(entry: Entry) -> dict[str, object]:
    members: Mapping[str, object] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "image": entry.image,
        "date_published": format_instant(entry.published),
        "date_modified": format_instant(entry.updated),
        "tags": list(entry.categories) or None,
        # An extension is an object (JSON Feed 1.1, "Extensions", read 2026-11).
        "_provenance": {"digital_source_types": list(entry.source_types)}
        if entry.source_types
        else None,
    }
    return {name: value for name, value in members.items() if value is not None}


FORMATS: Mapping[str, Format] = {
    "atom": Format("application/atom+xml", atom),
    "rss": Format("application/rss+xml", rss),
    "json": Format("application/feed+json", json_feed),
}


def _links(feed: Feed) -> list[tuple[str, str]]:
    links = [("self", feed.here), ("first", feed.address)]
    links += [("hub", feed.hub)] if feed.hub is not None else []
    return [*links, ("next", feed.next)] if feed.next is not None else links


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = text


def _document(root: Xml.Element) -> bytes:
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
