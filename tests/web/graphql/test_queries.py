"""What can be asked for, what it costs in statements, and what stays hidden from whom."""

from collections.abc import Callable
from typing import Any

import pytest

from app.web.application import Application
from tests.counted import counted
from tests.web.graphql.conftest import Partner

pytestmark = pytest.mark.databases_in_turn

EVERYTHING = """
    id number date slug title summary status revision publishedAt createdAt updatedAt url
    dateline { place weather { summary temperatureC } }
    links { self html markdown previous next }
    lead { headline issue { number } }
    tools { name summary url category section issue { title } }
    trending { externalId rank issue { lead { headline } } }
    movers { externalId change } reading { title }
    sections { id kind slug heading standfirst issue { number }
        ... on StorySection { headline bodyHtml metrics { title items { label source { name } } } }
        ... on ToolsSection { tools { name } }
        ... on TrendingSection { entries { externalId } }
        ... on MoversSection { entries { externalId } }
        ... on ReadingSection { items { title } } }
"""


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "statements"),
    [
        ("{ publication { title } }", 0),
        ("{ __schema { queryType { name } } }", 0),
        ("{ issue(number: 4) { title } }", 1),
        (f"{{ issue(number: 4) {{ {EVERYTHING} }} }}", 1),
        (f"{{ latestIssue {{ {EVERYTHING} }} }}", 1),
        ("{ issue(number: 404) { title } }", 1),
        ('{ issue(slug: "No such name") { title } }', 0),
        ("{ issues(first: 20) { nodes { title } } }", 1),
        ("{ issues(first: 20) { nodes { title } pageInfo { endCursor } edges { cursor } } }", 1),
        ("{ issues(first: 20) { nodes { title } totalCount } }", 2),
        # Sections of some kinds are read with their issues.
        ("{ issues(first: 10) { nodes { tools { name } lead { headline } } } }", 1),
        ("{ issues(first: 10) { nodes { sections { heading } lead { headline } } } }", 1),
        # A step to the neighbours is one statement for all issues of a page.
        ("{ issues(first: 10) { nodes { previous { title } next { title } } } }", 3),
        ("{ issue(number: 4) { previous { previous { previous { title } } } } }", 4),
        ("{ tools(first: 20) { nodes { name issue { number title url } } } }", 1),
        ("{ tools(first: 20) { nodes { name issue { lead { headline } } } } }", 2),
        ("{ sections(first: 20) { nodes { id heading issue { number } } } }", 2),
        ('{ search(query: "bittern") { nodes { title issue { number } } } }', 3),
        # What is in print is read once for all searches; the newest hits have two long texts.
        (
            '{ a: search(query: "bittern") { nodes { title } } '
            'b: search(query: "bittern", sort: NEWEST) { nodes { title } } }',
            5,
        ),
        # Many by number at once are one statement, many names of each sort one for each sort.
        ("{ a: issue(number: 1) { title } b: issue(number: 2) { title } }", 1),
        ('{ a: issue(number: 1) { title } b: issue(date: "2026-04-19") { title } }', 2),
    ],
)
@pytest.mark.usefixtures("twelve_issues")
async def test_a_query_costs(
    app: Application, partner: Partner, query: str, statements: int
) -> None:
    await partner.ask(query)  # totals are remembered, statements are prepared
    app.state.response_cache.clear()

    with counted() as seen:
        await partner.ask(query)

    assert len(seen) == statements, seen


@pytest.mark.usefixtures("twelve_issues")
async def test_a_list_of_titles_reads_no_document(partner: Partner) -> None:
    with counted() as seen:
        await partner.ask("{ issues(first: 20) { nodes { title summary dateline { place } } } }")

    assert len(seen) == 1
    assert "compiled_sections" not in seen[0]


@pytest.mark.usefixtures("twelve_issues")
@pytest.mark.parametrize("root", ["issue(number: 12)", 'issue(ref: "12")', "latestIssue"])
async def test_a_neighbour_that_leads_back_shows_what_is_selected_there(
    partner: Partner, root: str
) -> None:
    there = "{ lead { headline } tools { name } sections { slug } }"

    told = await partner.ask(f"{{ here: {root} {{ title previous {{ next {there} }} }} }}")

    expected = await partner.ask(f"{{ here: {root} {there} }}")
    assert told["here"]["previous"]["next"] == expected["here"]


@pytest.mark.usefixtures("twelve_issues")
async def test_an_issue_is_found_by_each_of_its_names(partner: Partner) -> None:
    told = await partner.ask(
        """{ number: issue(number: 12) { ...Names } date: issue(date: "2026-04-29") { ...Names }
             slug: issue(slug: "the-telephone-that-asks-first") { ...Names }
             latest: latestIssue { ...Names } }
           fragment Names on Issue { id number date slug url links { self } }"""
    )

    assert len({str(names) for names in told.values()}) == 1
    assert told["latest"]["url"] == told["latest"]["links"]["self"]


@pytest.mark.usefixtures("twelve_issues")
async def test_nodes_are_found_by_their_ids_in_order(partner: Partner) -> None:
    latest = (await partner.ask("{ latestIssue { id sections { id slug } } }"))["latestIssue"]
    sections = {section["id"]: section["slug"] for section in latest["sections"]}
    ids = [*list(sections)[::-1], "nothing", latest["id"], latest["id"], "SXNzdWU6OTk", ""]

    told = await partner.ask(
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Issue { number } "
        "... on Section { slug issue { id } } } }",
        ids=ids,
    )

    nodes = told["nodes"]
    assert [node and node["id"] for node in nodes] == [
        *list(sections)[::-1],
        None,
        latest["id"],
        latest["id"],
        None,
        None,
    ]
    for node in nodes[: len(sections)]:
        assert node["slug"] == sections[node["id"]]
        assert node["issue"] == {"id": latest["id"]}
    one = await partner.ask("query($id: ID!) { node(id: $id) { id } }", id=latest["id"])
    assert one["node"] == {"id": latest["id"]}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ issue { number } }", "invalid_argument"),
        ("{ issue(number: null) { number } }", "invalid_argument"),
        ('{ issue(number: 1, slug: "a") { number } }', "invalid_argument"),
        ("{ issues(first: 0) { totalCount } }", "invalid_page_size"),
        ("{ issues(first: 101) { totalCount } }", "invalid_page_size"),
        ("{ issues(last: -1) { totalCount } }", "invalid_page_size"),
        ("{ issues(first: 1, last: 1) { totalCount } }", "invalid_page_size"),
        ('{ issues(after: "junk") { totalCount } }', "invalid_cursor"),
        ('{ issues(from: "2026-02-01", to: "2026-01-01") { totalCount } }', "invalid_parameter"),
        ("{ issues(status: DRAFT) { totalCount } }", "unauthenticated"),
        ('{ tools(category: "\\u0000") { totalCount } }', "invalid_argument"),
        ('{ tools(category: "' + "x" * 201 + '") { totalCount } }', "invalid_argument"),
        ('{ search(query: "") { totalCount } }', "invalid_parameter"),
        ('{ search(query: "!?") { totalCount } }', "invalid_parameter"),
        (
            '{ search(query: "a", sort: NEWEST, group: SUBJECT) { totalCount } }',
            "invalid_parameter",
        ),
        ('{ search(query: "' + "x" * 999 + '") { totalCount } }', "invalid_argument"),
        ('{ search(query: "a\\u0000b") { totalCount } }', "invalid_argument"),
    ],
)
async def test_an_argument_that_is_wrong(partner: Partner, query: str, code: str) -> None:
    assert await partner.code_of(query) == code


async def test_words_that_are_none_are_told_by_the_name_of_the_argument(partner: Partner) -> None:
    told = (await partner.send('{ search(query: "") { totalCount } }')).json()

    assert told["errors"][0]["message"].startswith("`query` must have a word of letters")


async def test_a_draft_is_nowhere_for_the_public(
    partner: Partner, desk: Partner, holder: Callable[..., Partner]
) -> None:
    document = {
        "date": "2026-05-03",
        "sections": [
            {"kind": "lead", "headline": "Zebrafinch"},
            {"kind": "tools", "tools": [{"name": "Zebrafinch"}]},
        ],
    }
    await desk.client.post("/v1/issues", json=document, headers=desk.headers)
    query = """{
        issue(number: 1) { ...I } date: issue(date: "2026-05-03") { ...I }
        slug: issue(slug: "issue-1") { ...I } latestIssue { ...I }
        issues { nodes { ...I } totalCount } tools { nodes { name } totalCount }
        sections { nodes { slug } totalCount }
        search(query: "zebrafinch") { nodes { title } totalCount }
    } fragment I on Issue { id number title status sections { id slug } }"""
    nothing: dict[str, Any] = {"nodes": [], "totalCount": 0}

    shown = await partner.ask(query)

    assert shown == {
        **dict.fromkeys(("issue", "date", "slug", "latestIssue")),
        **dict.fromkeys(("issues", "tools", "sections", "search"), nothing),
    }
    reader = holder("drafts:read")
    seen = await reader.ask(query)
    assert seen["issue"]["status"] == "DRAFT"
    assert seen["issue"] == seen["date"] == seen["slug"]
    assert seen["latestIssue"] is None
    listed = await reader.ask("{ issues(status: ALL) { nodes { title } totalCount } }")
    assert listed["issues"] == {"nodes": [{"title": "Zebrafinch"}], "totalCount": 1}
    ids = [seen["issue"]["id"], *(s["id"] for s in seen["issue"]["sections"])]
    by_id = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert (await partner.ask(by_id, ids=ids))["nodes"] == [None] * len(ids)
    assert [n["id"] for n in (await reader.ask(by_id, ids=ids))["nodes"]] == ids

    await desk.client.post("/v1/issues/1/publish", headers={**desk.headers, "If-Match": "*"})
    after = await partner.ask(by_id, ids=ids)
    assert [node["id"] for node in after["nodes"]] == ids, "ids survive publishing"


async def test_a_later_save_is_shown_to_those_who_may_see_it(
    partner: Partner, desk: Partner, holder: Callable[..., Partner]
) -> None:
    document = {"date": "2026-05-03", "sections": [{"kind": "lead", "headline": "Printed"}]}
    await desk.client.post("/v1/issues?publish=true", json=document, headers=desk.headers)
    await desk.ask(
        'mutation { updateIssue(ref: "1", ifRevision: 1, patch: {title: "Saved"}) { __typename } }'
    )
    query = "{ issue(number: 1) { title revision publishedRevision } }"

    public = (await partner.ask(query))["issue"]
    writer = (await holder("issues:write").ask(query))["issue"]
    keyed = (await holder().ask(query))["issue"]

    assert public == keyed == {"title": "Printed", "revision": 1, "publishedRevision": None}
    assert writer == {"title": "Saved", "revision": 2, "publishedRevision": 1}


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        ("12", 12),
        ("latest", 12),
        ("no-such-slug", None),
        ("9999999999", None),
        ("2026-02-30", None),
        ("No ref", None),
        ("", None),
    ],
)
@pytest.mark.usefixtures("twelve_issues")
async def test_an_issue_by_its_ref(partner: Partner, ref: str, number: int | None) -> None:
    query = "query($ref: String) { issue(ref: $ref) { number date slug } }"

    found = (await partner.ask(query, ref=ref))["issue"]

    assert (None if found is None else found["number"]) == number
    if found is not None:
        for name in (found["date"], found["slug"]):
            assert (await partner.ask(query, ref=name))["issue"] == found
    assert await partner.code_of(query) == "invalid_argument"
