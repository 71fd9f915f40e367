"""A group of arguments takes the place of one parameter, in the schema and in the resolver."""

import strawberry
from graphql import print_type
from strawberry import UNSET

from app.web.graphql.schema.schema import schema
from app.web.graphql.types.argument_groups import ArgumentGroup


def span(low: int | None = UNSET, high: int | None = UNSET) -> str:
    if low is not UNSET and low == 0:
        raise ValueError("low must not be 0")
    return f"{low or 'start'} to {high or 'end'}"


async def answer(first: int, *, within: str, last: int = 9) -> str:
    return f"{first}: {within}: {last}"


@strawberry.type
class Query:
    answer: str = strawberry.field(resolver=answer, extensions=[ArgumentGroup("within", span)])


SCHEMA = strawberry.Schema(Query)


def test_the_arguments_stand_where_the_parameter_does() -> None:
    query = SCHEMA._schema.type_map["Query"]

    assert "answer(first: Int!, low: Int, high: Int, last: Int! = 9): String!" in print_type(query)


async def test_the_resolver_gets_what_the_arguments_are_read_into() -> None:
    answers = await SCHEMA.execute("{ a: answer(first: 1, high: 3) b: answer(first: 1, low: 2) }")

    assert answers.data == {"a": "1: start to 3: 9", "b": "1: 2 to end: 9"}


async def test_what_the_arguments_are_refused_with_fails_the_field() -> None:
    answers = await SCHEMA.execute("{ answer(first: 1, low: 0) }")

    assert answers.errors is not None
    assert [error.message for error in answers.errors] == ["low must not be 0"]


def test_every_connection_has_the_same_arguments_for_its_page() -> None:
    query = schema().query_type
    assert query is not None
    connections = [
        field for field in query.fields.values() if str(field.type).endswith("Connection!")
    ]

    pages = [list(field.args)[-4:] for field in connections]

    assert pages == [["first", "after", "last", "before"]] * 11
