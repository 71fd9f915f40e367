"""The schema: its file tells the truth, its words are those of REST, and nothing is taken away."""

from pathlib import Path

import httpx
import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    get_introspection_query,
    is_introspection_type,
    validate_schema,
)

from app.web.graphql.schema.evolution import broken_by
from app.web.graphql.schema.schema import schema, sdl
from tests.web.graphql.conftest import Partner

EXPORTED = Path(__file__).resolve().parents[3] / "openapi" / "schema.graphql"


def test_the_exported_schema_is_what_the_code_says() -> None:
    assert EXPORTED.read_bytes() == sdl(), "run `make openapi`"


def test_the_schema_is_valid_and_reads_back() -> None:
    assert validate_schema(schema()) == []
    assert validate_schema(build_schema(sdl().decode())) == []


def test_everything_is_described() -> None:
    missing = []
    for type_ in schema().type_map.values():
        if is_introspection_type(type_):
            continue
        if not type_.description:
            missing.append(type_.name)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            missing += [f"{type_.name}.{n}" for n, f in type_.fields.items() if not f.description]
        if isinstance(type_, GraphQLObjectType):
            missing += [
                f"{type_.name}.{name}({argument}:)"
                for name, field in type_.fields.items()
                for argument, declared in field.args.items()
                if not declared.description
            ]
    assert missing == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("removed", "told"),
    [
        ('  """Its number, unique."""\n  number: Int!\n', "Field Issue.number was removed."),
        ("  DEEP_DIVE\n", "Enum value SectionKind.DEEP_DIVE was removed."),
        ("scalar Count\n", None),
    ],
)
def test_what_would_break_queries_is_told(removed: str, told: str | None) -> None:
    before = sdl().decode()
    if told is None:
        assert broken_by(before, before=before) == []
        return
    after = before.replace(removed, "", 1)
    assert after != before

    assert told in " ".join(broken_by(after, before=before))
    assert broken_by(before, before=after) == [], "what is added breaks nothing"


async def test_the_schema_is_served_and_introspected(partner: Partner) -> None:
    served = await partner.client.get("/graphql/schema.graphql")
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    told = await partner.send(query)

    assert served.content == sdl()
    assert served.headers["cache-control"].startswith("public")
    assert "errors" not in told.json()
    assert told.json()["extensions"]["cost"]["requested"] == 100


async def test_the_typename_of_the_roots(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ __typename }"})

    assert answer.json()["data"] == {"__typename": "Query"}
    assert answer.json()["extensions"]["cost"] == {"requested": 0, "limit": 1000}
