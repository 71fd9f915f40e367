"""The first and the last days that Python has: read or refused, and no reason to fail."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from graphql import GraphQLEnumType, GraphQLNonNull, build_schema, get_named_type

from tests.factories import whole_issue

DAYS = ("0001-01-01", "0001-01-02", "0001-02-01", "9999-12-30", "9999-12-31")
GIVEN = {
    "source": "github",
    "kind": "repository",
    "window": "week",
    "external_id": "acme/orca",
    "number": "1",
    "slug": "the-lead",
}
"""A value for each other parameter that is required."""


@pytest.mark.parametrize("day", DAYS)
async def test_every_date_of_a_read_may_be_any_day(client: httpx.AsyncClient, day: str) -> None:
    description = (await client.get("/openapi.json")).json()
    asked = list(_dated(description, day))
    assert len(asked) > 30

    for path, query in asked:
        answer = await client.get(path, params=query)
        assert answer.status_code < 500, f"{path} {query}: {answer.text}"


def _dated(description: dict[str, Any], day: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each read with a date, as a path and its query."""
    for path, operations in description["paths"].items():
        named = operations.get("get", {}).get("parameters", [])
        parameters = [each for each in named if "schema" in each]
        for chosen in parameters:
            if '"format": "date"' not in json.dumps(chosen["schema"]) and chosen["name"] != "ref":
                continue
            given = {**GIVEN, chosen["name"]: day}
            asked = [each for each in parameters if each.get("required") or each is chosen]
            yield (
                path.format_map({p["name"]: given.get(p["name"], "x") for p in asked}),
                {
                    p["name"]: given[p["name"]]
                    for p in asked
                    if p["in"] == "query" and p["name"] in given
                },
            )


@pytest.mark.parametrize("day", DAYS)
async def test_every_date_of_a_query_may_be_any_day(client: httpx.AsyncClient, day: str) -> None:
    schema = build_schema((await client.get("/graphql/schema.graphql")).text)
    assert schema.query_type is not None
    asked = 0
    for name, field in schema.query_type.fields.items():
        for chosen, argument in field.args.items():
            if get_named_type(argument.type).name != "Date":
                continue
            given = {chosen: f'"{day}"'}
            for other, of_other in field.args.items():
                if other != chosen and isinstance(of_other.type, GraphQLNonNull):
                    kind = get_named_type(of_other.type)
                    is_word = isinstance(kind, GraphQLEnumType)
                    given[other] = GIVEN.get(other, "").upper() if is_word else '"orca"'
            arguments = ", ".join(f"{key}: {value}" for key, value in given.items())
            answer = await client.post(
                "/graphql", json={"query": f"{{ {name}({arguments}) {{ __typename }} }}"}
            )
            asked += 1
            assert "internal_error" not in answer.text, f"{name}({arguments})"
            assert answer.status_code == 200, answer.text
    assert asked > 10


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_an_issue_of_any_day_is_shown_everywhere(
    client: httpx.AsyncClient, editor: dict[str, str], day: str
) -> None:
    instant = f"{day}T00:00:00Z"
    document = json.loads(
        json.dumps(whole_issue(date=day, number=1)).replace("2026-05-03T05:00:00Z", instant)
    )
    made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
    assert made.status_code == 201, made.text

    for path in (
        *(f"/v1/issues/{day}", "/v1/issues/1.md", "/v1/issues/1/claims", "/v1/issues/1/printings"),
        *("/v1/entries", "/v1/entries.csv", "/v1/entries.metadata.json", "/v1/search?q=words"),
        *("/", "/issues", "/issues/1", "/search?q=words", "/sitemap.xml"),
        *("/feeds/issues.atom", "/feeds/issues.rss", "/feeds/issues.json"),
    ):
        answer = await client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
