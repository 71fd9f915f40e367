"""Cursors that somebody made up, at every list: a page or a 400, never a 500 and never too much.

The check of a cursor is no secret, so these are made as a stranger would make them.
"""

from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from app.content import base64url
from app.content.queries.cursors import encode_cursor
from app.content.trends.board_filter import EVERYTHING
from app.models.board import Board
from tests.counted import counted

pytestmark = pytest.mark.databases_in_turn

DAYS = {"from": None, "to": None}
BOARD = {
    "list": "trending/trending",
    "window": "week",
    "source": "github",
    "kind": "repository",
    "date": None,
    **EVERYTHING.scope(),
}
MOVERS = {**BOARD, "list": "trending/up", "source": None, "kind": None}
FOUND = {"list": "search", "q": "model", "type": None, "sort": "newest", **DAYS}

LISTS: dict[str, dict[str, Any]] = {
    "/v1/issues": {"list": "issues", "status": "published", **DAYS},
    "/issues": {"list": "issues", "status": "published", **DAYS},
    "/feeds/issues.atom": {"list": "issues", "status": "published", **DAYS},
    "/v1/sections": {"list": "sections"},
    "/feeds/sections/lead.json": {"list": "sections", "kind": "lead"},
    "/v1/tools": {"list": "tools"},
    "/tools": {"list": "tools"},
    "/v1/reading": {"list": "reading"},
    "/v1/entries": {"list": "entries"},
    "/v1/corrections": {"list": "corrections"},
    "/feeds/corrections.atom": {"list": "corrections"},
    "/v1/search?q=model&sort=newest": FOUND,
    "/v1/search?q=model": {**FOUND, "sort": "relevance"},
    "/search?q=model": {**FOUND, "sort": "relevance"},
    "/v1/trending?source=github&kind=repository": BOARD,
    "/trending/github/repository": {**BOARD, "copies": "folded"},
    "/v1/trending/movers": MOVERS,
    "/feeds/movers.atom": MOVERS,
    "/v1/keys": {"list": "keys"},
    "/v1/sync/runs": {"list": "sync_runs"},
    "/v1/webhooks": {"list": "webhooks", "drafts": True},
}
"""Each list with what its cursors are bound to."""

HUGE = "9" * 300
PLACES: tuple[list[Any], ...] = (
    *([], [None], [True], [-1], [0], [2**31], [2**63], [1.5], [""], ["²"], [[]], [{"a": 1}]),
    *(["2026-05-03"], ["9999-12-31"], ["0001-01-01"], ["2026-02-30"], ["99999-01-01"], [HUGE]),
    *(["0001-01-01T00:00:00Z", "cor_" + "0" * 20], ["2026-05-03T06:00:00Z", "cor_"]),
    *(["2026-05-03", -1], ["2026-05-03", 2**31], ["2026-05-03", 2**40], ["0001-01-01", 2**31 - 1]),
    *(["2026-05-03", 1, -1], ["2026-05-03", 1, 2**63], ["2026-05-03", "1", 1]),
    *(["²", 0], ["", 0], ["1", -1], ["1", 10**9], ["1", 2**64 - 1], ["0", 0], ["-1", 0]),
    *([HUGE, 0], ["9" * 18, 0], ["1-1", 0], ["1-2-3-4-5-6-7", 0], ["1-2-3-4-5", 0]),
    *(["2026-05-03T06:00:00Z", 0], ["2026-05-03T06:00:00Z", 201], ["", 2**31 - 1]),
)


async def pages_of(client: httpx.AsyncClient, path: str, cursor: str) -> httpx.Response:
    return await client.get(httpx.URL(path).copy_merge_params({"cursor": cursor}))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("path", LISTS)
async def test_a_forged_cursor_is_a_page_or_a_400(
    client: httpx.AsyncClient, editor: dict[str, str], path: str
) -> None:
    if path in ("/v1/keys", "/v1/sync/runs", "/v1/webhooks"):
        client.headers.update(editor)

    for place in PLACES:
        cursor = encode_cursor(place, filters=LISTS[path])
        answer = await pages_of(client, path, cursor)
        assert answer.status_code in (200, 400), (place, answer.text)


NO_CURSORS = (
    *("VER3dc7GoIlbIsKyIiwwXQ", "!", "====", "a" * 500, "é", " ", "AAAAAAAAAAAA", "%00"),
    "Xbw2GTxflUtbIjk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkiLDBd",
)


@pytest.mark.one_database
@pytest.mark.parametrize("path", LISTS)
async def test_text_that_is_no_cursor_is_a_400(
    client: httpx.AsyncClient, editor: dict[str, str], path: str
) -> None:
    if path in ("/v1/keys", "/v1/sync/runs", "/v1/webhooks"):
        client.headers.update(editor)

    statuses = {cursor: (await pages_of(client, path, cursor)).status_code for cursor in NO_CURSORS}

    assert statuses == dict.fromkeys(NO_CURSORS, 400)


@pytest.mark.usefixtures("demo")
async def test_a_cursor_names_no_board_of_another_list(
    client: httpx.AsyncClient, engine: Engine
) -> None:
    columns = (Board.id, Board.source, Board.kind, Board.list, Board.window)
    with engine.connect() as connection:
        rows = connection.execute(select(*map(col, columns)).order_by(col(Board.id))).all()
    own = [row.id for row in rows if tuple(row)[1:] == ("github", "repository", "trending", "week")]
    others = [row.id for row in rows if row.id not in own]

    shown = [await board_of(client, [id_]) for id_ in own[-3:]]
    refused = [await board_of(client, [id_]) for id_ in [*others[:20], others[-1] + 10**6]]

    assert [answer.status_code for answer in shown] == [200] * 3
    assert {answer.status_code for answer in refused} == {400}
    assert (await board_of(client, own[-2:])).status_code == 400


async def board_of(client: httpx.AsyncClient, ids: list[int]) -> httpx.Response:
    cursor = encode_cursor(["-".join(map(str, ids)), 0], filters=BOARD)
    return await pages_of(client, "/v1/trending?source=github&kind=repository", cursor)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("view", ["public", "all"])
async def test_a_forged_cursor_of_events_is_a_page_or_a_400(
    client: httpx.AsyncClient, view: str
) -> None:
    scope = {"list": "events", "view": view}
    made = [encode_cursor(place, filters=scope) for place in PLACES]
    statuses = {
        cursor: (await client.get("/v1/events", params={"after": cursor})).status_code
        for cursor in (*made, *NO_CURSORS)
    }

    assert {*statuses.values()} <= {200, 400}
    # The first place of the log is `[0]`: all else lies beyond its end, or is no place in it.
    assert [cursor for cursor, status in statuses.items() if status == 200] == (
        [encode_cursor([0], filters=scope)] if view == "public" else []
    )


QUERY = """
query ($after: String, $before: String) {
  issues(after: $after, before: $before) { nodes { number } }
}
"""


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("end", ["after", "before"])
async def test_a_cursor_in_graphql_is_no_longer_than_one_in_rest(
    client: httpx.AsyncClient, end: str
) -> None:
    ids = "-".join(map(str, range(1, 4_001)))
    long = encode_cursor([ids, 0], filters=LISTS["/v1/issues"])

    for cursor in (long, "A" * 200_000, "²", "\u202e"):
        body = {"query": QUERY, "variables": {end: cursor}}
        answer = (await client.post("/graphql", json=body)).json()
        assert answer["errors"][0]["extensions"]["code"] == "invalid_cursor"
        assert len(orjson.dumps(answer)) < 2_000


@pytest.mark.usefixtures("demo")
async def test_both_cursors_of_a_board_name_the_same_boards(
    client: httpx.AsyncClient, engine: Engine
) -> None:
    found = select(col(Board.id)).where(
        col(Board.list) == "trending", col(Board.window) == "week", col(Board.source) == "github"
    )
    with engine.connect() as connection:
        first, second = connection.execute(found.order_by(col(Board.id).desc()).limit(2)).scalars()
    query = """
    query ($after: String, $before: String) {
      trending(source: GITHUB, kind: REPOSITORY, after: $after, before: $before) {
        nodes { externalId }
      }
    }
    """

    async def between(after: int | None, before: int | None) -> Any:
        ends = {
            "after": encode_cursor([str(after), 0], filters=BOARD),
            "before": encode_cursor([str(before), 3], filters=BOARD),
        }
        answer = await client.post("/graphql", json={"query": query, "variables": ends})
        return answer.json()

    same, mixed = await between(first, first), await between(first, second)

    assert len(same["data"]["trending"]["nodes"]) == 2
    assert mixed["errors"][0]["extensions"]["code"] == "invalid_cursor"


@pytest.mark.usefixtures("demo")
async def test_a_cursor_of_many_ids_reads_no_board(client: httpx.AsyncClient) -> None:
    """Thousands of ids in one cursor used to be looked up and unpacked."""
    with counted() as few:
        assert (await board_of(client, [1])).status_code == 400
    with counted() as many:
        assert (await board_of(client, list(range(1, 101)))).status_code == 400

    assert any("board" in statement for statement in few)
    assert not any("board" in statement for statement in many)


@pytest.mark.usefixtures("demo")
async def test_a_node_id_has_one_spelling(client: httpx.AsyncClient) -> None:
    asked = "query ($id: ID!) { node(id: $id) { id } }"
    newest = (await client.post("/graphql", json={"query": "{ latestIssue { id } }"})).json()
    id_ = newest["data"]["latestIssue"]["id"]

    async def node(written: str) -> Any:
        body = {"query": asked, "variables": {"id": written}}
        return (await client.post("/graphql", json=body)).json()["data"]["node"]

    assert await node(id_) == {"id": id_}
    for other in (f"{id_}=", f"{id_}==", f"{id_}!", f"\n{id_}", f"{id_[:3]} {id_[3:]}", id_ + "A"):
        assert await node(other) is None
    raw = base64url.decode(id_)
    assert await node(base64url.encode(raw.replace(b":", b":0"))) is None
