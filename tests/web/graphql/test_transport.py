"""GraphQL over HTTP, beyond what the audits of graphql-http ask: .ci/contract/audits has those."""

from typing import Any

import httpx
import pytest

from tests.web.graphql.conftest import RESPONSE, Partner

TWO = "query One { latestIssue { number } } query Two { publication { title } }"
ASK = "{ publication { title } }"


def code_of(answer: httpx.Response) -> str:
    """The code of the only error, whose form is checked on the way."""
    told = answer.json()
    (error,) = told["errors"]
    assert "data" not in told
    assert set(error) <= {"message", "locations", "path", "extensions"}
    assert len(error["message"]) <= 200
    assert error["extensions"]["request_id"] == answer.headers["x-request-id"]
    assert set(told["extensions"]["cost"]) == {"requested", "limit"}
    code: str = error["extensions"]["code"]
    return code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"null", "malformed_request"),
        (b"1", "malformed_request"),
        (b'"{ __typename }"', "malformed_request"),
        (b"true", "malformed_request"),
        (b"{}", "malformed_request"),
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"\xff\xfe", "malformed_json"),
        (b'{"query": "\xff"}', "malformed_json"),
        (b"\x1f\x8b\x08\x00\x00", "malformed_json"),
        (b"\xef\xbb\xbf{}", "malformed_json"),
        (b'{"query": NaN}', "malformed_json"),
        (b'{"query": 1e999}', "malformed_json"),
        (b'{"query": "{a}", "query": "{b}"}', "malformed_json"),
        (b'{"query": "\\ud800"}', "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        (b'{"query":' + b"[" * 100_000, "malformed_json"),
        (b'{"query": "{a}", "variables": ' + b'{"a":' * 200 + b"1" + b"}" * 201, "malformed_json"),
        (b'[{"query": "{ __typename }"}]', "batching_refused"),
        (b"[]", "batching_refused"),
        (b'{"query": null}', "malformed_request"),
        (b'{"query": "{ __typename }", "variables": "{}"}', "malformed_request"),
        (b'{"query": "{ __typename }", "extensions": []}', "malformed_request"),
        (b'{"query": "{ __typename }", "operationName": {}}', "malformed_request"),
        (
            b'{"query": "{ __typename }", "extensions": {"persistedQuery": 1}}',
            "malformed_request",
        ),
        (b'{"documentId": "md5:1"}', "malformed_request"),
    ],
    ids=lambda value: str(value[:70]),
)
@pytest.mark.parametrize("accept", ["application/json", RESPONSE])
async def test_a_body_that_is_no_request(
    partner: Partner, body: bytes, code: str, accept: str
) -> None:
    answer = await partner.post(body, {"Accept": accept})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == accept
    assert answer.headers["cache-control"] == "private, no-store"
    assert code_of(answer) == code


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        (f"{RESPONSE}, application/json", RESPONSE),
        (f"application/json, {RESPONSE}", RESPONSE),
        (f"{RESPONSE}, application/json;q=0.9, */*;q=0.1", RESPONSE),
        (f"{RESPONSE};q=0.5, application/json", "application/json"),
        (f"{RESPONSE};q=0, */*", "application/json"),
        ("text/plain, */*;q=0.1", "application/json"),
        (f"text/html, {RESPONSE};q=0.2", RESPONSE),
    ],
)
async def test_the_form_of_an_answer_follows_accept(
    partner: Partner, accept: str | None, form: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    if accept is None:
        partner.client.headers.pop("Accept", None)
    answer = await partner.post({"query": ASK}, headers)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == form
    assert "Accept" in answer.headers["vary"]


async def test_a_form_that_there_is_not_is_refused_in_json(partner: Partner) -> None:
    answer = await partner.post({"query": ASK}, {"Accept": "text/plain"})

    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/json"
    assert code_of(answer) == "not_acceptable"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "syntax_error"),
        ("", None, "syntax_error"),
        ("\x00", None, "syntax_error"),
        ("{ nothing }", None, "invalid_query"),
        ("{ latestIssue }", None, "invalid_query"),
        ("{ ...Cycle } fragment Cycle on Query { ...Cycle }", None, "invalid_query"),
        ("query($n: Int!) { issue(number: $n) { number } }", None, "invalid_variables"),
        ("query($n: Int!) { issue(number: $n) { number } }", {"n": "x" * 999}, "invalid_variables"),
        ("query($n: Int!) { issue(number: $n) { number } }", {"n": 2**31}, "invalid_variables"),
        ("query($n: Int!) { issue(number: $n) { number } }", {"n": 1.5}, "invalid_variables"),
        ("query($d: Date!) { issue(date: $d) { number } }", {"d": "3 May"}, "invalid_variables"),
        ('{ issue(date: "2026-02-30") { number } }', None, "invalid_query"),
        ("{ issue(number: " + "9" * 5000 + ") { number } }", None, "invalid_query"),
        ("fragment Lonely on Query { __typename }", None, "invalid_query"),
    ],
)
async def test_a_query_that_is_refused(
    partner: Partner, query: str, variables: Any, code: str
) -> None:
    body = {"query": query, "variables": variables}

    legacy = await partner.post(body, {"Accept": "application/json"})
    modern = await partner.post(body, {"Accept": RESPONSE})

    assert (legacy.status_code, modern.status_code) == (200, 400)
    assert code_of(legacy) == code_of(modern) == code
    assert len(modern.content) < 2000


@pytest.mark.parametrize(
    ("query", "name", "outcome"),
    [
        (TWO, "Two", {"publication": {"title": "The AI Morning Post"}}),
        (TWO, None, "unknown_operation"),
        (TWO, "", "unknown_operation"),
        (TWO, "Three", "unknown_operation"),
        ("{ __typename }", "Named", "unknown_operation"),
        ("query Named { __typename }", "Named", {"__typename": "Query"}),
        ("query Named { __typename }", None, {"__typename": "Query"}),
        ("query Named { __typename }", "", {"__typename": "Query"}),
    ],
)
async def test_one_operation_is_chosen(
    partner: Partner, query: str, name: str | None, outcome: Any
) -> None:
    given = {"query": query, "operationName": name}
    posted = await partner.post(given, {"Accept": RESPONSE})
    asked = await partner.get(
        {"Accept": RESPONSE}, **{key: text for key, text in given.items() if text is not None}
    )

    for answer in (posted, asked):
        if isinstance(outcome, str):
            assert answer.status_code == 400
            assert code_of(answer) == outcome
        else:
            assert answer.json()["data"] == outcome


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=UTF-8", 200),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/graphql", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
async def test_bodies_come_as_json(partner: Partner, content_type: str, status: int) -> None:
    answer = await partner.post({"query": ASK}, {"Content-Type": content_type})

    assert answer.status_code == status
    if status == 415:
        assert code_of(answer) == "unsupported_media_type"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/graphql")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert code_of(answer) == "method_not_allowed"


async def test_a_mutation_by_get_is_refused_wherever_it_stands(partner: Partner) -> None:
    document = (
        'query A { __typename } mutation B { publishIssue(ref: "1", ifRevision: 1) { __typename } }'
    )

    refused = await partner.get(query=document, operationName="B")
    query = await partner.get(query=document, operationName="A")

    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert code_of(refused) == "method_not_allowed"
    assert query.json()["data"] == {"__typename": "Query"}


async def test_a_preflight_allows_post(client: httpx.AsyncClient) -> None:
    asked = {"Origin": "https://partner.test", "Access-Control-Request-Method": "POST"}
    answer = await client.options("/graphql", headers=asked)

    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]


async def test_a_wrong_credential_and_a_large_body_are_problem_documents(partner: Partner) -> None:
    unknown = await partner.post({"query": ASK}, {"Authorization": "Bearer amp_no_such"})
    large = await partner.post(b'{"query": "' + b" " * 262_144 + b'"}')

    for answer, status in ((unknown, 401), (large, 413)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
    assert unknown.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "malformed_request"),
        ({"query": "{ __typename }", "variables": "{"}, "malformed_json"),
        ({"query": "{ __typename }", "variables": "[1]"}, "malformed_request"),
        ({"query": "{ __typename }", "extensions": "1"}, "malformed_request"),
    ],
)
async def test_a_get_that_is_no_request(
    partner: Partner, parameters: dict[str, str], code: str
) -> None:
    answer = await partner.get(**parameters)

    assert answer.status_code == 400
    assert code_of(answer) == code


async def test_a_get_may_say_each_parameter_once_and_in_utf_8(client: httpx.AsyncClient) -> None:
    twice = await client.get("/graphql?query=%7B__typename%7D&query=%7Ba%7D")
    latin = await client.get("/graphql?query=%FF")

    assert [answer.status_code for answer in (twice, latin)] == [400, 400]
    assert code_of(twice) == code_of(latin) == "malformed_request"


async def test_an_error_in_one_field_leaves_the_others(partner: Partner) -> None:
    fields = 'publication { title } node(id: "x") { id } issue(slug: "a", number: 1) { id }'
    answer = await partner.post({"query": f"{{ {fields} }}"}, {"Accept": RESPONSE})

    told = answer.json()
    assert answer.status_code == 200
    assert told["data"] == {
        "publication": {"title": "The AI Morning Post"},
        "node": None,
        "issue": None,
    }
    (error,) = told["errors"]
    assert error["path"] == ["issue"]
    assert error["extensions"]["code"] == "invalid_argument"
