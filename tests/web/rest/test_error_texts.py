"""Error texts say what to do next, and hold no words of a validator."""

from datetime import timedelta

import httpx
import pytest

from tests.conftest import Clock
from tests.factories import lead, whole_issue

pytestmark = pytest.mark.anyio

ANY = {"If-Match": "*"}
NEVER = "An issue that has been published can never be deleted."
FORM = (
    "If-Match must be an ETag exactly as you received it, in double quotes, or *. "
    'Weak ETags (W/"…") never match.'
)


async def posted(
    client: httpx.AsyncClient, editor: dict[str, str], **parameters: str
) -> httpx.Response:
    document = {"date": "2026-05-03", "sections": [lead()]}
    made = await client.post("/v1/issues", json=document, headers=editor, params=parameters)
    assert made.status_code == 201, made.text
    return made


async def test_deleting_says_what_can_be_done_instead(
    client: httpx.AsyncClient, editor: dict[str, str], clock: Clock
) -> None:
    made = await posted(client, editor)
    address, guarded = f"/v1/issues/{made.json()['number']}", editor | ANY
    later = (clock() + timedelta(days=1)).isoformat()

    await client.post(f"{address}/schedule", json={"publish_at": later}, headers=guarded)
    scheduled = await client.delete(address, headers=guarded)
    await client.post(f"{address}/publish", headers=guarded)
    published = await client.delete(address, headers=guarded)
    await client.post(f"{address}/unpublish", headers=guarded)
    unpublished = await client.delete(address, headers=guarded)

    told = [(each.json()["code"], each.json()["detail"]) for each in (scheduled, published)]
    assert told == [
        ("in_print", "Unpublish the scheduled issue first, then delete it."),
        ("in_print", f"{NEVER} To take it out of print, unpublish it."),
    ]
    assert unpublished.json()["code"] == "was_published"
    assert unpublished.json()["detail"] == f"{NEVER} It stays as a draft."


async def test_an_etag_that_cannot_match_is_told_from_a_stale_one(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    made = await posted(client, editor)
    address, etag = f"/v1/issues/{made.json()['number']}", made.headers["etag"]

    async def refusal(if_match: str) -> str:
        answer = await client.patch(address, json={}, headers=editor | {"If-Match": if_match})
        assert (answer.status_code, answer.headers["etag"]) == (412, etag)
        detail: str = answer.json()["detail"]
        return detail

    for malformed in (f"W/{etag}", etag.strip('"'), "banana", ""):
        assert await refusal(malformed) == FORM
    assert await refusal('"r9.1.0"') == (
        "The issue is now at revision 1. Read it again, redo your change, and send its new ETag."
    )


@pytest.mark.parametrize(
    ("target", "detail"),
    [
        (
            "/issues?sort=asc",
            "There is no parameter 'sort' here. This path takes limit, cursor, from, to, fields, "
            "status, view.",
        ),
        ("/issues?limits=1", "There is no parameter 'limits' here. Did you mean 'limit'?"),
        ("/limits?x=1", "There is no parameter 'x' here. This path takes none."),
        ("/issues?limit=500", "The parameter limit must be at most 100."),
        ("/issues?limit=", "The parameter limit must be an integer."),
        ("/issues?limit=1&limit=2", "The parameter limit may be given only once."),
        ("/issues?view=x", "The parameter view must be published."),
        (
            "/issues?from=2026-02-30",
            "The parameter from names a day that does not exist: February 2026 has no day 30.",
        ),
        ("/issues?from=2026-05-02&to=2026-05-01", "`from` must not be after `to`."),
        ("/search?q=", "The parameter q must not be empty."),
        (
            "/trending?source=github&kind=model",
            "github has no kind model. Its kinds: repository.",
        ),
        (
            "/trending?source=huggingface&kind=repository",
            "huggingface has no kind repository. Its kinds: model, dataset, space, paper.",
        ),
        (
            "/trending?source=github&kind=repository&owner=a/b",
            "The parameter owner must be one word, without spaces and slashes.",
        ),
    ],
)
async def test_a_refused_parameter_is_told_in_a_whole_sentence_in_both_places(
    client: httpx.AsyncClient, target: str, detail: str
) -> None:
    answer = await client.get(f"/v1{target}")

    assert answer.status_code == 400
    assert answer.json()["detail"] == detail
    assert [fault["detail"] for fault in answer.json()["errors"]] == [detail]


@pytest.mark.parametrize(
    ("section", "detail"),
    [
        ({"significance": 11}, "Give an integer from 0 to 10."),
        ({"significance": 7.5}, "Give an integer from 0 to 10."),
        ({"significance": "7/10"}, "Give an integer from 0 to 10, not a string."),
        ({"headline": ""}, "This must not be empty."),
        (
            {"slug": "https://a.example/b"},
            "Give 1 to 80 lower-case letters, digits and hyphens, such as 'hello-world'.",
        ),
    ],
)
async def test_a_refused_field_is_told_what_would_be_right(
    client: httpx.AsyncClient, editor: dict[str, str], section: dict[str, object], detail: str
) -> None:
    document = {"date": "2026-05-03", "sections": [lead(**section)]}

    answer = await client.post("/v1/issues/validate", json=document, headers=editor)

    assert [fault["detail"] for fault in answer.json()["errors"]] == [detail]


@pytest.mark.parametrize(
    ("day", "detail"),
    [
        ("2026-02-30", "This day does not exist: February 2026 has no day 30."),
        ("2026-13-01", "This day does not exist: there is no month 13."),
        ("0000-01-01", "This day does not exist: years begin at 0001."),
        ("3 May 2026", "Give a date as YYYY-MM-DD."),
    ],
)
async def test_a_day_that_does_not_exist_is_told_from_another_form(
    client: httpx.AsyncClient, editor: dict[str, str], day: str, detail: str
) -> None:
    document = {**whole_issue(), "date": day}

    answer = await client.post("/v1/issues", json=document, headers=editor)

    assert answer.json()["errors"] == [{"pointer": "/date", "code": "bad_format", "detail": detail}]


async def test_graphql_does_not_repeat_input_as_python_writes_it(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    query = "mutation ($i: IssueInput!) { createIssue(input: $i) { __typename } }"
    body = {"query": query, "variables": {"i": {"date": "2026-05-03", "titel": None}}}

    answer = await client.post("/graphql", json=body, headers=editor)

    (error,) = answer.json()["errors"]
    assert error["message"].endswith("unknown field 'titel'. Did you mean 'title' or 'date'?")
