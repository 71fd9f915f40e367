"""Cards beside shared links: what they show, that they are pictures, and who may see them."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from app.web.site import card_picture
from app.web.site.cards import issue_card, wrapped
from tests.factories import issue
from tests.web.site.test_pages import Headers, Tags, post

pytestmark = [pytest.mark.anyio, pytest.mark.end_to_end]  # a picture is drawn by a process

PNG = b"\x89PNG\r\n\x1a\n"


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height, from the header chunk of a PNG (RFC 2083, section 4.1.1)."""
    assert picture.startswith(PNG)
    return int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])


def card_of(page: httpx.Response) -> str:
    return next(
        str(attributes["content"])
        for tag, attributes in Tags(page.text).found
        if tag == "meta" and attributes.get("property") == "og:image"
    )


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("page", "card"),
    [
        ("/", "/cards/issues/12.png"),
        ("/issues/2026-04-20", "/cards/issues/"),
        (
            "/trending/github/repository/demo-kittiwake/lamplighter",
            "/cards/trending/github/repository/demo-kittiwake/lamplighter.png",
        ),
    ],
)
async def test_a_page_names_a_picture_of_its_own(
    client: httpx.AsyncClient, page: str, card: str
) -> None:
    address = card_of(await client.get(page))

    picture = await client.get(address)
    again = await client.get(address, headers={"If-None-Match": picture.headers["etag"]})

    assert address.startswith(f"http://paper.test{card}")
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"].startswith("public, max-age=")
    assert size_of(picture.content) == (1200, 630)
    assert again.status_code == 304


@pytest.mark.usefixtures("demo")
async def test_pages_of_lists_have_the_picture_of_the_paper(client: httpx.AsyncClient) -> None:
    address = card_of(await client.get("/issues"))

    assert re.fullmatch(r"http://paper\.test/assets/[0-9a-f]+/card\.png", address)


async def test_a_draft_has_no_card(client: httpx.AsyncClient, editor: Headers) -> None:
    await post(client, editor, issue(number=7), publish=False)

    answers = [
        await client.get(f"/cards/{path}.png", headers=headers)
        for headers in ({}, editor)
        for path in ("issues/7", "issues/8", "issues/latest", "issues/\u0667", "trending/x/y/z")
    ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.usefixtures("demo")
async def test_a_card_that_is_not_drawn_is_the_picture_of_the_paper(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(card_picture, "TIMEOUT_SECONDS", 0)
    instead = await client.get("/cards/issues/12.png")
    monkeypatch.undo()

    drawn = await client.get("/cards/issues/12.png")
    paper = await client.get(instead.headers["location"])

    assert (instead.status_code, instead.headers["cache-control"]) == (302, "no-store")
    assert "A card was not drawn." in caplog.text
    assert (paper.status_code, size_of(paper.content)) == (200, (1200, 630))
    assert (drawn.status_code, size_of(drawn.content)) == (200, (1200, 630))


async def test_cards_that_would_wait_too_long_are_not_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(card_picture, "_waiting", asyncio.Semaphore(2))
    svg = issue_card(document())

    drawn = await asyncio.gather(*[card_picture.picture_of(svg) for _ in range(5)])
    after = await card_picture.picture_of(svg)

    assert [picture is not None for picture in (*drawn, after)] == [True, True, *[False] * 3, True]


def document(**members: Any) -> dict[str, Any]:
    return {"title": "A title", "number": 3, "date": "2026-05-03", "sections": [], **members}


def test_a_card_escapes_what_it_shows() -> None:
    svg = issue_card(document(title='<script>&"'))

    assert "<script>" not in svg
    assert "&lt;script&gt;&amp;&#34;" in svg


def test_bars_of_movers_have_one_scale() -> None:
    moves = [{"name": "a", "change": 200}, {"name": "b", "change": -50}, {"name": "c", "change": 0}]

    svg = issue_card(document(sections=[{"kind": "movers", "entries": moves}]))

    assert re.findall(r'width="([\d.]+)" height="14"', svg) == ["340.0", "340.0", "340.0", "85.0"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("short", ["short"]),
        ("one two three four five six", ["one two three", "four five six"]),
        ("one two three four five six seven", ["one two three", "four five six…"]),
        ("x" * 40, ["x" * 14, "x" * 13 + "…"]),
        ("日本語のとても長い見出しです", ["日本語のとても", "長い見出しです"]),
    ],
)
def test_a_text_is_broken_to_the_width(text: str, lines: list[str]) -> None:
    assert wrapped(text, size=10, width=75, most=2) == lines
