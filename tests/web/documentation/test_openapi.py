"""The document says of requests and answers what the service does with them."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from app.web.documentation.examples import requests
from app.web.documentation.openapi import describe
from app.web.documentation.schemas import component_schemas
from tests import factories
from tests.test_contract import DOCUMENT, faults

Json = dict[str, Any]


def schema(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.slow
async def test_the_service_answers_the_document(client: httpx.AsyncClient, app: FastAPI) -> None:
    answer = await client.get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.content == describe(app)


@pytest.mark.parametrize("name", component_schemas())
def test_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"].get(name, {}))


async def test_a_whole_issue_is_posted_and_read_as_the_document_says(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    posted = factories.whole_issue()
    assert faults(schema("IssueCreate"), posted) == []

    made = await client.post("/v1/issues?publish=true", json=posted, headers=editor)

    assert made.status_code == 201
    assert faults(schema("Issue"), made.json()) == []
    public = await client.get("/v1/issues/latest")
    assert faults(schema("Issue"), public.json()) == []
    # What was read may be sent back.
    assert faults(schema("IssueInput"), public.json()) == []
    for path, name in (
        ("/v1/issues", "IssuePage"),
        ("/v1/issues/latest/revisions", "RevisionPage"),
        ("/v1/issues/latest/revisions/1", "Revision"),
        ("/v1/publication", "Publication"),
        ("/v1/sections", "SectionPage"),
        ("/v1/tools", "ToolPage"),
        ("/v1/reading", "ReadingPage"),
        ("/v1/entries", "TrendingEntryPage"),
        ("/v1/search?q=orca", "SearchPage"),
        ("/v1/search?q=orca&sort=newest", "SearchPage"),
        ("/v1/keys", "KeyPage"),
        ("/v1/me", "OwnKey"),
        ("/v1/limits", "Limits"),
        ("/v1/tools?limit=101", "Problem"),
    ):
        answer = await client.get(path, headers=editor)
        assert faults(schema(name), answer.json()) == [], path


async def test_members_that_are_read_are_all_there(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    """An issue of almost nothing has every member that the schemas require."""
    posted = {"date": "2026-05-03", "sections": [factories.lead(), {"kind": "tools"}]}

    made = await client.post("/v1/issues", json=posted, headers=editor)

    assert faults(schema("Issue"), made.json()) == []


async def test_fields_is_left_to_prose(client: httpx.AsyncClient, editor: dict[str, str]) -> None:
    """A narrowed issue is no `Issue`, so no typed client is led to ask for one."""
    await client.post("/v1/issues?publish=true", json=requests()["createIssue"], headers=editor)

    whole = await client.get("/v1/issues/latest?fields=number,title")
    listed = await client.get("/v1/issues?fields=slug")

    assert list(whole.json()) == ["number", "title"]
    assert [list(issue) for issue in listed.json()["data"]] == [["slug"]]
    for path in ("/v1/issues", "/v1/issues/{ref}"):
        operation = DOCUMENT["paths"][path]["get"]
        assert "fields" not in [parameter.get("name") for parameter in operation["parameters"]]
        assert "`fields=number,title`" in operation["description"]


@pytest.mark.parametrize(
    "member",
    [
        {"title": ""},
        {"title": "x" * 301},
        {"slug": "No Slug"},
        {"number": 0},
        {"number": 2**31},
        {"date": "someday"},
        {"surprise": 1},
        {"sections": [{"kind": "rumour"}]},
        {"sections": [{"kind": "lead"}]},
        {"sections": [factories.lead(significance=11)]},
        {"sections": [{"kind": "tools", "tools": [{"name": "x", "url": "ftp://x.example/"}]}]},
    ],
    ids=json.dumps,
)
async def test_what_the_document_forbids_is_refused(
    client: httpx.AsyncClient, editor: dict[str, str], member: Json
) -> None:
    posted = factories.issue(**member)

    answer = await client.post("/v1/issues", json=posted, headers=editor)

    assert faults(schema("IssueCreate"), posted) != []
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("member", "told"),
    [
        ({"title": "a\u0000b"}, ("IssueCreate", "control characters")),
        (
            {"sections": [{"kind": "tools"}, {"kind": "tools"}]},
            ("IssueCreate", "At most one of each of the kinds `tools`"),
        ),
        (
            {
                "sections": [
                    {"kind": "trending", "entries": [factories.entry(source="huggingface")]}
                ]
            },
            ("TrendingEntryInput", "One of the kinds of its source."),
        ),
        (
            {"sections": [{"kind": "trending", "entries": [factories.entry("bare")]}]},
            ("TrendingEntryInput", 'Of a repository always "owner/name".'),
        ),
    ],
    ids=json.dumps,
)
async def test_rules_across_members_are_told_in_prose(
    client: httpx.AsyncClient, editor: dict[str, str], member: Json, told: tuple[str, str]
) -> None:
    """JSON Schema has `contains` and `not` for them, of which generators make broken types."""
    name, words = told

    answer = await client.post("/v1/issues", json=factories.issue(**member), headers=editor)

    assert answer.status_code == 422
    assert words in json.dumps(DOCUMENT["components"]["schemas"][name], ensure_ascii=False).replace(
        '\\"', '"'
    )


async def test_a_section_of_a_new_kind_is_a_section(client: httpx.AsyncClient) -> None:
    """New kinds come without a new version: the last branch takes them."""
    section = {"kind": "crossword", "slug": "crossword", "heading": "Crossword", "provenance": None}

    assert faults(schema("Section"), {**section, "standfirst": None}) == []
    assert faults(schema("Section"), section) != []
    assert faults(schema("SectionInput"), section) != []


@pytest.mark.parametrize("word", ["import", "validate"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_actions_on_all_issues_are_not_taken_for_issues(
    client: httpx.AsyncClient, method: str, word: str
) -> None:
    answer = await client.request(method, f"/v1/issues/{word}")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/v1/issues", "GET, HEAD, POST"),
        ("/v1/issues/import", "POST"),
        ("/v1/issues/95", "GET, HEAD, PUT, PATCH, DELETE"),
        ("/v1/issues/95.md", "GET, HEAD"),
        ("/v1/issues/95/publish", "POST"),
    ],
)
async def test_allow_names_the_methods_of_the_document(
    client: httpx.AsyncClient, path: str, allow: str
) -> None:
    answer = await client.options(path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allow)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_markdown_is_only_read(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/v1/issues/95.md")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("form", "answered"),
    [
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/octet-stream", "application/x-ndjson"),
        ("text/x-ndjson", "text/x-ndjson; charset=utf-8"),
    ],
)
async def test_lines_may_be_called_bytes_or_text(
    client: httpx.AsyncClient, editor: dict[str, str], form: str, answered: str
) -> None:
    """Generated clients send bytes as they are, and most do not know lines of JSON."""
    answer = await client.post(
        "/v1/issues/import",
        content=json.dumps(factories.issue()),
        headers={**editor, "Content-Type": form},
    )

    assert (answer.status_code, answer.headers["content-type"]) == (200, answered)
    assert [json.loads(line)["status"] for line in answer.text.splitlines()] == [201]


async def test_a_key_is_named_in_200_characters_at_most(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    answers = [
        await client.post("/v1/keys", json={"name": "n" * length}, headers=editor)
        for length in (200, 201)
    ]

    assert [answer.status_code for answer in answers] == [201, 422]
    assert faults(schema("CreatedKey"), answers[0].json()) == []
