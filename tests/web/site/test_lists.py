"""The pages of a list lead both ways, and a long issue has a list of contents."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.web.site import links
from tests.factories import issue, lead, story
from tests.web.site.test_pages import Headers, Tags, post

pytestmark = pytest.mark.anyio


def links_of(answer: httpx.Response) -> dict[str, str]:
    """The addresses that a page calls the ones before and after it."""
    assert answer.status_code == 200, answer.text
    return {
        str(attributes["rel"]): str(attributes["href"])
        for tag, attributes in Tags(answer.text).found
        if tag == "a" and attributes.get("rel") in ("prev", "next")
    }


@pytest.mark.slow
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("path", ["/issues", "/tools", "/reading", "/search?q=a*&sort=newest"])
async def test_a_list_is_walked_to_its_end_and_back(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(links, "PAGE_SIZE", 2)
    there = [path]
    while older := links_of(await client.get(there[-1])).get("next"):
        there.append(older)
    back = [there[-1]]
    while newer := links_of(await client.get(back[-1])).get("prev"):
        back.append(newer)

    bodies = [Tags((await client.get(each)).text).text for each in there]
    again = [Tags((await client.get(each)).text).text for each in back]
    assert len(there) > 2
    assert again == bodies[::-1]
    assert "prev" not in links_of(await client.get(path))


@pytest.mark.usefixtures("demo")
async def test_a_first_page_is_whole_from_wherever_it_is_reached(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PAGE_SIZE", 2)
    second = links_of(await client.get("/issues"))["next"]
    newer = links_of(await client.get(second))["prev"]
    monkeypatch.setattr(links, "PAGE_SIZE", 3)

    first = await client.get(newer)

    assert first.text.count('<p class="when">') == 3
    assert "prev" not in links_of(first)


@pytest.mark.parametrize(("count", "is_listed"), [(6, False), (7, True)])
async def test_an_issue_of_many_sections_has_a_list_of_contents(
    client: httpx.AsyncClient, editor: Headers, count: int, is_listed: bool
) -> None:
    stories: list[Any] = [story(headline=f"Story {n}") for n in range(1, count)]
    await post(client, editor, issue(sections=[lead(), *stories]))

    page = Tags((await client.get("/")).text)

    ids = {attributes.get("id") for _, attributes in page.found}
    anchors = [attributes["href"] for tag, attributes in page.found if tag == "a"]
    listed = [each for each in anchors if (each or "").startswith("#") and each != "#page_content"]
    assert len(listed) == (count if is_listed else 0)
    assert {(each or "")[1:] for each in listed} <= ids


async def test_a_rubric_without_a_standfirst_has_the_intro_of_the_paper(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    tools: dict[str, Any] = {"kind": "tools", "tools": [{"name": "A tool"}]}
    reading = {"kind": "reading", "items": [{"title": "A piece"}], "standfirst": "Ours."}
    await post(client, editor, issue(sections=[lead(), tools, reading]))

    publication = (await client.get("/v1/publication")).json()
    page = await client.get("/")

    intros = {each["kind"]: each["intro"] for each in publication["rubrics"]}
    assert page.text.count(intros["tools"]) == 1
    assert intros["reading"] not in page.text
    assert "Ours." in page.text


async def test_the_subscribe_form_posts_to_the_newsletter_and_nowhere_else(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    await post(client, editor, issue())
    before = await client.get("/issues/2026-05-03")
    app.state.settings = app.state.settings.model_copy(
        update={"newsletter_url": "https://news.example/api/subscribe?to=paper"}
    )

    page = await client.get("/")

    forms = [attributes for tag, attributes in Tags(page.text).found if tag == "form"]
    policy = page.headers["content-security-policy"]
    assert "<form" not in before.text
    assert forms[0]["action"] == "https://news.example/api/subscribe?to=paper"
    assert "form-action 'self' https://news.example;" in policy
