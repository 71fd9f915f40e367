"""What stands beside what a page is about: its next page, its freshness, its picture."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.conftest import Clock
from tests.factories import entry, issue, lead
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

pytestmark = pytest.mark.anyio

Headers = dict[str, str]


@pytest.mark.parametrize("words", ['"', "(", "*", "👩", "-only", " ".join("abcdefghijklmnopqrs")])
async def test_words_that_cannot_be_looked_for_are_no_error(
    client: httpx.AsyncClient, words: str
) -> None:
    shown = await client.get("/search", params={"q": words})

    assert shown.status_code == 200
    assert ">The search must " in shown.text
    assert (await client.get("/v1/search", params={"q": words})).status_code == 400


@pytest.mark.slow
async def test_a_board_goes_on_where_its_page_ends(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.site.trending_router.BOARD_SIZE", 15)
    await run_day()
    for number, row in upstream.repositories.items():
        row["stargazers_count"] += 2 * (number - 990)
    await run_day()
    listed = await client.get("/v1/trending?source=github&kind=repository&window=day&limit=100")
    wanted = [each["external_id"] for each in listed.json()["data"]]

    found: list[str] = []
    address: str | None = "/trending/github/repository?window=day"
    while address is not None:
        text = (await client.get(address)).text
        board = text.partition("What rises")[2].partition("</section>")[0]
        found += re.findall(r'href="/trending/github/repository/([^"]+)"', board)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else None

    assert list(dict.fromkeys(found)) == wanted


@pytest.mark.slow
async def test_a_page_is_as_new_as_the_lines_beside_its_entries(
    client: httpx.AsyncClient, editor: Headers, clock: Clock, run_day: RunDay
) -> None:
    await run_day()
    sections = [lead(), {"kind": "trending", "entries": [entry("lab/repo-1")]}]
    for path, shown in (("/issues/1", sections), ("/issues/2", [lead()])):
        number = int(path[-1])
        date = (clock() + timedelta(days=number)).date().isoformat()
        document = issue(number=number, date=date, sections=shown)
        made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
        assert made.status_code == 201, made.text
    clock.advance(seconds=60)
    paths = ("/issues/1", "/issues/2", "/")
    before = [(await client.get(path)).headers["last-modified"] for path in paths]

    await run_day()
    clock.advance(seconds=60)
    after = [(await client.get(path)).headers["last-modified"] for path in paths]

    assert after[0] != before[0]
    assert after[1:] == before[1:]
    since = {"If-Modified-Since": before[0]}
    assert (await client.get("/issues/1", headers=since)).status_code == 200


@pytest.mark.end_to_end  # the picture is drawn by a process
async def test_a_link_to_the_paper_has_its_picture(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await client.post("/v1/issues?publish=true", json=issue(), headers=editor)
    text = (await client.get("/issues/1")).text
    told = dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', text))

    picture = await client.get(told["og:image"])

    assert picture.headers["content-type"] == "image/png"
    assert picture.content[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    assert {"og:title", "og:type", "og:url", "article:published_time"} <= told.keys()
