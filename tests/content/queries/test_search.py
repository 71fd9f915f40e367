"""Both databases find what a reading of every entry finds, and PostgreSQL step by step as well."""

from datetime import date

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.content.access import PUBLIC
from app.content.queries.issues import Viewer
from app.content.queries.paging import Part
from app.content.queries.search import search
from app.content.queries.search_matches import SearchFilter
from app.content.search.entries import Entry, first_id, id_at, last_id, place_of
from app.content.search.index import MAX_POSITIONS, index_of
from app.content.search.question import Question, Term, read_question
from app.demo import demo_issues
from app.models import SearchEntry
from tests.conftest import Clock
from tests.factories import issue, lead, story
from tests.sampling import examples

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]


async def printed(client: httpx.AsyncClient, editor: Headers, engine: Engine) -> list[SearchEntry]:
    """The entries of six demo issues, which are put into print when they are first asked for."""
    with Session(engine) as session:
        rows = list(session.scalars(select(SearchEntry).order_by(col(SearchEntry.id).desc())))
    if rows:
        return rows
    for document in demo_issues()[:6]:
        made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
        assert made.status_code == 201
    return await printed(client, editor, engine)


def has(entry: SearchEntry, term: Term) -> bool:
    needle = " " + " ".join(term.words) + ("" if term.is_prefix else " ")
    return needle in f" {entry.title_words} " or needle in f" {entry.text_words} "


def answers(entry: SearchEntry, question: Question) -> bool:
    return all(has(entry, term) for term in question.wanted) and not any(
        has(entry, term) for term in question.unwanted
    )


WORDS = (
    *("the", "a", "model", "models", "small", "dataset", "what", "learned", "demo", "trending"),
    *("tools", "of", "in", "agents", "who", "is", "reading", "weekend", "bittern", "7b"),
    *("larkspur", "say", "know", "paper"),
)
words = st.sampled_from(WORDS)
parts = st.one_of(
    words,
    st.tuples(words, words).map('"{0[0]} {0[1]}"'.format),
    st.tuples(words, words).map("{0[0]}-{0[1]}".format),
    words.map(lambda word: f"{word[:3]}*"),
    words.map(lambda word: f"{word[:2]}*"),
    words.map(lambda word: f"-{word}"),
)


@pytest.mark.slow
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.tuples(words, st.lists(parts, max_size=3)).map(lambda p: " ".join([p[0], *p[1]])),
    type_=st.sampled_from([None, "issue", "section", "tool", "entry", "reading"]),
    days=st.sampled_from([(None, None), (date(2026, 4, 20), date(2026, 4, 22))]),
)
async def test_what_is_found_is_what_a_reader_of_everything_finds(
    client: httpx.AsyncClient,
    editor: Headers,
    engine: Engine,
    app: FastAPI,
    clock: Clock,
    text: str,
    type_: str | None,
    days: tuple[date | None, date | None],
) -> None:
    entries = await printed(client, editor, engine)
    question = read_question(text)
    expected = [
        (entry.type, entry.title)
        for entry in entries
        if answers(entry, question)
        and type_ in (None, entry.type)
        and (days[0] is None or first_id(days[0]) <= entry.id)
        and (days[1] is None or entry.id <= last_id(days[1]))
    ]

    database = app.state.database
    for sort in ("newest", "relevance"):
        page = await search(
            database.reader,
            index_of(database.url.get_backend_name()),
            viewer=Viewer(PUBLIC, clock(), "http://paper.test"),
            where=SearchFilter(text, type_, sort, *days),  # type: ignore[arg-type]
            part=Part(1000),
        )
        found = [(hit["type"], hit["title"]) for hit in page.items]
        if sort == "newest":
            assert found == expected
        else:
            assert sorted(found) == sorted(expected) or len(found) == 200
        assert page.total == len(expected)


@pytest.mark.parametrize("sort", ["newest", "relevance"])
async def test_issues_far_apart_are_found_together(
    client: httpx.AsyncClient, editor: Headers, sort: str
) -> None:
    """On PostgreSQL the newest 128 days are asked first, then further back, then all."""
    days = ["1850-01-01", "1990-05-05", "2024-02-29", "2025-12-31", "2026-05-03", "2099-01-01"]
    for place, day in enumerate(days):
        document = issue(date=day, number=place + 1, sections=[lead(headline="Otters")], title="T")
        await client.post("/v1/issues?publish=true", json=document, headers=editor)

    for limit in (1, 2, 6):
        found: list[str] = []
        cursor = None
        while True:
            query = {"q": "otters", "sort": sort, "limit": limit}
            answer = await client.get(
                "/v1/search", params=query | ({"cursor": cursor} if cursor else {})
            )
            page = answer.json()["page"]
            found += [hit["issue"]["date"] for hit in answer.json()["data"]]
            assert page["total"] == 6
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert found == days[::-1]


async def test_a_word_of_a_very_long_text_is_found_wherever_it_stands(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    body = "filler words " * (MAX_POSITIONS * 40) + "needle in the haystack"
    sections = [lead(headline="Long", body=body), story(headline="Other")]
    made = await client.post(
        "/v1/issues?publish=true", json=issue(sections=sections), headers=editor
    )
    assert made.status_code == 201

    for q in ("needle", "need*", "filler needle", '"filler words"', "long -other"):
        answer = await client.get("/v1/search", params={"q": q, "type": "section"})
        assert [hit["title"] for hit in answer.json()["data"]] == ["Long"], q


@pytest.mark.parametrize(
    "body",
    [
        "|model|score|\n|-|-|\n" + "".join(f"|m|3.{n}|\n" for n in range(300)),
        "filler words " * 10_000,
    ],
    ids=["many numbers", "many words"],
)
async def test_a_model_name_is_found_behind_more_words_than_postgresql_tells_apart(
    client: httpx.AsyncClient, editor: Headers, body: str
) -> None:
    sections = [lead(headline="Long", body=f"{body}\n\nZwen3.6-27B won."), story(headline="Zwen 4")]
    made = await client.post(
        "/v1/issues?publish=true", json=issue(sections=sections), headers=editor
    )
    assert made.status_code == 201, made.text

    for q in ("zwen3.6", "Zwen-3.6", "zwen 3.6", "Zwen3.6-27B", '"27b won"', "zwen3*"):
        answer = await client.get("/v1/search", params={"q": q, "type": "section"})
        assert [hit["title"] for hit in answer.json()["data"]] == ["Long"], q


def test_an_id_is_a_place_and_back() -> None:
    for day in (date.min, date(2026, 5, 3), date.max):
        for place in (0, 1, 400, 4095):
            assert place_of(id_at(day, place)) == (day, place)
            assert first_id(day) <= id_at(day, place) <= last_id(day)
    assert id_at(date(2026, 5, 4), 4095) > id_at(date(2026, 5, 3), 0) > id_at(date(2026, 5, 3), 1)


def test_lexemes_are_bounded_as_postgresql_has_it() -> None:
    entry = Entry(
        id=1, type="tool", section_slug="s", kind="tools", source=None, title="a", text="",
        title_words="a b", text_words="b " * 20_000,
    )  # fmt: skip

    lexemes = index_of("postgresql").lexemes(entry)

    assert lexemes is not None
    of_b = next(part for part in lexemes.split(" ") if part.startswith("'b':"))
    places = [int(place) for place in of_b.partition(":")[2].split(",")]
    assert len(places) == MAX_POSITIONS
    assert places[:2] == [2, 4], "no phrase leads from the title to the text"
    assert index_of("sqlite").lexemes(entry) is None
