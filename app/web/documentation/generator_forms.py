"""Forms of JSON Schema that generators of typed clients read well, in place of Pydantic's.

`.ci/contract/generators` generates, compiles and runs the clients; each rule names what it mends.
"""

import re
from collections.abc import Mapping, Sequence

from app.web.documentation.schema_tree import REFERENCE, Schema
from app.wording import as_code

_NULL = {"type": "null"}
_SMALL_THEN_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def tell_default(schema: Schema) -> None:
    """Move the default of a member of a request to its description.

    openapi-typescript takes a member with a default for one that is always there.
    """
    default = schema.pop("default", None)
    if default is not None:
        words = default if isinstance(default, list) else [default]
        told = as_code(words) if words else "none"
        schema["description"] = f"{schema.get('description', '')} Default: {told}.".strip()


def simplify(schema: Schema) -> None:
    """Rewrite the default and the unions of one schema."""
    # `default: null` is untrue (the default of `heading` depends on the kind), and makes clients of
    # openapi-typescript treat the member as required.
    if "default" in schema and schema["default"] is None:
        del schema["default"]
    choices = schema.get("anyOf", [])
    if choices and all("enum" in choice or "const" in choice for choice in choices):
        del schema["anyOf"]
        schema["type"] = "string"
        schema["enum"] = [v for c in choices for v in c.get("enum", [c.get("const")])]
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
    values = [constant(value) for schema in named.values() for value in schema["enum"]]
    for name, schema in named.items():
        if any(values.count(constant(value)) > 1 for value in schema["enum"]):
            schema["x-enum-varnames"] = [
                constant(f"{_SMALL_THEN_CAPITAL.sub('_', name)}_{value}")
                for value in schema["enum"]
            ]


def constant(value: str) -> str:
    """Name the constant of a value as generators do: signs part words, and are left out at ends."""
    return re.sub(r"[^A-Za-z0-9]+", "_", value).strip("_").upper()


def _pascal(member: str) -> str:
    return "".join(word.capitalize() for word in member.split("_"))
