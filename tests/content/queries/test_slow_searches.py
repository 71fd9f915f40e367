"""What a search costs the event loop: long looks go to a thread, long texts are read in part."""

import threading
from collections.abc import Iterator
from itertools import product

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event

from app.content.search import snippet
from app.content.search.folding import fold_with_places
from app.content.search.long_text import LONG, RANKED_CHARACTERS
from tests.factories import issue, lead, story

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]

NEEDLE = "needle 智能 Qwen3.6"


@pytest.fixture
def threads_of_matches() -> Iterator[list[str]]:
    """The names of the threads in which the full-text index of SQLite was asked."""
    names: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if " MATCH " in statement:
            names.append(threading.current_thread().name)

    event.listen(Engine, "before_cursor_execute", note)
    yield names
    event.remove(Engine, "before_cursor_execute", note)


def only_sqlite(app: FastAPI) -> None:
    if app.state.database.url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL works in a process of its own")


@pytest.mark.one_database
@pytest.mark.usefixtures("twelve_issues")
@pytest.mark.parametrize("sort", ["newest", "relevance"])
@pytest.mark.parametrize(
    "query",
    [
        "q=bi*",
        "q=the%20*&type=tool",
        "q=small%20models",
        "q=small-models",
        "q=the%20-a",
        "q=7b*",
        "q=%22a%20b%22",
    ],
)
async def test_a_long_look_never_runs_in_the_event_loop(
    client: httpx.AsyncClient,
    app: FastAPI,
    threads_of_matches: list[str],
    query: str,
    sort: str,
) -> None:
    only_sqlite(app)
    for limit in (1, 20):
        threads_of_matches.clear()
        answer = await client.get(f"/v1/search?{query}&sort={sort}&limit={limit}")
        assert answer.status_code == 200

        assert threads_of_matches
        assert all(name.startswith("slow-read") for name in threads_of_matches)
        # The first look counts the hits as well, and the total is known from then on.
        assert len(threads_of_matches) == 1


@pytest.mark.one_database
@pytest.mark.usefixtures("twelve_issues")
async def test_a_single_word_is_looked_for_where_it_is_asked(
    client: httpx.AsyncClient, app: FastAPI, threads_of_matches: list[str]
) -> None:
    only_sqlite(app)

    await client.get("/v1/search?q=the&sort=newest")
    await client.get("/v1/search?q=model")

    assert threads_of_matches
    assert set(threads_of_matches) == {threading.current_thread().name}


async def long_issue(client: httpx.AsyncClient, editor: Headers) -> int:
    """Print stories of 100,000 characters and more with the needle at the end; their length."""
    filler = {
        "ascii": "filler words, ",
        "kanji": "模型学习。",
        "thai": "การทำงาน ",
        "marks": "é" * 9 + " ",
    }
    body = {name: text * (100_000 // len(text)) + NEEDLE for name, text in filler.items()}
    sections = [lead(headline="Needle", body=body["ascii"])]
    sections += [story(headline=name, body=text + " end") for name, text in body.items()]
    made = await client.post(
        "/v1/issues?publish=true", json=issue(sections=sections), headers=editor
    )
    assert made.status_code == 201, made.text
    return len(body["ascii"])


MARKED = {
    "needle": "<mark>needle</mark>",
    "need*": "<mark>needle</mark>",
    "智能 end": "<mark>智能</mark>",
    "qwen3.6": "<mark>Qwen3.6</mark>",
    '"needle 智"': "<mark>needle 智</mark>",
}


async def test_a_snippet_of_a_long_text_folds_only_a_part_of_it(
    client: httpx.AsyncClient, editor: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await long_issue(client, editor)
    expected = {"ascii", "kanji", "thai", "marks"}
    lengths: list[int] = []

    def fold(text: str) -> tuple[str, list[int] | None]:
        lengths.append(len(text))
        return fold_with_places(text)

    monkeypatch.setattr(snippet, "fold_with_places", fold)

    for (question, marked), sort in product(MARKED.items(), ("newest", "relevance")):
        lengths.clear()
        query = {"q": question, "type": "section", "sort": sort}
        answer = await client.get("/v1/search", params=query)

        hits = {hit["title"]: hit["snippet"] for hit in answer.json()["data"]}
        assert expected <= set(hits), query
        assert all(marked in hits[title] for title in expected), hits
        assert all(hits[title].startswith("…") for title in expected), query
        assert max(lengths) <= LONG + 300, query


async def test_a_title_is_shown_with_the_beginning_of_a_long_text(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await long_issue(client, editor)

    answer = await client.get("/v1/search", params={"q": "kanji", "type": "section"})

    (hit,) = answer.json()["data"]
    assert hit["snippet"].startswith("<mark>kanji</mark> — 模型学习。模型")
    assert hit["snippet"].endswith("…")


async def test_ranking_reads_the_beginning_of_a_long_text(
    client: httpx.AsyncClient, editor: Headers, engine: Engine
) -> None:
    length = await long_issue(client, editor)

    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT length(text_words), length(more_words) FROM search_entry WHERE title = 'ascii'"
        ).all()
    found = (await client.get("/v1/search", params={"q": "needle", "type": "section"})).json()

    assert [row[0] <= RANKED_CHARACTERS < row[1] for row in rows] == [True]
    assert sum(rows[0]) > length * 0.9
    scores = {hit["title"]: hit["score"] for hit in found["data"]}
    assert scores["Needle"] == max(scores.values())
    assert min(scores.values()) > 0
