"""What normalized caches of clients must know of the schema, as JSON."""

import json

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    is_introspection_type,
)

from app.web.graphql.schema.schema import schema


def possible_types() -> bytes:
    """Return the types of each interface and union: `possibleTypes` of Apollo Client."""
    made = schema()
    return _json(
        {
            name: sorted(possible.name for possible in made.get_possible_types(type_))
            for name, type_ in sorted(made.type_map.items())
            if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType)
        }
    )


def types_without_id() -> bytes:
    """List the object types that have no id: each is `() => null` in `keys` of urql's graphcache.

    Roots, connections and edges are not listed: caches know them by themselves.
    """
    made = schema()
    roots = {made.query_type, made.mutation_type, made.subscription_type}
    return _json(
        sorted(
            name
            for name, type_ in made.type_map.items()
            if isinstance(type_, GraphQLObjectType)
            and type_ not in roots
            and not is_introspection_type(type_)
            and "id" not in type_.fields
            and not name.endswith(("Connection", "Edge", "PageInfo"))
        )
    )


def _json(value: object) -> bytes:
    return f"{json.dumps(value, indent=2)}\n".encode()
