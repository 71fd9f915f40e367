"""The schema: roots and types together, and its text."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLSchema, GraphQLUnionType
from strawberry.schema.config import StrawberryConfig

from app.web.graphql.schema.mutation import Mutation
from app.web.graphql.schema.query import Query
from app.web.graphql.schema.subscription import Subscription
from app.web.graphql.types import types
from app.web.graphql.types.scalars import SCALARS


def read_member(source: Mapping[str, Any], name: str) -> object:
    """The value of a field that nothing else is said of: the member of its name."""
    return source.get(name)


@cache
def schema() -> GraphQLSchema:
    """The schema that requests are carried out with."""
    made = _strawberry_schema()._schema
    for type_ in made.type_map.values():
        if isinstance(type_, GraphQLUnionType):
            # Strawberry looks for its own classes; our values are documents.
            type_.resolve_type = types.type_name
    return made


@cache
def sdl() -> bytes:
    """The schema in the definition language, the same bytes for the same code."""
    return f"{_strawberry_schema().as_str()}\n".encode()


@cache
def _strawberry_schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=list(types.SECTION_TYPES.values()),
        config=StrawberryConfig(scalar_map=SCALARS, default_resolver=read_member),
    )
