"""Queries by GET and persisted queries are kept by caches as REST is; nothing else is."""

import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.config import Settings
from app.main import create_app
from app.web.graphql.documents.persisted import PersistedQueries, sha256_of
from app.web.graphql.documents.request import GraphQLRequest
from tests.conftest import Clock
from tests.web.graphql.conftest import RESPONSE, Partner

QUERY = "query Latest { latestIssue { number title } }"
HASHED = {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(QUERY)}}
KEPT = "public, max-age=60, stale-while-revalidate=600"

pytestmark = pytest.mark.usefixtures("twelve_issues")


async def test_a_query_by_get_has_validators_and_gives_304(partner: Partner) -> None:
    whole = await partner.get(query=QUERY)
    etag = whole.headers["etag"]
    unchanged = await partner.get({"If-None-Match": etag}, query=QUERY)

    assert whole.json()["data"]["latestIssue"]["number"] == 12
    assert whole.headers["cache-control"] == KEPT
    assert whole.headers["vary"] == "Accept-Encoding, Authorization, Accept"
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == etag


async def test_each_form_and_coding_has_an_etag_of_its_own(partner: Partner) -> None:
    query = "{ issues(first: 5) { nodes { title summary lead { body } } } }"
    tags = {
        (accept, coding): (
            await partner.get({"Accept": accept, "Accept-Encoding": coding}, query=query)
        ).headers["etag"]
        for accept in ("application/json", RESPONSE)
        for coding in ("identity", "gzip", "br", "zstd")
    }

    assert len(set(tags.values())) == 8


async def test_ready_answers_are_given_in_the_form_that_is_asked_for(
    app: FastAPI, partner: Partner
) -> None:
    for accept in ("application/json", RESPONSE) * 2:
        answer = await partner.get({"Accept": accept}, query=QUERY)
        assert answer.headers["content-type"] == accept
    assert len(app.state.response_cache) == 1
    refused = await partner.get({"Accept": "text/plain"}, query=QUERY)
    assert refused.status_code == 406


async def test_a_write_is_seen_by_the_next_read(partner: Partner, desk: Partner) -> None:
    before = await partner.get(query=QUERY)
    await desk.ask(
        'mutation { updateIssue(ref: "12", ifRevision: 1, patch: {title: "New"}, publish: true)'
        " { __typename } }"
    )
    after = await partner.get({"If-None-Match": before.headers["etag"]}, query=QUERY)

    assert after.status_code == 200
    assert after.json()["data"]["latestIssue"]["title"] == "New"


async def test_what_is_read_with_a_key_is_private(app: FastAPI, desk: Partner) -> None:
    answer = await desk.get(query=QUERY)

    assert answer.headers["cache-control"] == "private, no-store"
    assert len(app.state.response_cache) == 0


async def test_what_is_read_with_a_key_has_validators_of_its_own(desk: Partner) -> None:
    whole = await desk.get(query=QUERY)

    unchanged = await desk.get({"If-None-Match": whole.headers["etag"]}, query=QUERY)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    "query",
    [
        "{ issue(number: 99) { title } }",
        '{ issue(slug: "no-such-issue") { title } }',
        '{ issue(slug: "No such name!") { title } }',
        '{ issue(date: "2031-01-01") { title } }',
        '{ latestIssue { title } node(id: "SXNzdWU6MQ") { id } }',
        '{ nodes(ids: ["SXNzdWU6MQ", "U3ViamVjdDo5OTk", "no"]) { id } }',
        '{ subject(source: GITHUB, kind: REPOSITORY, externalId: "no/body") { name } }',
    ],
)
async def test_what_is_not_there_is_never_kept(app: FastAPI, partner: Partner, query: str) -> None:
    """It may be there at any time: no cache may go on saying that it is not."""
    answer = await partner.get(query=query)

    assert "errors" not in answer.json()
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(app.state.response_cache) == 0


async def test_an_answer_with_errors_is_never_kept(app: FastAPI, partner: Partner) -> None:
    for query in ("{ nothing }", "{ issue { number } }", "{"):
        answer = await partner.get(query=query)
        assert "errors" in answer.json()
        assert answer.headers["cache-control"] == "private, no-store"
        assert "etag" not in answer.headers
    assert len(app.state.response_cache) == 0


async def test_max_age_never_reaches_past_the_next_publication(
    partner: Partner, desk: Partner, clock: Clock
) -> None:
    soon = clock().replace(microsecond=0)
    await desk.ask(
        'mutation($at: DateTime!) { createIssue(input: {date: "2031-01-01", sections: '
        '[{kind: LEAD, headline: "Later"}]}) { __typename } scheduleIssue(ref: "13", '
        "ifRevision: 1, publishAt: $at) { ... on Problem { detail } } }",
        at=soon.replace(second=(soon.second + 30) % 60).isoformat()
        if soon.second < 30
        else soon.replace(minute=soon.minute + 1, second=0).isoformat(),
    )

    for query in (QUERY, "{ issues { nodes { number } } }", "{ tools { nodes { name } } }"):
        control = (await partner.get(query=query)).headers["cache-control"]
        seconds = int(control.removeprefix("public, max-age="))
        assert seconds <= 60


async def test_a_query_is_learnt_with_its_hash_and_then_known_by_it(partner: Partner) -> None:
    unknown = await partner.get(extensions=HASHED)
    with_text = await partner.get(query=QUERY, extensions=HASHED)
    known = await partner.get(extensions=HASHED)
    posted = await partner.post({"extensions": HASHED})

    (error,) = unknown.json()["errors"]
    assert error["message"] == "PersistedQueryNotFound"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert unknown.headers["cache-control"] == "private, no-store"
    assert with_text.json() == known.json() == posted.json()
    assert known.headers["cache-control"] == posted.headers["cache-control"] == KEPT
    assert known.headers["etag"] == posted.headers["etag"]
    again = await partner.get({"If-None-Match": known.headers["etag"]}, extensions=HASHED)
    assert again.status_code == 304


async def test_a_document_id_is_another_name_of_a_hash(partner: Partner) -> None:
    await partner.get(query=QUERY, extensions=HASHED)

    by_id = await partner.get(documentId=f"sha256:{sha256_of(QUERY)}")

    assert by_id.json()["data"]["latestIssue"]["number"] == 12


async def test_a_hash_of_another_query_is_refused_and_not_learnt(partner: Partner) -> None:
    wrong = await partner.get(query="{ __typename }", extensions=HASHED)
    asked = await partner.get(extensions=HASHED)

    assert wrong.json()["errors"][0]["extensions"]["code"] == "persisted_query_mismatch"
    assert asked.json()["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_an_invalid_query_is_not_learnt(partner: Partner) -> None:
    text = "{ nothing }"
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(text)}}
    await partner.get(query=text, extensions=hashed)

    asked = await partner.get(extensions=hashed)

    assert asked.json()["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_a_mutation_is_known_by_its_hash_by_post_alone(desk: Partner) -> None:
    text = 'mutation { createIssue(input: {date: "2031-05-05"}) { __typename } }'
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(text)}}

    posted = await desk.post({"query": text, "extensions": hashed})
    by_get = await desk.get(extensions=hashed)

    assert posted.json()["data"]["createIssue"]["__typename"] == "IssueSaved"
    assert by_get.status_code == 405


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "latest.graphql").write_text(QUERY)
    (tmp_path / "notes.txt").write_text("no document")
    return tmp_path


async def _answers(settings: Settings, clock: Clock) -> tuple[httpx.Response, ...]:
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client:
            partner = Partner(client)
            return (
                await partner.get(extensions=HASHED),
                await partner.get(query=QUERY),
                await partner.get(query="{ __typename }"),
            )


async def test_registered_documents_are_known_from_the_start(
    settings: Settings, clock: Clock, folder: Path
) -> None:
    given = settings.model_copy(update={"graphql_documents": str(folder)})

    registered, same, other = await _answers(given, clock)

    assert registered.json()["data"] == same.json()["data"]
    assert registered.headers["cache-control"] == KEPT
    assert other.json()["data"] == {"__typename": "Query"}


def test_a_registered_document_is_known_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    text = "{\r\n  publication { title }\r\n}\r\n"
    (tmp_path / "crlf.graphql").write_bytes(text.encode())

    known = PersistedQueries(tmp_path, only_registered=True)

    assert known.query_of(GraphQLRequest(None, None, None, sha256_of(text))) == text
    assert known.query_of(GraphQLRequest(text, None, None, None)) == text


@pytest.mark.parametrize("version", [True, "1", 2, None, [1]])
async def test_a_persisted_query_is_of_version_1(partner: Partner, version: object) -> None:
    hashed = {"persistedQuery": {"version": version, "sha256Hash": sha256_of(QUERY)}}

    answer = await partner.post({"query": QUERY, "extensions": hashed})

    assert answer.status_code == 400
    assert "`version` 1" in answer.json()["errors"][0]["message"]


async def test_nothing_but_registered_documents_may_be_allowed(
    settings: Settings, clock: Clock, folder: Path
) -> None:
    given = settings.model_copy(
        update={"graphql_documents": str(folder), "graphql_only_registered": True}
    )

    registered, same, other = await _answers(given, clock)

    assert registered.json()["data"] == same.json()["data"]
    assert other.json()["errors"][0]["extensions"]["code"] == "query_not_registered"


async def test_a_mistake_in_a_registered_document_is_told_at_the_start(
    settings: Settings, clock: Clock, folder: Path
) -> None:
    (folder / "wrong.graphql").write_text("{ nothing }")
    app = create_app(settings.model_copy(update={"graphql_documents": str(folder)}), clock=clock)

    with pytest.raises(ValueError, match="invalid document"):
        async with app.router.lifespan_context(app):
            pass


_MD5, _SHA1 = "0" * 32, "1" * 40


@pytest.mark.parametrize(
    ("manifest", "id_"),
    [
        ({_MD5: QUERY}, _MD5),
        ({_SHA1: QUERY}, _SHA1),
        ({f"sha256:{sha256_of(QUERY)}": QUERY}, sha256_of(QUERY)),
        (
            {
                "format": "apollo-persisted-query-manifest",
                "version": 1,
                "operations": [{"id": "Latest-1", "name": "L", "type": "query", "body": QUERY}],
            },
            "Latest-1",
        ),
    ],
    ids=["Relay", "graphql-codegen", "sha256", "Apollo"],
)
def test_a_manifest_is_read_as_a_tool_writes_it(tmp_path: Path, manifest: object, id_: str) -> None:
    file = tmp_path / "persisted.json"
    file.write_text(json.dumps(manifest))

    for path in (tmp_path, file):
        known = PersistedQueries(path, only_registered=True)
        for name in (id_, sha256_of(QUERY)):
            assert known.query_of(GraphQLRequest(None, None, None, name)) == QUERY
        assert known.query_of(GraphQLRequest(QUERY, None, None, id_)) == QUERY
        assert known.registered == (QUERY,)


async def test_ids_of_a_manifest_are_asked_for_both_ways(
    settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "persisted.json").write_text(json.dumps({_SHA1: QUERY}))
    app = create_app(settings.model_copy(update={"graphql_documents": str(tmp_path)}), clock=clock)
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": _SHA1}}
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client:
            partner = Partner(client)
            by_id = await partner.get(documentId=_SHA1)
            by_hash = await partner.get(extensions=hashed)
            unknown = await partner.get(documentId=_MD5)

    assert by_id.json() == by_hash.json()
    assert by_id.headers["cache-control"] == KEPT
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '"query"',
        '{"id": 1}',
        '{"": "{ __typename }"}',
        '{"a:b": "{ __typename }"}',
        '{"format": "other", "version": 1, "operations": []}',
        '{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}',
        '{"format": "apollo-persisted-query-manifest", "version": 1}',
        '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [1]}',
    ],
)
def test_another_json_file_is_refused_at_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "package.json").write_text(text)

    with pytest.raises(ValueError, match=r"package\.json"):
        PersistedQueries(tmp_path)


def test_two_documents_of_one_id_are_refused(tmp_path: Path) -> None:
    for name, text in (("a.json", QUERY), ("b.json", "{ __typename }")):
        (tmp_path / name).write_text(json.dumps({_MD5: text}))

    with pytest.raises(ValueError, match="two documents have the id"):
        PersistedQueries(tmp_path)
