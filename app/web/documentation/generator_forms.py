"""Forms of JSON Schema that generators of typed clients read well, in place of Pydantic's.

`.ci/contract/generators` generates, compiles and runs the clients; each rule names what it mends.
"""

from collections.abc import Mapping, Sequence
from itertools import chain

from app.web.documentation.schema_tree import REFERENCE, Schema, visit

_NULL = {"type": "null"}


def simplify(schema: Schema) -> None:
    """Rewrite a schema and every schema in it."""
    visit(schema, _simplify)


def _simplify(schema: Schema) -> None:
    # `default: null` is untrue (the default of `heading` depends on the kind), and makes clients of
    # openapi-typescript treat the member as required.
    if "default" in schema and schema["default"] is None:
        del schema["default"]
    choices = schema.get("anyOf", [])
    if len(choices) == 2 and choices[1] == _NULL:
        _join_null(schema, choices[0])


def _join_null(schema: Schema, choice: Schema) -> None:
    """Write `type: [string, "null"]` in place of a union, which generators name as a type."""
    types = choice.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and "enum" not in choice and "const" not in choice:
        del schema["anyOf"]
        schema.update({**choice, **schema, "type": [*types, "null"]})


def name_enums(schemas: dict[str, Schema], known: Mapping[tuple[str, ...], str]) -> None:
    """Move each list of values to a schema of its own, so that its type has one name everywhere.

    `known`: names by values. Others are named for the schema and member that they stand in. The
    members that tell the branches of a union apart stay: generators read them in place.
    """
    found: dict[tuple[str, ...], str] = dict(known)
    named: dict[str, Schema] = {}
    for name, schema in schemas.items():
        for member, value in schema.get("properties", {}).items():
            for holder in _holders(value):
                values = tuple(holder.get("enum", ()))
                if len(values) < 2 or (member == "kind" and "Section" in name):
                    continue
                called = found.setdefault(values, name + _pascal(member))
                named[called] = {"type": "string", "enum": list(values)}
                del holder["enum"], holder["type"]
                holder["$ref"] = REFERENCE + called
    _tell_apart(named)
    doubled = named.keys() & schemas.keys()
    assert not doubled, f"a list of values has the name of a schema: {doubled}"
    schemas.update(named)


def _holders(schema: Schema) -> Sequence[Schema]:
    """The schema of a member, or those in its union with null or in its list."""
    return [schema, *schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]


def _tell_apart(named: dict[str, Schema]) -> None:
    """Name the constants of lists that share a value: those of Go are global to the package."""
    values = list(chain.from_iterable(schema["enum"] for schema in named.values()))
    for name, schema in named.items():
        if any(values.count(value) > 1 for value in schema["enum"]):
            schema["x-enum-varnames"] = [_constant(f"{name}_{value}") for value in schema["enum"]]


def _constant(words: str) -> str:
    return "".join(f"_{c}" if c.isupper() else c for c in words).lstrip("_").upper()


def _pascal(member: str) -> str:
    return "".join(word.capitalize() for word in member.split("_"))
