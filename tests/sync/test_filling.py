"""Sections filled from a snapshot, and drafts whose boards stand: frozen as they were that day."""

from typing import Any

import httpx
import orjson
import pytest

from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

LEAD = {"kind": "lead", "headline": "What Moved"}


def issue_with(*sections: dict[str, Any], day: str = "2026-06-01") -> dict[str, Any]:
    return {"date": day, "sections": [LEAD, *sections]}


def asking(kind: str, **members: Any) -> dict[str, Any]:
    return {"kind": kind, "from_snapshot": {"window": "day", **members}}


@pytest.fixture
async def moved(run_day: RunDay, upstream: Upstream) -> None:
    """Two days between which three repositories and two models gained; two gained the same."""
    await run_day()
    for number, gain in ((1001, 50), (1002, 20), (1003, 20)):
        upstream.repositories[number]["stargazers_count"] += gain
    for number, gain in ((1, 30), (2, 10)):
        upstream.models[number]["likes"] += gain
    await run_day()


async def post(
    client: httpx.AsyncClient, editor: dict[str, str], document: Any, *, publish: bool = False
) -> httpx.Response:
    return await client.post(
        "/v1/issues", params={"publish": str(publish).lower()}, json=document, headers=editor
    )


@pytest.mark.slow
@pytest.mark.usefixtures("moved")
async def test_sections_are_filled_with_what_the_boards_say(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    made = await post(client, editor, issue_with(asking("trending"), asking("movers", limit=4)))

    assert made.status_code == 201, made.text
    _, trending, movers = made.json()["sections"]
    assert "from_snapshot" not in trending
    for source, kind, count in (("huggingface", "model", 2), ("github", "repository", 3)):
        asked = f"/v1/trending?source={source}&kind={kind}&window=day"
        board = (await client.get(asked)).json()["data"]
        printed = [e for e in trending["entries"] if e["kind"] == kind]
        assert len(printed) == count
        assert [{**e, "rank": 0} for e in printed] == [{**e, "rank": 0} for e in board]
        # Ties share a rank on a board; in print each has its place.
        assert [e["rank"] for e in printed] == list(range(1, count + 1))
    listed = (await client.get("/v1/trending/movers?window=day")).json()["data"]
    assert movers["entries"] == listed[:4]
    assert [e["change"] for e in movers["entries"]] == [50, 30, 20, 20]
    assert [e["rank"] for e in movers["entries"]] == [1, 2, 3, 3]


@pytest.mark.slow
@pytest.mark.usefixtures("moved")
async def test_a_later_sync_changes_nothing_that_was_filled(
    client: httpx.AsyncClient, editor: dict[str, str], run_day: RunDay, upstream: Upstream
) -> None:
    made = await post(client, editor, issue_with(asking("trending")), publish=True)
    before = made.json()["sections"]
    upstream.repositories[1040]["stargazers_count"] += 5000
    await run_day()

    after = (await client.get("/v1/issues/2026-06-01")).json()["sections"]
    listed = (await client.get("/v1/entries?source=github")).json()["data"]

    assert after == before
    assert {e["snapshot_id"] for e in listed} == {before[1]["entries"][0]["snapshot_id"]}


@pytest.mark.slow
@pytest.mark.usefixtures("moved")
async def test_one_snapshot_fills_one_board(
    client: httpx.AsyncClient, editor: dict[str, str], run_day: RunDay
) -> None:
    asked = "/v1/trending?source=github&kind=repository&window=day"
    board = (await client.get(asked)).json()
    snapshot_id = board["board"]["snapshot_id"]
    await run_day()

    wanted = issue_with(asking("trending", snapshot_id=snapshot_id, limit=2))
    made = await post(client, editor, wanted)

    entries = made.json()["sections"][1]["entries"]
    assert [e["external_id"] for e in entries] == [e["external_id"] for e in board["data"][:2]]
    assert {e["snapshot_id"] for e in entries} == {snapshot_id}


@pytest.mark.slow
@pytest.mark.usefixtures("moved")
async def test_a_section_is_filled_anew_by_a_patch(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    made = await post(client, editor, issue_with({"kind": "movers", "slug": "movers"}))
    address = f"/v1/issues/{made.json()['number']}/sections/movers"
    wanted = {"from_snapshot": {"snapshot_id": "latest", "window": "day", "limit": 1}}

    answers = []
    for _ in range(2):
        head = (await client.get(address, headers=editor)).headers["etag"]
        answer = await client.patch(address, json=wanted, headers={**editor, "If-Match": head})
        assert answer.status_code == 200, answer.text
        answers.append(answer.json())

    assert [entry["change"] for entry in answers[0]["entries"]] == [50]
    assert answers[0] == answers[1]
    issue = (await client.get(f"/v1/issues/{made.json()['number']}", headers=editor)).json()
    assert issue["revision"] == 2


REFUSED: tuple[tuple[dict[str, Any], str, str], ...] = (
    (asking("trending", snapshot_id=9999), "/from_snapshot/snapshot_id", "no_snapshot"),
    (asking("trending", snapshot_id="newest"), "/from_snapshot/snapshot_id", "not_one_of"),
    (asking("trending", snapshot_id=0), "/from_snapshot/snapshot_id", "out_of_range"),
    (asking("trending", window="year"), "/from_snapshot/window", "not_one_of"),
    (asking("trending", limit=201), "/from_snapshot/limit", "out_of_range"),
    (asking("movers", limit=51), "/from_snapshot/limit", "out_of_range"),
    (asking("trending", limits=5), "/from_snapshot/limits", "unknown_field"),
    (asking("trending", window="month"), "/from_snapshot/window", "withheld"),
    ({**asking("movers"), "entries": []}, "/from_snapshot", "not_with_entries"),
    ({"kind": "trending", "from_snapshot": "latest"}, "/from_snapshot", "wrong_type"),
)


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("moved")
async def test_what_cannot_be_filled_is_refused_where_it_stands(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    for section, pointer, code in REFUSED:
        refused = await post(client, editor, issue_with(section))
        judged = await client.post("/v1/issues/validate", json=issue_with(section), headers=editor)

        assert refused.status_code == 422, refused.text
        (fault,) = refused.json()["errors"]
        assert (fault["pointer"], fault["code"]) == (f"/sections/1{pointer}", code)
        assert judged.json()["errors"] == [fault], section


async def test_before_the_first_snapshot_there_is_nothing_to_fill_from(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    refused = await post(client, editor, issue_with(asking("movers")))

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "no_snapshot"


@pytest.mark.slow
@pytest.mark.usefixtures("moved")
async def test_a_mutation_fills_as_rest_does(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    asked = await client.post(
        "/graphql",
        headers=editor,
        json={
            "query": """mutation ($input: IssueInput!) { createIssue(input: $input) {
                ... on IssueSaved { issue { movers { externalId change } } }
                ... on Problem { detail errors { pointer code } } } }""",
            "variables": {
                "input": {
                    "date": "2026-06-01",
                    "sections": [{"kind": "MOVERS", "fromSnapshot": {"window": "DAY", "limit": 2}}],
                }
            },
        },
    )

    movers = asked.json()["data"]["createIssue"]["issue"]["movers"]
    assert [entry["change"] for entry in movers] == [50, 30]


@pytest.mark.slow
async def test_an_import_that_asks_for_a_snapshot_resumes(
    client: httpx.AsyncClient, editor: dict[str, str], moved: None
) -> None:
    line = orjson.dumps(issue_with(asking("trending", limit=3), asking("movers", limit=2)))
    headers = {**editor, "Content-Type": "application/x-ndjson"}

    told = [
        (await client.post("/v1/issues/import", content=line, headers=headers)).json()["status"]
        for _ in range(2)
    ]

    assert told == [201, 200]
