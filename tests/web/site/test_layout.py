"""How an issue stands on its page: in print order, balanced, without holes and clashes."""

from typing import Any

import httpx
import pytest

from app.web.site.bands import Band, laid_out
from app.web.site.sides import sides
from tests.factories import entry, lead, story
from tests.web.site.test_pages import Headers, Tags, post


def section(kind: str, length: int = 0, *, heading: str = "Rubric") -> dict[str, Any]:
    return {"kind": kind, "heading": heading, "body": "x" * length, "metrics": None}


def heads(band: Any) -> tuple[list[int], list[int], list[int], bool]:
    assert isinstance(band, Band)
    counts = [
        [len(group.stories) for group in groups] for groups in (band.main, band.below, band.short)
    ]
    return counts[0], counts[1], counts[2], band.is_railed


@pytest.mark.parametrize(
    ("stories", "bands"),
    [
        # As in the paper of 3 May 2026: the two opinions are as high as the lead.
        (
            [("lead", 1900), ("deep_dive", 2200), ("opinion", 650), ("opinion", 700)],
            [([1], [1], [2], True)],
        ),
        # One line beside a long lead would leave half of the page empty.
        ([("lead", 9000), ("brief", 50)], [([1], [], [1], False)]),
        ([("lead", 300), ("opinion", 9000)], [([1], [], [1], False)]),
        ([("brief", 100), ("lead", 100)], [([], [], [1], False), ([1], [], [], False)]),
        ([("analysis", 500), ("analysis", 500)], [([2], [], [], False)]),
        ([], []),
    ],
)
def test_short_stories_stand_beside_long_ones_of_their_height(
    stories: list[tuple[str, int]], bands: list[Any]
) -> None:
    assert [heads(each) for each in laid_out([section(*each) for each in stories])] == bands


def test_neighbours_of_one_rubric_share_it_and_others_do_not() -> None:
    found = laid_out(
        [
            section("opinion", heading="Opinion"),
            section("opinion", heading="Opinion"),
            section("brief", heading="In Brief"),
            section("opinion", heading="Opinion"),
        ]
    )

    assert [heads(each)[2] for each in found] == [[2, 1, 1]]


def test_a_side_with_much_more_to_show_is_wider() -> None:
    github = [entry(f"acme/{number}") for number in range(6)]
    models = [entry("acme/m", source="huggingface", kind="model")]

    found = sides([*github, *models])

    assert [(side.source, side.is_wide) for side in found] == [
        ("huggingface", False),
        ("github", True),
    ]
    assert [side.is_wide for side in sides(github)] == [False]
    assert sides([]) == []


async def test_sections_stand_in_print_order(client: httpx.AsyncClient, editor: Headers) -> None:
    issue = {
        "date": "2026-05-03",
        "sections": [
            story(slug="first"),
            {"kind": "tools", "slug": "second", "tools": [{"name": "Lantern"}]},
            lead(slug="third"),
            story("opinion", slug="fourth"),
            {"kind": "reading", "slug": "fifth", "items": [{"title": "On Whispering"}]},
            story("deep_dive", slug="sixth"),
        ],
    }
    await post(client, editor, issue)

    tags = Tags((await client.get("/issues/1")).text).found

    slugs = ("first", "second", "third", "fourth", "fifth", "sixth")
    assert [a["id"] for _, a in tags if a.get("id") in slugs] == list(slugs)


async def test_slugs_never_clash_with_ids_of_the_page(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    slugs = ("content", "subscribe", "page-content", "subscribe-heading", "rubric-subscribe")
    sections = [lead(slug="rubric-tools"), *(story(slug=slug) for slug in slugs)]
    sections += [{"kind": "tools", "slug": "tools", "tools": [{"name": "Lantern"}]}]
    await post(client, editor, {"date": "2026-05-03", "sections": sections})

    ids = [a["id"] for _, a in Tags((await client.get("/")).text).found if "id" in a]

    assert len(ids) == len(set(ids))
    assert {*slugs, "tools", "rubric-tools"} == {each for each in ids if "_" not in (each or "_")}


@pytest.mark.usefixtures("demo")
async def test_every_id_of_a_page_holds_what_no_slug_may(client: httpx.AsyncClient) -> None:
    subject = "/trending/github/repository/demo-kittiwake/lamplighter"
    for path in ("/search?q=model", "/trending", "/trending/github/repository", subject):
        ids = [a["id"] for _, a in Tags((await client.get(path)).text).found if "id" in a]
        assert ids
        assert all("_" in (each or "") for each in ids), path


async def test_empty_lists_are_left_out(client: httpx.AsyncClient, editor: Headers) -> None:
    empty = [
        {"kind": "tools", "heading": "No tools"},
        {"kind": "trending", "heading": "No trends"},
        {"kind": "movers", "heading": "No movers"},
        {"kind": "reading", "heading": "No reading"},
    ]
    await post(client, editor, {"date": "2026-05-03", "sections": [lead(), *empty]})

    page = (await client.get("/")).text

    assert "No t" not in page
    assert "No movers" not in page
    assert "No reading" not in page
    assert "Nothing moved" not in page


async def test_blanks_are_no_name_of_a_link(client: httpx.AsyncClient, editor: Headers) -> None:
    address = "https://example.com/"
    sections = [
        lead(headline=" ", standfirst="Wanted", slug="the-lead"),
        story(headline="\t", body="Wanted"),
        {"kind": "tools", "tools": [{"name": " ", "url": address, "category": " "}]},
        {"kind": "reading", "items": [{"title": " ", "url": address}]},
    ]
    await post(client, editor, {"date": "2026-05-03", "title": "  ", "sections": sections})

    for path in ("/", "/issues", "/search?q=wanted", "/tools", "/reading"):
        page = (await client.get(path)).text
        links = [part.split("</a>")[0].split(">", 1)[1] for part in page.split("<a ")[1:]]
        assert all(each.strip() for each in links), path
        for level in ("h1", "h2", "h3"):
            texts = [part.split("</h")[0].split(">", 1)[1] for part in page.split(f"<{level}")[1:]]
            assert all(each.strip() for each in texts), path
        assert "<title>  " not in page
    assert "Issue 1" in (await client.get("/issues")).text


async def test_texts_of_people_find_their_own_direction(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    words = "خبر"
    sections = [
        lead(headline=words, standfirst=words, body=words, byline=words, kicker=words),
        {"kind": "tools", "tools": [{"name": words, "summary": words}]},
        {"kind": "reading", "items": [{"title": words, "summary": words}]},
    ]
    await post(client, editor, {"date": "2026-05-03", "title": words, "sections": sections})

    for path in ("/", "/issues", "/tools", "/reading"):
        main = (await client.get(path)).text.split("<main", 1)[1]
        for before in main.split(words)[:-1]:
            # The element itself, or the one around the link or the paragraph that it stands in.
            assert 'dir="auto"' in "<".join(before.split("<")[-3:]), (path, before[-200:])


async def test_what_all_rows_agree_on_is_said_once(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    seen = {"observed_at": "2026-05-03T05:30:00Z", "window": "week", "stars": 10, "change": 2}
    later = {**seen, "observed_at": "2026-05-03T05:45:00Z", "window": "day"}
    entries = [entry(f"acme/{number}", **seen) for number in range(5)]
    models = [entry("acme/m", source="huggingface", kind="model", **{**later, "likes": 4})]
    sections = [lead(), {"kind": "trending", "entries": entries}]
    await post(client, editor, {"date": "2026-05-03", "sections": sections})
    sections[1] = {"kind": "trending", "entries": [*entries, *models]}
    await post(client, editor, {"date": "2026-05-04", "sections": sections})

    alike = (await client.get("/issues/1")).text
    unlike = (await client.get("/issues/2")).text

    assert alike.count("3 May 2026, 05:30 UTC") == 1
    assert alike.count("in a week") == 1
    assert alike.count("10 stars") == 5
    assert alike.count('<p class="count"><a href="https://github.com/acme/') == 5
    # Each side then says it for itself.
    assert unlike.count("3 May 2026, 05:30 UTC") == 1
    assert unlike.count("3 May 2026, 05:45 UTC") == 1
    assert unlike.count("in a week") == 1
    assert unlike.count("in a day") == 1


async def test_the_box_at_the_end_can_be_scanned(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await post(client, editor, {"date": "2026-05-03", "sections": [lead()]})

    page = (await client.get("/")).text

    assert "<title>QR code: http://paper.test/</title>" in page
    assert "Scan to read on a phone" in page
