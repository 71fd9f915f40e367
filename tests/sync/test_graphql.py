"""Boards, movers and subjects over GraphQL: the values of REST, nodes, pages, the way to issues."""

from typing import Any

import httpx
import pytest

from tests.counted import counted
from tests.factories import make_issue
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

ENTRY = "externalId rank name url stars score previousRank change window observedAt snapshotId"


async def ask(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    response = await client.post("/graphql", json={"query": query})
    told = response.json()
    assert "errors" not in told, told
    shown: dict[str, Any] = told["data"]
    return shown


@pytest.mark.slow
async def test_a_board_is_told_as_rest_tells_it(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for number in (1001, 1002, 1003):
        upstream.repositories[number]["stargazers_count"] += number - 990
    await run_day()

    shown = await ask(
        client,
        f"""{{
          trending(source: GITHUB, kind: REPOSITORY, window: DAY) {{
            board {{ status tracked spanDays method window }}
            totalCount nodes {{ {ENTRY} }} notes {{ externalId isNewcomer }}
          }}
          movers(window: DAY, direction: UP) {{ nodes {{ externalId change }} }}
        }}""",
    )
    rest = (await client.get("/v1/trending?source=github&kind=repository&window=day")).json()

    board = shown["trending"]
    assert [e["externalId"] for e in board["nodes"]] == [e["external_id"] for e in rest["data"]]
    assert [e["score"] for e in board["nodes"]] == [e["score"] for e in rest["data"]]
    assert board["totalCount"] == 3
    assert board["board"] == {
        "status": "OK",
        "tracked": 40,
        "spanDays": 1.0,
        "method": rest["board"]["method"],
        "window": "DAY",
    }
    assert all(note["isNewcomer"] for note in board["notes"])
    assert [e["change"] for e in shown["movers"]["nodes"]] == [13, 12, 11]


@pytest.mark.slow
async def test_all_boards_are_those_of_rest(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for number in (1001, 1002, 1003):
        upstream.repositories[number]["stargazers_count"] += number - 990
    await run_day()

    with counted() as statements:
        shown = await ask(
            client,
            f"""{{ boards(window: DAY, limit: 2) {{
                 board {{ source kind status tracked method window snapshotId }}
                 entries {{ {ENTRY} }} notes {{ externalId isNewcomer }} }} }}""",
        )
    rest = (await client.get("/v1/trending/boards?window=day&limit=2")).json()["data"]

    assert len(statements) == 3
    boards = shown["boards"]
    assert [(b["board"]["source"].lower(), b["board"]["kind"].lower()) for b in boards] == [
        (b["board"]["source"], b["board"]["kind"]) for b in rest
    ]
    assert [b["board"]["snapshotId"] for b in boards] == [b["board"]["snapshot_id"] for b in rest]
    assert [[e["score"] for e in b["entries"]] for b in boards] == [
        [e["score"] for e in b["entries"]] for b in rest
    ]
    assert [len(b["entries"]) for b in boards if b["board"]["source"] == "GITHUB"] == [2]
    assert all(len(b["notes"]) == len(b["entries"]) for b in boards)


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{ boards { board { kind } } }", {}, 5 * 2),
        ("{ boards { entries { name } } }", {}, 5 * (1 + 20)),
        ("{ boards(limit: 7) { entries { name } notes { externalId } } }", {}, 5 * (1 + 14)),
        ("query($n: Int) { boards(limit: $n) { entries { name } } }", {"n": 100}, 5 * (1 + 100)),
        ("query($n: Int) { boards(limit: $n) { entries { name } } }", {"n": 1}, 5 * (1 + 1)),
    ],
)
async def test_boards_cost_what_they_may_have(
    client: httpx.AsyncClient, query: str, variables: dict[str, int], cost: int
) -> None:
    told = await client.post("/graphql", json={"query": query, "variables": variables})

    assert told.json()["extensions"]["cost"]["requested"] == cost
    assert "errors" not in told.json()


@pytest.mark.parametrize("limit", [0, -1, 101])
async def test_a_limit_of_boards_out_of_range_is_refused(
    client: httpx.AsyncClient, limit: int
) -> None:
    told = await client.post(
        "/graphql", json={"query": f"{{ boards(limit: {limit}) {{ __typename }} }}"}
    )

    (error,) = told.json()["errors"]
    assert error["extensions"]["code"] == "invalid_argument"
    assert "1 to 100" in error["message"]


@pytest.mark.slow
async def test_a_board_is_walked_from_both_ends(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for number, row in upstream.repositories.items():
        row["stargazers_count"] += number - 1000
    await run_day()
    field = "movers(source: GITHUB, kind: REPOSITORY, window: DAY, {}) {{ {} }}"
    page_fields = (
        "nodes { externalId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    )

    walks = []
    for size, beyond, more, cursor in (
        ("first: 7", "after", "hasNextPage", "endCursor"),
        ("last: 11", "before", "hasPreviousPage", "startCursor"),
    ):
        found: list[str] = []
        arguments = size
        while True:
            asked = field.format(arguments, page_fields)
            page = (await ask(client, f"{{ {asked} }}"))["movers"]
            names = [node["externalId"] for node in page["nodes"]]
            found = found + names if beyond == "after" else names + found
            if not page["pageInfo"][more]:
                break
            arguments = f'{size}, {beyond}: "{page["pageInfo"][cursor]}"'
        walks.append(found)

    assert walks[0] == walks[1]
    assert len(walks[0]) == len(set(walks[0])) == 40


async def test_a_subject_is_a_node_with_its_history_and_the_issues_that_printed_it(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, editor: dict[str, str]
) -> None:
    await run_day()
    upstream.repositories[1001]["full_name"] = "moved/to"
    await run_day()
    issue = make_issue(95)
    entry = {"source": "github", "kind": "repository", "external_id": "lab/repo-1", "rank": 4}
    issue["sections"] = [
        *(section for section in issue["sections"] if section["kind"] == "lead"),
        {"kind": "trending", "entries": [entry]},
    ]
    made = await client.post("/v1/issues?publish=true", json=issue, headers=editor)
    assert made.status_code == 201, made.text

    fields = """id externalId upstreamId status names { externalId from to }
        latest { stars } history { stars snapshotId }
        appearances { rank section issue { number lead { headline } } }"""
    shown = (
        await ask(
            client,
            '{ subject(source: GITHUB, kind: REPOSITORY, externalId: "lab/repo-1")'
            f" {{{fields}}} }}",
        )
    )["subject"]
    again = await ask(
        client, f'{{ node(id: "{shown["id"]}") {{ __typename ... on Subject {{{fields}}} }} }}'
    )

    assert shown["externalId"] == "moved/to"
    assert [name["externalId"] for name in shown["names"]] == ["lab/repo-1", "moved/to"]
    assert len(shown["history"]) == 2
    assert shown["appearances"][0]["rank"] == 4
    assert shown["appearances"][0]["issue"]["lead"]["headline"]
    assert again["node"] == {"__typename": "Subject", **shown}


@pytest.mark.slow
async def test_a_history_is_told_between_two_days(
    client: httpx.AsyncClient, run_day: RunDay
) -> None:
    for _ in range(4):
        await run_day()

    async def days(given: str) -> list[str]:
        shown = await ask(
            client,
            '{ subject(source: GITHUB, kind: REPOSITORY, externalId: "lab/repo-1")'
            f" {{ history{given} {{ observedAt }} }} }}",
        )
        return [seen["observedAt"][:10] for seen in shown["subject"]["history"]]

    whole = await days("")
    assert len(whole) == 4
    assert await days(f'(from: "{whole[1]}", to: "{whole[2]}")') == whole[1:3]
    assert await days(f'(from: "{whole[3]}")') == whole[3:]
    assert await days(f'(to: "{whole[0]}")') == whole[:1]


async def test_what_was_never_seen_is_null(client: httpx.AsyncClient) -> None:
    shown = await ask(
        client,
        """{ subject(source: GITHUB, kind: REPOSITORY, externalId: "no/body") { name }
             node(id: "U3ViamVjdDo5OTk") { id }
             trending(source: GITHUB, kind: REPOSITORY) { nodes { name } board { reason } } }""",
    )

    assert shown["subject"] is None
    assert shown["node"] is None
    assert shown["trending"] == {"nodes": [], "board": {"reason": "no_snapshot"}}


async def test_a_kind_that_the_source_has_not_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json={"query": "{ trending(source: GITHUB, kind: MODEL) { totalCount } }"}
    )

    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "invalid_argument"
    assert "REPOSITORY" in error["message"]


SUBJECT = '{{ subject(source: GITHUB, kind: REPOSITORY, externalId: "lab/repo-{}") {{ {} }} }}'


async def test_subjects_are_read_together_and_each_once(
    client: httpx.AsyncClient, run_day: RunDay
) -> None:
    await run_day()
    ids = [
        (await ask(client, SUBJECT.format(number, "id")))["subject"]["id"] for number in range(1, 9)
    ]
    asked = ", ".join(f'"{id_}"' for id_ in [*ids, *ids])

    with counted() as statements:
        shown = await ask(
            client, f"{{ a: nodes(ids: [{asked}]) {{ id }} b: nodes(ids: [{asked}]) {{ id }} }}"
        )

    # What they are, and their names: neither histories nor appearances are asked for.
    assert len(statements) == 2
    assert [node["id"] for node in shown["a"]] == [*ids, *ids]
    assert shown["b"] == shown["a"]


async def test_only_what_is_asked_for_is_read(client: httpx.AsyncClient, run_day: RunDay) -> None:
    await run_day()
    for fields, count in (
        ("name latest { stars }", 2),
        ("history { stars }", 3),
        ('a: history { stars } b: history(from: "2020-01-01") { stars }', 4),
        ("history { stars } appearances { rank }", 4),
        ("...f } } fragment f on Subject { history { stars }", 3),
    ):
        query = SUBJECT.format(1, fields)
        with counted() as statements:
            await ask(client, query.removesuffix(" }") if fields.startswith("...") else query)
        assert len(statements) == count, fields


@pytest.mark.slow
async def test_histories_of_several_days_are_each_what_rest_says(
    client: httpx.AsyncClient, run_day: RunDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await run_day()
    monkeypatch.setattr("app.content.queries.subjects.MAX_HISTORY", 2)
    path = "/v1/trending/github/repository/lab/repo-1"
    first = (await client.get(path)).json()["first_seen_at"][:10]

    query = SUBJECT.format(
        1, f'a: history {{ observedAt }} b: history(to: "{first}") {{ observedAt }}'
    )
    shown = (await ask(client, query))["subject"]
    old = (await client.get(f"{path}?to={first}")).json()["history"]

    assert len(shown["a"]) == 2
    assert [seen["observedAt"] for seen in shown["b"]] == [seen["observed_at"] for seen in old]
    assert len(old) == 1


async def test_a_history_that_ends_before_it_begins_is_refused(
    client: httpx.AsyncClient, run_day: RunDay
) -> None:
    await run_day()
    query = SUBJECT.format(1, 'history(from: "2026-05-04", to: "2026-05-03") { stars }')

    (error,) = (await client.post("/graphql", json={"query": query})).json()["errors"]

    assert error["extensions"]["code"] == "invalid_parameter"


async def test_a_history_counts_for_a_hundred(client: httpx.AsyncClient) -> None:
    for fields, cost in (("name", 1), ("history { stars }", 101), ("appearances { rank }", 11)):
        answer = await client.post("/graphql", json={"query": SUBJECT.format(1, fields)})
        assert answer.json()["extensions"]["cost"]["requested"] == cost


@pytest.mark.slow
async def test_movers_tell_the_history_of_each_subject(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for number, row in upstream.repositories.items():
        row["stargazers_count"] += number - 1000
    await run_day()
    query = """{ movers(source: GITHUB, kind: REPOSITORY, window: DAY, first: 10) { nodes {
        externalId stars
        subject { id externalId history(last: 30) { stars } appearances { section } } } } }"""

    with counted() as seen:
        shown = await ask(client, query)

    entries = shown["movers"]["nodes"]
    assert len(entries) == 10
    for entry in entries:
        assert entry["subject"]["externalId"] == entry["externalId"]
        assert [each["stars"] for each in entry["subject"]["history"]][-1] == entry["stars"]
        assert len(entry["subject"]["history"]) == 2
        assert entry["subject"]["appearances"] == []
    # Ids, subjects and names are read once for all; each history and each appearance by itself.
    assert len(seen) <= 30


async def test_a_printed_entry_leads_to_its_subject(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, editor: dict[str, str]
) -> None:
    await run_day()
    name = next(iter(upstream.repositories.values()))["full_name"]
    entries = [
        {"source": "github", "kind": "repository", "external_id": each}
        for each in (name, "nobody/knows-it")
    ]
    issue = {
        "date": "2026-05-03",
        "sections": [
            {"kind": "lead", "headline": "A headline"},
            {"kind": "trending", "entries": entries},
        ],
    }
    made = await client.post("/v1/issues?publish=true", json=issue, headers=editor)
    assert made.status_code == 201, made.text
    fields = "externalId subject { externalId appearances { rank issue { number } } }"

    shown = await ask(
        client,
        f"""{{ latestIssue {{
                 trending {{ {fields} }}
                 sections(kind: TRENDING) {{
                   ... on TrendingSection {{ entries {{ subject {{ externalId }} }} }} }} }}
               entries(first: 2) {{ nodes {{ {fields} }} }} }}""",
    )

    known = {"externalId": name, "appearances": [{"rank": 1, "issue": {"number": 1}}]}
    of_issue = shown["latestIssue"]
    for found in (of_issue["trending"], shown["entries"]["nodes"]):
        assert [entry["subject"] for entry in found] == [known, None]
    in_section = of_issue["sections"][0]["entries"]
    assert in_section == [{"subject": {"externalId": name}}, {"subject": None}]
