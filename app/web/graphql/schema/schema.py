"""The schema, and its text in the definition language."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema, GraphQLUnionType
from strawberry.schema.config import StrawberryConfig

from app.web.graphql.resolving.resolvers import subject_of_entry
from app.web.graphql.schema.mutation import Mutation
from app.web.graphql.schema.query import Query
from app.web.graphql.schema.subscription import Subscription
from app.web.graphql.types.fields import type_name
from app.web.graphql.types.issue import SECTION_TYPES
from app.web.graphql.types.scalars import SCALARS


def read_member(source: Mapping[str, Any], name: str) -> object:
    """Resolve a field without a resolver: the member of its name."""
    return source.get(name)


@cache
def schema() -> GraphQLSchema:
    """Return the schema that requests are executed with."""
    made = _strawberry_schema()._schema
    for type_ in made.type_map.values():
        if isinstance(type_, GraphQLUnionType):
            # Strawberry looks for instances of its classes; values here are mappings.
            type_.resolve_type = type_name
    entry = made.type_map["TrendingEntry"]
    assert isinstance(entry, GraphQLObjectType)
    entry.fields["subject"].resolve = subject_of_entry
    return made


@cache
def sdl() -> bytes:
    """Return the schema in the definition language, as UTF-8."""
    return f"{_strawberry_schema().as_str()}\n".encode()


@cache
def _strawberry_schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=list(SECTION_TYPES.values()),
        config=StrawberryConfig(scalar_map=SCALARS, default_resolver=read_member),
    )
