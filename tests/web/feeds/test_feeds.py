"""Feeds as their readers judge them: well-formed, whole, in pages that end, stable, no drafts."""

import struct
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from itertools import product
from xml.etree import ElementTree as Xml

import feedparser  # type: ignore[import-untyped]
import httpx
import pytest
from fastapi import FastAPI

from app.config import Settings
from app.content.blocks.registry import KINDS
from app.main import create_app
from tests.factories import make_issue
from tests.web.feeds.walking import FORMS, walked

pytestmark = pytest.mark.databases_in_turn

Headers = dict[str, str]
FEEDS = ("issues", "movers", "sections/lead", "sections/tools", "sections/movers")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
async def test_a_feed_reader_finds_nothing_wrong(client: httpx.AsyncClient) -> None:
    for name, form in product(FEEDS, ("atom", "rss")):
        _judge(await client.get(f"/feeds/{name}.{form}"), form)


def _judge(answer: httpx.Response, form: str) -> None:
    read = feedparser.parse(answer.content)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == {"atom": "atom10", "rss": "rss20"}[form]
    assert answer.headers["content-type"].startswith(f"application/{form}+xml")
    assert read.entries
    for entry in read.entries:
        assert entry.id
        assert entry.link
        assert entry.title
        assert entry.content[0].value
        assert entry.published_parsed
    assert len({entry.id for entry in read.entries}) == len(read.entries)


@pytest.mark.usefixtures("demo")
async def test_atom_has_what_rfc_4287_requires(client: httpx.AsyncClient) -> None:
    for name in FEEDS:
        await _judge_atom(client, name)


async def _judge_atom(client: httpx.AsyncClient, name: str) -> None:
    root = Xml.fromstring((await client.get(f"/feeds/{name}.atom")).content)

    for member in ("id", "title", "updated", "author"):
        assert len(root.findall(ATOM + member)) == 1
    links = {(link.get("rel"), link.get("href")) for link in root.findall(f"{ATOM}link")}
    assert ("self", f"http://paper.test/feeds/{name}.atom") in links
    for entry in root.findall(f"{ATOM}entry"):
        for member in ("id", "title", "updated", "content"):
            assert len(entry.findall(ATOM + member)) == 1
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        updated = entry.find(f"{ATOM}updated")
        assert updated is not None
        assert updated.text
        assert datetime.fromisoformat(updated.text).tzinfo is not None


@pytest.mark.usefixtures("demo")
async def test_json_has_what_json_feed_requires(client: httpx.AsyncClient) -> None:
    for name in FEEDS:
        await _judge_json(client, name)


async def _judge_json(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/feeds/{name}.json")

    feed = answer.json()
    assert answer.headers["content-type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"http://paper.test/feeds/{name}.json"
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None


async def _publish(client: httpx.AsyncClient, editor: Headers, numbers: Iterable[int]) -> None:
    for number in numbers:
        made = await client.post("/v1/issues?publish=true", json=make_issue(number), headers=editor)
        assert made.status_code == 201, made.text


@pytest.mark.slow
async def test_its_pages_hold_every_issue_once(client: httpx.AsyncClient, editor: Headers) -> None:
    """Also while issues appear: the older pages are as they were."""
    await _publish(client, editor, range(1, 46))
    await client.post("/v1/issues", json=make_issue(90, "Hidden"), headers=editor)
    newest, later = 45, iter(range(46, 90))

    async def meanwhile() -> None:
        nonlocal newest
        newest = next(later)
        await _publish(client, editor, [newest])

    for form in FORMS:
        for between in (None, meanwhile):
            expected = [f"http://paper.test/issues/{n}" for n in range(newest, 0, -1)]

            seen = await walked(client, f"/feeds/issues.{form}", between)

            assert [entry.url for entry in seen] == expected, form


@pytest.mark.usefixtures("demo")
async def test_it_is_answered_with_304_and_ignores_what_it_does_not_know(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    first = await client.get("/feeds/issues.atom")
    size = len(app.state.response_cache)
    again = await client.get(
        "/feeds/issues.atom?utm_source=x", headers={"If-None-Match": first.headers["etag"]}
    )

    assert again.status_code == 304
    assert len(app.state.response_cache) == size


@pytest.mark.parametrize("path", ["/feeds/issues.xml", "/feeds/sections/never.atom"])
async def test_there_are_no_others(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


EVERY_FEED = ("issues", "movers", *(f"sections/{kind}" for kind in KINDS))


@pytest.mark.usefixtures("demo")
async def test_every_feed_keeps_the_rules_of_its_format(client: httpx.AsyncClient) -> None:
    await _judge_all(client)


async def test_an_empty_feed_keeps_them_too(client: httpx.AsyncClient) -> None:
    await _judge_all(client)


async def _judge_all(client: httpx.AsyncClient) -> None:
    for name in EVERY_FEED:
        await _judge_atom(client, name)
        await _judge_json(client, name)
        answer = await client.get(f"/feeds/{name}.rss")
        (channel,) = Xml.fromstring(answer.content)
        for member in ("title", "link", "description"):
            assert len(channel.findall(member)) == 1
            assert channel.findtext(member)
        guids = [item.findtext("guid") for item in channel.findall("item")]
        assert len(set(guids)) == len(guids)
        for item in channel.findall("item"):
            assert item.findtext("title")
            assert item.findtext("link", "").startswith("http")


async def test_plain_text_is_no_markup_in_rss(client: httpx.AsyncClient, editor: Headers) -> None:
    """Readers show a description as HTML."""
    harm = "\"><script>alert(1)</script> & 'so on'"
    issue = make_issue(95, summary=harm)
    await client.post("/v1/issues?publish=true", json=issue, headers=editor)

    (channel,) = Xml.fromstring((await client.get("/feeds/issues.rss")).content)

    told = channel.findtext("item/description", "")
    assert "<" not in told
    assert unescape(told) == harm


@pytest.mark.usefixtures("demo")
async def test_a_feed_keeps_its_id_under_another_public_url(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    """A reader that took it for a new feed would show every issue again."""
    moved = create_app(settings.model_copy(update={"public_url": "https://news.test"}))
    transport = httpx.ASGITransport(app=moved)
    found = {}
    async with (
        moved.router.lifespan_context(moved),
        httpx.AsyncClient(transport=transport, base_url="https://news.test") as elsewhere,
    ):
        for name in FEEDS:
            here, there = [
                Xml.fromstring((await each.get(f"/feeds/{name}.atom")).content)
                for each in (client, elsewhere)
            ]
            assert here.findtext(f"{ATOM}id") == there.findtext(f"{ATOM}id")
            assert there.findtext(f"{ATOM}icon") == "https://news.test/icon.png"
            found[name] = here.findtext(f"{ATOM}id") or ""
    assert len(set(found.values())) == len(FEEDS)
    assert all(each.startswith("urn:uuid:") for each in found.values())


@pytest.mark.usefixtures("demo")
async def test_a_feed_has_pictures(client: httpx.AsyncClient) -> None:
    atom = Xml.fromstring((await client.get("/feeds/issues.atom")).content)
    (channel,) = Xml.fromstring((await client.get("/feeds/issues.rss")).content)
    read = (await client.get("/feeds/issues.json")).json()

    icon, logo = atom.findtext(f"{ATOM}icon", ""), atom.findtext(f"{ATOM}logo", "")
    for address, size in ((icon, (512, 512)), (logo, (1200, 630))):
        picture = await client.get(httpx.URL(address).path)
        assert picture.headers["content-type"] == "image/png"
        assert struct.unpack(">II", picture.content[16:24]) == size
    assert channel.findtext("image/url") == read["icon"] == read["favicon"] == icon
    # RSS 2.0 wants the title and link of the channel there.
    for name in ("title", "link"):
        assert channel.findtext(f"image/{name}") == channel.findtext(name)
    newest = read["items"][0]
    assert newest["image"] == newest["url"].replace("/issues/", "/cards/issues/") + ".png"
    thumbnails = channel.findall("item/{http://search.yahoo.com/mrss/}thumbnail")
    enclosures = atom.findall(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    assert thumbnails[0].get("url") == enclosures[0].get("href") == newest["image"]
