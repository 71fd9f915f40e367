"""Feeds as their readers take them: the entries of a page, and of all pages by their links."""

from calendar import timegm
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser  # type: ignore[import-untyped]
import httpx

FORMS = ("atom", "rss", "json")


@dataclass(frozen=True)
class Seen:
    """An entry of any format; RSS does not tell when one was updated."""

    id: str
    url: str
    title: str
    published: datetime
    updated: datetime | None
    html: str


@dataclass(frozen=True)
class SeenPage:
    entries: list[Seen]
    next: str | None


async def page(client: httpx.AsyncClient, address: str) -> SeenPage:
    """One page of a feed."""
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    if ".json" in address:
        feed = answer.json()
        return SeenPage([_item(item) for item in feed["items"]], feed.get("next_url"))
    read = feedparser.parse(answer.content, sanitize_html=False, resolve_relative_uris=False)
    following = [link.href for link in read.feed.links if link.rel == "next"]
    return SeenPage([_entry(entry) for entry in read.entries], next(iter(following), None))


async def walked(
    client: httpx.AsyncClient,
    address: str,
    between: Callable[[], Awaitable[None]] | None = None,
) -> list[Seen]:
    """The entries of all pages; `between` happens after each page but the last."""
    entries: list[Seen] = []
    following: str | None = address
    while following is not None:
        seen = await page(client, following)
        entries += seen.entries
        following = seen.next
        if between is not None and following is not None:
            await between()
    return entries


def _item(item: dict[str, Any]) -> Seen:
    return Seen(
        item["id"],
        item["url"],
        item["title"],
        datetime.fromisoformat(item["date_published"]),
        datetime.fromisoformat(item["date_modified"]),
        item["content_html"],
    )


def _entry(entry: Any) -> Seen:
    return Seen(
        entry.id,
        entry.link,
        entry.title,
        _instant(entry.published_parsed),
        _instant(entry.updated_parsed) if "updated" in entry else None,
        entry.content[0].value,
    )


def _instant(parsed: Any) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), UTC)
