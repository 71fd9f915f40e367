"""The pages as a reader meets them: all of an issue, the archive, search, what moves; no drafts."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI

from app.content.search.entries import HitType
from tests.counted import counted
from tests.factories import make_issue, make_sections, whole_issue

pytestmark = pytest.mark.databases_in_turn

Headers = dict[str, str]

PAGES = (
    *("/", "/issues", "/issues/12", "/issues/2026-04-20", "/search?q=model", "/search"),
    *("/trending", "/trending?window=day", "/trending/github/repository", "/tools", "/reading"),
    "/trending/github/repository/demo-kittiwake/lamplighter",
)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{7*7}}"


class Tags(HTMLParser):
    """The tags of a page, each with its attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


async def post(
    client: httpx.AsyncClient, editor: Headers, issue: Any, *, publish: bool = True
) -> None:
    asked = f"/v1/issues?publish={str(publish).lower()}"
    made = await client.post(asked, json=issue, headers=editor)
    assert made.status_code == 201, made.text


@pytest.mark.usefixtures("demo")
async def test_every_page_is_there_and_comes_from_files_of_ours_alone(
    client: httpx.AsyncClient,
) -> None:
    for path in PAGES:
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"].startswith("public, max-age=")
        assert answer.headers["x-content-type-options"] == "nosniff"
        tags = Tags(answer.text)
        names = [tag for tag, _ in tags.found]
        assert names.count("h1") == 1, path
        assert names.count("main") == 1
        for tag, attributes in tags.found:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            if tag == "script":
                is_data = attributes == {"type": "application/ld+json"}
                is_ours = (attributes.get("src") or "").startswith("/assets/")
                assert is_data or is_ours, attributes
            if tag in ("img", "link") and attributes.get("rel") not in ("canonical", "alternate"):
                address = attributes.get("href") or attributes.get("src") or ""
                assert address.startswith("/"), (path, address)


@pytest.mark.usefixtures("demo")
async def test_a_page_is_kept_and_answered_with_304(client: httpx.AsyncClient) -> None:
    for path in PAGES:
        first = await client.get(path)
        with counted() as statements:
            again = await client.get(path)
            unchanged = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert statements == [], path
        assert again.content == first.content
        assert unchanged.status_code == 304


@pytest.mark.usefixtures("demo")
async def test_parameters_that_nobody_knows_are_ignored_and_kept_nowhere(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    plain = await client.get("/issues/12")
    size = len(app.state.response_cache)
    for number in range(20):
        marked = await client.get(f"/issues/12?utm_source=x{number}&fbclid={number}")
        assert marked.content == plain.content
        assert marked.headers["etag"] == plain.headers["etag"]
    assert len(app.state.response_cache) == size
    paged = await client.get("/search?utm=1&q=model&utm_medium=2")
    assert paged.content == (await client.get("/search?q=model")).content


async def test_an_issue_shows_all_that_it_holds(client: httpx.AsyncClient, editor: Headers) -> None:
    issue = whole_issue()
    await post(client, editor, issue)

    with counted() as statements:
        text = Tags((await client.get("/")).text).text

    # The issue, the version of the names, the lines beside its entries, and when those changed.
    assert len(statements) == 4
    squeezed = " ".join(text.split())
    read = (await client.get("/v1/issues/95")).json()
    shown = [read["dateline"]["place"], read["dateline"]["weather"]["summary"], "No. 95"]
    for section in read["sections"]:
        shown += [section["heading"], section.get("headline"), section.get("byline")]
        shown += [section["standfirst"], section.get("kicker")]
        for metric in (section.get("metrics") or {}).get("items", ()):
            shown += [metric["label"], metric["value"]]
        for name in ("tools", "entries", "items"):
            for item in section.get(name) or ():
                shown += [item.get("name") if name == "tools" else None, item.get("title")]
                shown += [item.get("external_id"), item.get("summary")]
    for wanted in shown:
        assert wanted is None or " ".join(wanted.split()) in squeezed, wanted


async def test_hostile_text_is_text(client: httpx.AsyncClient, editor: Headers) -> None:
    entry = {"source": "github", "kind": "repository", "external_id": "a/b", "summary": HOSTILE}
    story = {"headline": HOSTILE, "kicker": HOSTILE, "byline": HOSTILE, "standfirst": HOSTILE}
    metric = {"label": HOSTILE, "value": HOSTILE, "source": {"name": HOSTILE, "url": None}}
    issue = {
        "date": "2026-05-03",
        "title": HOSTILE,
        "summary": HOSTILE,
        "dateline": {"place": HOSTILE, "weather": {"summary": HOSTILE}},
        "sections": [
            {
                "kind": "lead",
                **story,
                "heading": HOSTILE,
                "body": f"{HOSTILE}\n\n[x](javascript:alert(1)) ![y](javascript:alert(1))",
                "metrics": {"title": HOSTILE, "items": [metric]},
            },
            {"kind": "tools", "tools": [{"name": HOSTILE, "category": HOSTILE}]},
            {"kind": "trending", "entries": [{**entry, "name": HOSTILE, "language": HOSTILE}]},
            {"kind": "movers", "entries": [{**entry, "change": 3}]},
            {"kind": "reading", "items": [{"title": HOSTILE, "author": HOSTILE}]},
        ],
    }
    await post(client, editor, issue)

    for path in ("/", "/issues", "/issues/1", "/search?q=alert", "/tools", "/reading"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page, path
        for tag, attributes in Tags(page).found:
            assert not [name for name in attributes if name.startswith("on")], path
            for name in ("href", "src", "action"):
                assert not (attributes.get(name) or "").startswith("javascript:"), path
            assert tag not in ("iframe", "object", "embed"), path
    search = (await client.get("/search", params={"q": HOSTILE[:150]})).text
    assert "<script>alert" not in search


async def test_drafts_are_on_no_page(client: httpx.AsyncClient, editor: Headers) -> None:
    await post(client, editor, make_issue(7))
    before = {path: (await client.get(path)).content for path in ("/", "/issues", "/sitemap.xml")}
    await post(client, editor, make_issue(8, "Hidden"), publish=False)

    for path, content in before.items():
        assert (await client.get(path)).content == content
        assert (await client.get(path, headers=editor)).content == content
    assert (await client.get("/issues/8", headers=editor)).status_code == 404


async def test_before_the_first_issue_there_is_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")

    assert answer.status_code == 200
    assert "No issue is in print yet" in answer.text


@pytest.mark.usefixtures("demo")
async def test_a_former_name_leads_to_the_present_one(client: httpx.AsyncClient) -> None:
    answer = await client.get("/trending/github/repository/demo-ferrous/clerk")

    assert answer.status_code == 308
    there = answer.headers["location"]
    assert there == "http://paper.test/trending/github/repository/demo-ferrous/clerkwork"
    page = (await client.get(there)).text
    assert '<svg class="chart"' in page
    assert page.count("<tr>") == 26
    assert "demo-ferrous/clerk," in page


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/issues/99", 404), ("/issues/nowhere", 404), ("/trending/github/model", 404),
        ("/trending/gitlab/repository", 404), ("/trending/github/repository/no/body", 404),
        ("/assets/never/site.css", 404), ("/issues?cursor=never", 400),
        ("/trending?window=year", 400), ("/search?sort=never&q=x", 400),
    ],
)  # fmt: skip
async def test_what_is_not_there_is_a_problem(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_machines_look_for(client: httpx.AsyncClient, editor: Headers) -> None:
    await post(client, editor, make_issue(7))

    robots = (await client.get("/robots.txt")).text
    assert "Disallow: /preview/" in robots
    assert "Sitemap: http://paper.test/sitemap.xml" in robots
    assert "<loc>http://paper.test/issues/7</loc>" in (await client.get("/sitemap.xml")).text
    assert "http://paper.test/v1/issues/7.md" in (await client.get("/llms.txt")).text
    security = (await client.get("/.well-known/security.txt")).text
    assert re.search(r"^Contact: mailto:security@paper.test$", security, re.MULTILINE)
    assert re.search(r"^Expires: \d{4}-\d\d-01T00:00:00Z$|^Expires: ", security, re.MULTILINE)


@pytest.mark.usefixtures("demo")
async def test_entries_show_how_they_went(client: httpx.AsyncClient) -> None:
    for path in ("/trending", "/trending/github/repository"):
        page = (await client.get(path)).text
        lines = re.findall(r'<svg class="spark".*?</svg>', page)
        assert len(lines) > 10, path
        for line in lines:
            title = re.search(r"<title>\d+ \w+ to 3 May 2026: [\d,]+ to [\d,]+ \w+</title>", line)
            assert title, line
            assert len(line.split('points="')[1].split('"')[0].split()) >= 2
    # The last number of a line is the one that is printed beside it.
    subject = (await client.get("/v1/trending/github/repository/demo-kittiwake/lamplighter")).json()
    seen = [each for each in subject["history"] if each["observed_at"] >= "2026-04-03"]
    assert f": {seen[0]['stars']:,} to {seen[-1]['stars']:,} stars</title>" in page


@pytest.mark.usefixtures("demo")
async def test_hits_and_appearances_lead_to_their_section(client: httpx.AsyncClient) -> None:
    hits = (await client.get("/v1/search?q=model&limit=20&group=subject")).json()["data"]
    subject = (await client.get("/v1/trending/github/repository/demo-kittiwake/lamplighter")).json()

    found = (await client.get("/search?q=model")).text
    page = (await client.get("/trending/github/repository/demo-kittiwake/lamplighter")).text

    for hit in hits:
        anchor = f"#{hit['section']}" if hit["section"] else ""
        assert f'<a href="/issues/{hit["issue"]["number"]}{anchor}">' in found
        if hit["printings"] and hit["printings"]["total"] > 1:
            numbers = [printed["number"] for printed in hit["printings"]["issues"]]
            links = ", ".join(f'<a href="/issues/{n}">No. {n}</a>' for n in numbers)
            assert f"In {hit['printings']['total']} issues: {links}" in found
    for each in subject["appearances"]:
        assert f'<a href="/issues/{each["issue"]["number"]}#{each["section"]}"' in page
    assert "in “Trending what’s gaining momentum”" in page
    tools = (await client.get("/tools")).text
    assert '#tools-of-the-week">No. ' in tools


@pytest.mark.usefixtures("demo")
async def test_the_form_offers_what_its_address_knows(client: httpx.AsyncClient) -> None:
    page = (await client.get("/search?q=model&type=tool&sort=newest")).text
    every = await client.get("/search?q=model&type=")

    assert '<option value="tool" selected>Tools</option>' in page
    assert '<option value="newest" selected>' in page
    offered = {a["value"] for tag, a in Tags(page).found if tag == "option"}
    assert offered >= {"", *get_args(HitType)}
    assert page.count("<span>Tool</span>") == page.count('<p class="when">') > 0
    assert every.status_code == 200
    assert 'href="http://paper.test/search?q=model"' in every.text


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.one_database
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/issues/999999", 404),
        ("/issues/2026-13-99", 404),
        ("/trending/github/nothing", 404),
        ("/trending/github/repository/nobody/nothing", 404),
        ("/trending?window=century", 400),
        ("/search?q=" + "x" * 300, 400),
        ("/search?q=model&cursor=junk", 400),
        ("/preview/junk", 404),
        ("/problems/never_heard_of", 404),
    ],
)
async def test_a_reader_is_told_on_a_page_and_a_script_by_a_problem(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    page = await client.get(path, headers=BROWSER)
    problem = await client.get(path)
    assert page.status_code == problem.status_code
    assert problem.status_code == status, problem.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for answer in (page, problem):
        assert answer.headers["cache-control"] == "no-store"
        assert "accept" in answer.headers["vary"].lower()
    assert "default-src 'none'" in page.headers["content-security-policy"]
    tags = Tags(page.text)
    assert problem.json()["title"] in tags.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert len(page.text) < 10_000


async def test_browsers_find_the_icon_where_they_look_for_it(client: httpx.AsyncClient) -> None:
    icon = await client.get("/favicon.ico")
    assert icon.status_code == 200
    assert icon.headers["content-type"].startswith("image/svg+xml")
    assert "31536000" not in icon.headers["cache-control"]


@pytest.mark.usefixtures("demo")
async def test_an_entry_leads_to_our_page_of_it_where_there_is_one(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    known, unknown = "demo-kittiwake/lamplighter", "nobody/never-seen"
    entries = [
        {
            "rank": rank,
            "source": "github",
            "kind": "repository",
            "external_id": name,
            "name": name,
            "url": f"https://github.com/{name}",
        }
        for rank, name in enumerate((known, unknown), 1)
    ]
    await post(
        client,
        editor,
        make_issue(900, sections=[make_sections(900)[0], {"kind": "trending", "entries": entries}]),
    )
    page = (await client.get("/issues/900")).text
    assert f'<a href="/trending/github/repository/{known}">' in page
    assert f"/trending/github/repository/{unknown}" not in page
    assert f'<a href="https://github.com/{unknown}"' in page


@pytest.mark.usefixtures("twelve_issues")
async def test_search_finds_a_word_before_it_is_whole(client: httpx.AsyncClient) -> None:
    """The page reads the last word as the beginning of one; the API takes words as they are."""
    counts = []
    for typed in ("bi", "bit", "bitt", "bitte", "bittern", "the bitt"):
        shown = await client.get("/search", params={"q": typed})
        assert shown.status_code == 200
        assert "<mark>Bittern" in shown.text, typed
        counts.append(int(shown.text.partition(" found.")[0].rpartition(">")[2].replace(",", "")))
        following = re.search(r'rel="next" href="([^"]+)"', shown.text)
        if following:
            assert (await client.get(unescape(following[1]))).status_code == 200
    whole = await client.get("/v1/search", params={"q": "bitt"})

    assert counts[:5] == sorted(counts[:5], reverse=True)
    assert whole.json()["data"] == []
    assert "Nothing was found" in (await client.get("/search", params={"q": '"bitt"'})).text
