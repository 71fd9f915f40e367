"""The first pages of a word in many titles are ranked by titles, with the order of all hits."""

import random

import httpx
import pytest
from fastapi import FastAPI

from app.content.access import PUBLIC
from app.content.queries import search as queries, search_matches as matches, search_order as order
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page, Part
from app.content.queries.search_matches import SearchFilter
from app.content.search.index import index_of
from tests.conftest import Clock
from tests.factories import issue, lead, story

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]

ANIMALS = ("Otter", "Heron")


@pytest.fixture
async def many_otters(client: httpx.AsyncClient, editor: Headers) -> None:
    """Print 80 stories, half of which have the word in their title."""
    draw = random.Random(5)
    for day in range(1, 5):
        stories = [
            story(
                headline=f"{draw.choice(ANIMALS)} {'long ' * draw.randint(0, 40)}{place}",
                body=f"{'The otter. ' * draw.randint(1, 4)} {'Water. ' * draw.randint(0, 30)}",
            )
            for place in range(20)
        ]
        document = issue(date=f"2026-05-0{day}", number=day, sections=[lead(), *stories])
        made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
        assert made.status_code == 201, made.text


@pytest.mark.usefixtures("many_otters")
@pytest.mark.parametrize("candidates", [60, 500])
async def test_titles_alone_give_the_order_of_all_hits(
    app: FastAPI, clock: Clock, monkeypatch: pytest.MonkeyPatch, candidates: int
) -> None:
    for module in (order, matches):
        monkeypatch.setattr(module, "MAX_CANDIDATES", candidates)
    monkeypatch.setattr(order, "MAX_RANKED", 50)
    monkeypatch.setattr(order, "MAX_TITLES", 7)
    monkeypatch.setattr(order, "MANY_HITS", 20)
    database = app.state.database

    async def ask(part: Part) -> Page:
        return await queries.search(
            database.reader,
            index_of(database.url.get_backend_name()),
            viewer=Viewer(PUBLIC, clock(), "http://paper.test"),
            where=SearchFilter("otter"),
            part=part,
        )

    whole = await ask(Part(50))
    assert len(whole.items) == 50
    for limit in (1, 3, 7, 20):
        with monkeypatch.context() as patched:
            if limit < 20:
                patched.delattr(queries, "by_relevance")  # not needed
            first = await ask(Part(limit))
        second = await ask(Part(limit, after=first.next_cursor))
        before = await ask(Part(limit, before=second.cursor_of(limit - 1), is_last=True))
        last = await ask(Part(limit, is_last=True))

        assert [*first.items, *second.items] == whole.items[: 2 * limit]
        assert list(before.items) == whole.items[limit - 1 :][:limit]
        assert list(last.items) == whole.items[-limit:]
        assert first.has_next
        assert first.total == 80


@pytest.mark.usefixtures("many_otters")
async def test_a_page_that_titles_do_not_fill_has_the_other_hits(
    app: FastAPI, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "MANY_HITS", 20)
    database = app.state.database
    page = await queries.search(
        database.reader,
        index_of(database.url.get_backend_name()),
        viewer=Viewer(PUBLIC, clock(), "http://paper.test"),
        where=SearchFilter("otter"),
        part=Part(100),
    )

    titles = [hit["title"].split()[0] for hit in page.items]
    assert titles.count("Heron") > 20
    assert len(titles) == 80
