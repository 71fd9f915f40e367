"""Writing: the commands of REST, their refusals as values; each field for itself."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from app.web.graphql.documents.persisted import sha256_of
from tests.conftest import Clock
from tests.web.graphql.conftest import RESPONSE, Partner

pytestmark = pytest.mark.databases_in_turn

RESULT = """fragment Result on IssueResult {
    __typename
    ... on IssueSaved { issue { number date slug title status revision publishAt publishedAt } }
    ... on Problem { code status detail errors { pointer code detail } }
}"""
LEAD = '{kind: LEAD, headline: "The headline"}'

WRITES = {
    "createIssue": 'createIssue(input: {date: "2026-05-03"})',
    "updateIssue": 'updateIssue(ref: "1", ifRevision: 1, patch: {title: "New"})',
    "publishIssue": 'publishIssue(ref: "1", ifRevision: 1)',
    "unpublishIssue": 'unpublishIssue(ref: "1", ifRevision: 1)',
    "deleteIssue": 'deleteIssue(ref: "1", ifRevision: 1)',
    "scheduleIssue": 'scheduleIssue(ref: "1", ifRevision: 1, publishAt: "2031-01-01T00:00:00Z")',
}
NEEDED = {
    "createIssue": "issues:write",
    "updateIssue": "issues:write",
    "deleteIssue": "issues:write",
    "publishIssue": "issues:publish",
    "unpublishIssue": "issues:publish",
    "scheduleIssue": "issues:publish",
}
each_write = pytest.mark.parametrize("name", WRITES)


async def do(partner: Partner, field: str, **headers: str) -> dict[str, Any]:
    """Carry out one mutation; its result is flat: the issue, or the problem."""
    answer = await partner.send(
        f"mutation {{ result: {field} {{ ...Result }} }} {RESULT}", **headers
    )
    told = answer.json()
    assert answer.status_code == 200, answer.text
    assert "errors" not in told, told
    result: dict[str, Any] = told["data"]["result"]
    return result


async def make(desk: Partner, day: str = "2026-05-03", sections: str = LEAD) -> dict[str, Any]:
    result = await do(desk, f'createIssue(input: {{date: "{day}", sections: [{sections}]}})')
    assert result["__typename"] == "IssueSaved", result
    issue: dict[str, Any] = result["issue"]
    return issue


@pytest.mark.one_database
@each_write
async def test_without_a_key_every_mutation_is_a_problem_of_401(
    partner: Partner, name: str
) -> None:
    problem = await do(partner, WRITES[name])

    assert problem["__typename"] == "Problem"
    assert (problem["status"], problem["code"]) == (401, "unauthenticated")


@pytest.mark.one_database
@each_write
async def test_a_key_without_the_scope_is_a_problem_that_names_it(
    holder: Callable[..., Partner], name: str
) -> None:
    others = {"issues:write", "issues:publish", "drafts:read", "sync:run"} - {NEEDED[name]}

    problem = await do(holder(*others), WRITES[name])

    assert (problem["status"], problem["code"]) == (403, "missing_scope")
    assert NEEDED[name] in problem["detail"]


@pytest.mark.one_database
@each_write
async def test_publishing_along_needs_its_scope_too(
    holder: Callable[..., Partner], name: str
) -> None:
    if name not in ("createIssue", "updateIssue"):
        pytest.skip("it has no argument `publish`")
    field = WRITES[name][:-1] + ", publish: true)"

    problem = await do(holder("issues:write"), field)

    assert (problem["status"], problem["code"]) == (403, "missing_scope")


async def test_the_life_of_an_issue(desk: Partner, partner: Partner, clock: Clock) -> None:
    made = await make(desk)
    assert made == {
        "number": 1,
        "date": "2026-05-03",
        "slug": "issue-1",
        "title": "The headline",
        "status": "DRAFT",
        "revision": 1,
        "publishAt": None,
        "publishedAt": None,
    }
    hidden = await partner.ask("{ issue(number: 1) { id } issues { totalCount } }")
    assert hidden == {"issue": None, "issues": {"totalCount": 0}}

    changed = await do(desk, 'updateIssue(ref: "issue-1", ifRevision: 1, patch: {title: "New"})')
    assert (changed["issue"]["revision"], changed["issue"]["title"]) == (2, "New")

    later = "2031-01-01T01:00:00+01:00"
    waiting = await do(desk, f'scheduleIssue(ref: "1", ifRevision: 2, publishAt: "{later}")')
    assert waiting["issue"]["status"] == "SCHEDULED"
    assert waiting["issue"]["publishAt"] == "2031-01-01T00:00:00Z"

    printed = await do(desk, 'publishIssue(ref: "2026-05-03", ifRevision: 2)')
    assert printed["issue"]["status"] == "PUBLISHED"
    shown = await partner.ask("{ latestIssue { title lead { headline } } }")
    assert shown["latestIssue"] == {"title": "New", "lead": {"headline": "The headline"}}

    refused = await do(desk, 'deleteIssue(ref: "1", ifRevision: 2)')
    assert (refused["status"], refused["code"]) == (409, "in_print")
    drawn = await do(desk, 'unpublishIssue(ref: "1", ifRevision: 2)')
    assert drawn["issue"]["status"] == "DRAFT"
    kept = await do(desk, 'deleteIssue(ref: "1", ifRevision: 2)')
    assert (kept["status"], kept["code"]) == (409, "was_published")

    await make(desk, "2026-05-04")
    gone = await do(desk, 'deleteIssue(ref: "2", ifRevision: 1)')
    assert gone == {"__typename": "IssueSaved", "issue": None}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "status", "code"),
    [
        ('publishIssue(ref: "404", ifRevision: 1)', 404, "issue_not_found"),
        ('publishIssue(ref: "latest", ifRevision: 1)', 405, "method_not_allowed"),
        ('publishIssue(ref: "No such name!", ifRevision: 1)', 404, "issue_not_found"),
        ('publishIssue(ref: "1", ifRevision: 7)', 412, "precondition_failed"),
        ('unpublishIssue(ref: "1", ifRevision: 1)', 409, "not_in_print"),
        ('createIssue(input: {date: "2026-05-03"})', 409, "date_taken"),
        ('createIssue(input: {date: "2026-05-09", number: 1})', 409, "number_taken"),
        ('createIssue(input: {date: "2026-05-09"}, publish: true)', 422, "validation_failed"),
        (
            'scheduleIssue(ref: "1", ifRevision: 1, publishAt: "2001-01-01T00:00:00Z")',
            422,
            "validation_failed",
        ),
    ],
)
async def test_refusals_are_those_of_rest(
    desk: Partner, field: str, status: int, code: str
) -> None:
    await make(desk)

    problem = await do(desk, field)

    assert (problem["status"], problem["code"]) == (status, code)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("section", "faults"),
    [
        ("{}", [("/sections/0/kind", "required")]),
        ('{kind: TOOLS, tools: [{name: ""}]}', [("/sections/0/tools/0/name", "too_short")]),
        ('{kind: TOOLS, headline: "No"}', [("/sections/0/headline", "unknown_field")]),
        (
            '{kind: LEAD, headline: "Yes", significance: 11}',
            [("/sections/0/significance", "out_of_range")],
        ),
        (
            '{kind: MOVERS, entries: [{source: GITHUB, kind: MODEL, externalId: "a/b"}]}',
            [("/sections/0/entries/0/kind", "not_one_of")],
        ),
        (
            '{kind: MOVERS, entries: [{source: GITHUB, kind: REPOSITORY, externalId: "a b"}]}',
            [("/sections/0/entries/0/externalId", "bad_format")],
        ),
    ],
)
async def test_sections_are_judged_by_the_rules_of_rest(
    desk: Partner, section: str, faults: list[tuple[str, str]]
) -> None:
    problem = await do(desk, f'createIssue(input: {{date: "2026-05-03", sections: [{section}]}})')

    assert problem["status"] == 422
    assert [pointer for pointer, _ in faults] == [e["pointer"] for e in problem["errors"]]
    known = {code for _, code in faults} - {"too_short", "bad_format", "required"}
    assert known <= {error["code"] for error in problem["errors"]}


@pytest.mark.parametrize(
    ("section", "named"),
    [
        ('{kind: LEAD, headline: "x", fromSnapshot: {}}', "'fromSnapshot'"),
        ("{kind: TRENDING, fromSnapshot: {}, entries: []}", "`fromSnapshot`"),
    ],
)
async def test_problems_name_what_was_sent_as_it_was_sent(
    desk: Partner, section: str, named: str
) -> None:
    problem = await do(desk, f'createIssue(input: {{date: "2026-05-03", sections: [{section}]}})')

    details = " ".join(error["detail"] for error in problem["errors"])
    assert named in details
    assert "from_snapshot" not in details


async def test_a_document_posted_either_way_reads_alike(desk: Partner) -> None:
    document = {
        "date": "2026-05-03",
        "dateline": {"place": "Leeds", "weather": {"summary": "Rain", "temperature_c": 7}},
        "sections": [
            {
                "kind": "lead",
                "headline": "H\r\n\u2028",
                "metrics": {
                    "title": "By the Numbers",
                    "items": [
                        {
                            "label": "stars",
                            "value": "3",
                            "number": 3.5,
                            "source": {"name": "us", "observed_at": "2026-05-03T06:00:00Z"},
                        }
                    ],
                },
            },
            {"kind": "deep_dive", "headline": "Deep", "body": "*text*"},
            {
                "kind": "movers",
                "entries": [
                    {
                        "source": "github",
                        "kind": "repository",
                        "external_id": "a/b",
                        "stars": 2**53 - 1,
                        "change": -(2**53 - 1),
                        "window": "week",
                    }
                ],
            },
            {"kind": "reading", "items": [{"title": "Long", "minutes": 12}]},
        ],
    }
    sent = await desk.ask(
        "mutation($input: IssueInput!) { createIssue(input: $input) { ... on IssueSaved "
        "{ issue { number } } ... on Problem { detail } } }",
        input=_in_camel_case(document),
    )
    assert sent["createIssue"] == {"issue": {"number": 1}}
    read = (await desk.client.get("/v1/issues/1", headers=desk.headers)).json()

    document["date"] = "2026-05-04"
    posted = await desk.client.post("/v1/issues", json=document, headers=desk.headers)

    same = posted.json()
    for name in ("dateline", "sections", "title", "summary"):
        assert read[name] == same[name], name


def _in_camel_case(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    words = {"kind", "source", "window"}
    changed = {}
    for name, member in value.items():
        first, *others = name.split("_")
        is_word = name in words and isinstance(member, str)
        changed[first + "".join(o.capitalize() for o in others)] = (
            member.upper() if is_word else _in_camel_case(member)
        )
    return changed


async def test_null_in_a_patch_asks_for_the_default_again(desk: Partner) -> None:
    await make(desk)
    await do(desk, 'updateIssue(ref: "1", ifRevision: 1, patch: {title: "Other"})')

    again = await do(desk, 'updateIssue(ref: "1", ifRevision: 2, patch: {title: null})')
    nothing = await do(desk, 'updateIssue(ref: "1", ifRevision: 3, patch: {})')

    assert again["issue"]["title"] == "The headline"
    assert nothing["issue"]["revision"] == 3


async def test_each_field_stands_for_itself_in_the_order_of_the_query(desk: Partner) -> None:
    told = await desk.ask(
        f"""mutation {{
            a: createIssue(input: {{date: "2026-05-03", sections: [{LEAD}]}}) {{ ...Result }}
            b: createIssue(input: {{date: "2026-05-03"}}) {{ ...Result }}
            c: publishIssue(ref: "1", ifRevision: 1) {{ ...Result }}
            d: createIssue(input: {{date: "2026-05-04"}}) {{ ...Result }}
        }} {RESULT}"""
    )

    assert [told[name]["__typename"] for name in "abcd"] == [
        "IssueSaved",
        "Problem",
        "IssueSaved",
        "IssueSaved",
    ]
    assert told["c"]["issue"]["status"] == "PUBLISHED"
    assert told["d"]["issue"]["number"] == 2


async def test_a_mutation_reads_what_it_has_written(desk: Partner) -> None:
    told = await desk.ask(
        f"""mutation {{
            a: createIssue(input: {{date: "2026-05-03", sections: [{LEAD}]}}, publish: true)
                {{ ... on IssueSaved {{ issue {{ number next {{ number }} }} }} }}
            b: createIssue(input: {{date: "2026-05-04", sections: [{LEAD}]}}, publish: true)
                {{ ... on IssueSaved {{ issue {{ number ...Previous }} }} }}
        }}
        fragment Previous on Issue {{ previous {{ number next {{ number }} }} }}"""
    )

    assert told["a"]["issue"] == {"number": 1, "next": None}
    assert told["b"]["issue"] == {"number": 2, "previous": {"number": 1, "next": {"number": 2}}}


async def test_a_repeated_mutation_gets_its_first_answer(desk: Partner) -> None:
    query = f'mutation {{ createIssue(input: {{date: "2026-05-03"}}) {{ ...Result }} }} {RESULT}'

    first = await desk.send(query, idempotency_key="once")
    again = await desk.send(query, idempotency_key='"once"')
    other = await desk.send(query, {"unused": 1}, idempotency_key="once")

    assert first.json()["data"]["createIssue"]["issue"]["number"] == 1
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert other.status_code == 422
    assert other.json()["errors"][0]["extensions"]["code"] == "idempotency_key_reused"


async def test_a_retry_may_name_its_query_otherwise(desk: Partner) -> None:
    query = f"""mutation Make($date: Date!, $title: String) {{
        createIssue(input: {{date: $date, title: $title}}) {{ ...Result }} }} {RESULT}"""
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(query)}}
    asked = {"operationName": "Make", "variables": {"date": "2026-05-03", "title": "é"}}
    respelled = json.dumps(
        {
            "variables": {"title": "é", "date": "2026-05-03"},
            "operationName": "Make",
            "query": query,
        },
        indent=1,
    )
    retry = {"Idempotency-Key": "retry"}

    unknown = await desk.post({**asked, "extensions": hashed}, retry)
    first = await desk.post({**asked, "query": query, "extensions": hashed}, retry)
    by_hash = await desk.post({**asked, "extensions": hashed}, retry)
    by_text = await desk.post(respelled.encode(), retry)
    others = [
        await desk.post(body, retry)
        for body in (
            {**asked, "query": query + "\n"},
            {**asked, "query": query, "operationName": None},
            {**asked, "query": query, "variables": {"date": "2026-05-04", "title": "é"}},
        )
    ]

    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert first.json()["data"]["createIssue"]["issue"]["number"] == 1
    for again in (by_hash, by_text):
        assert again.content == first.content
        assert again.headers["idempotent-replayed"] == "true"
    assert [other.status_code for other in others] == [422, 422, 422]


async def test_a_mutation_that_changed_nothing_is_judged_anew(desk: Partner) -> None:
    query = f'mutation {{ publishIssue(ref: "1", ifRevision: 1) {{ ...Result }} }} {RESULT}'

    refused = await desk.send(query, idempotency_key="again")
    await make(desk)
    done = await desk.send(query, idempotency_key="again")

    assert refused.json()["data"]["publishIssue"]["status"] == 404
    assert done.json()["data"]["publishIssue"]["issue"]["status"] == "PUBLISHED"
    assert "idempotent-replayed" not in done.headers


async def test_equal_mutations_at_once_have_one_effect(desk: Partner) -> None:
    query = f'mutation {{ createIssue(input: {{date: "2026-05-03"}}) {{ ...Result }} }} {RESULT}'

    answers = await asyncio.gather(
        *(desk.send(query, idempotency_key="together") for _ in range(8))
    )

    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json()["data"]["createIssue"]["__typename"] == "IssueSaved"
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 7


async def test_one_of_two_writers_at_once_is_told_of_the_other(desk: Partner) -> None:
    await make(desk)
    field = 'updateIssue(ref: "1", ifRevision: 1, patch: {{title: "Of {}"}})'

    results = await asyncio.gather(*(do(desk, field.format(n)) for n in range(6)))

    assert sorted(r["__typename"] for r in results) == ["IssueSaved"] + ["Problem"] * 5
    assert {r["code"] for r in results if r["__typename"] == "Problem"} == {"precondition_failed"}


async def test_a_bad_idempotency_key_is_refused(desk: Partner) -> None:
    answer = await desk.send(
        'mutation { deleteIssue(ref: "1", ifRevision: 1) { __typename } }',
        idempotency_key="x" * 256,
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "invalid_idempotency_key"


async def test_answers_to_writes_are_private(desk: Partner) -> None:
    answer = await desk.send(
        'mutation { createIssue(input: {date: "2026-05-03"}) { __typename } }', accept=RESPONSE
    )

    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-type"] == RESPONSE
