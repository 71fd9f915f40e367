"""The types and methods of the TypeScript client."""

import json
from typing import Any

from client_generator.document import (
    JSON,
    MERGE,
    NDJSON,
    Document,
    Operation,
    Parameter,
    Schema,
    camel,
    operations_of,
)

NOTE = "Generated from the OpenAPI document; do not edit."

HEAD = f"""/** The operations of the API. {NOTE} */

import {{ type Call, type Lines, type Ref, callOf }} from "./call.js";
import type * as types from "./types.js";

/** One method for each operation of the API. */
export abstract class Operations {{
  protected abstract exchange(call: Call): Promise<unknown>;
"""

SCALARS = {"integer": "number", "number": "number", "boolean": "boolean", "string": "string"}


def types(document: Document) -> str:
    """Write a type for each schema of the document."""
    parts = [f"/** The shapes of the API. {NOTE} */\n"]
    for name, schema in document["components"]["schemas"].items():
        comment = _comment(schema.get("description"), "")
        parts.append(f"{comment}export type {name} = {_type(schema, '')};\n")
    return "\n".join(parts)


def operations(document: Document) -> str:
    """Write the class with the methods."""
    return HEAD + "".join(_method(each) for each in operations_of(document)) + "}\n"


def _method(operation: Operation) -> str:
    returns = _returned(operation)
    return (
        f"\n  /** {operation.summary}. */\n"
        f"  {operation.id}({', '.join(_parameters(operation))}): Promise<{returns}> {{\n"
        f"    const call = callOf({', '.join(_arguments(operation))});\n"
        f"    return this.exchange(call) as Promise<{returns}>;\n"
        "  }\n"
    )


def _parameters(operation: Operation) -> list[str]:
    found = [
        f"{each['name']}: {'Ref' if each['name'] == 'ref' else 'string | number'}"
        for each in operation.segments
    ]
    named = [*operation.query, *operation.headers]
    body = operation.body
    if body is not None:
        kind = {NDJSON: "Lines", MERGE: _merged(body.schema)}.get(
            body.media_type, _type(body.schema, "    ", "types.")
        )
        found.append(f"body: {kind}" if body.is_required else f"body?: {kind} | null")
    if named:
        members = "; ".join(
            f"{_name(each)}{'' if _is_required(each) else '?'}: "
            f"{_type(each['schema'], '      ', 'types.')}"
            f"{'' if _is_required(each) else ' | undefined'}"
            for each in named
        )
        is_required = any(map(_is_required, named))
        found.append(f"parameters: {{ {members} }}{'' if is_required else ' = {}'}")
    return found


def _merged(schema: Schema) -> str:
    """Return the type of a merge patch: any member may be null or absent."""
    return _type(schema, "    ", "types.")


def _arguments(operation: Operation) -> list[str]:
    described: dict[str, Any] = {"method": operation.method, "path": operation.path}
    if operation.query:
        described["query"] = [each["name"] for each in operation.query]
    if operation.headers:
        described["headers"] = {_name(each): each["name"] for each in operation.headers}
    if operation.accept not in (None, JSON):
        described["accept"] = operation.accept
    if operation.body is not None and operation.body.media_type != JSON:
        described["mediaType"] = operation.body.media_type
    path = ", ".join(each["name"] for each in operation.segments)
    named = operation.query or operation.headers
    arguments = [json.dumps(described), f"{{ {path} }}" if path else "{}"]
    if named or operation.body is not None:
        arguments.append("parameters" if named else "{}")
    if operation.body is not None:
        arguments.append("body")
    return arguments


def _returned(operation: Operation) -> str:
    if operation.accept is None:
        return "void"
    if operation.accept == NDJSON:
        return "Record<string, unknown>[]"
    return _type(operation.answer, "  ", "types.") if operation.accept == JSON else "string"


def _is_required(parameter: Parameter) -> bool:
    return parameter["in"] == "query" and bool(parameter.get("required"))


def _name(parameter: Parameter) -> str:
    name: str = parameter["name"]
    return camel(name) if parameter["in"] == "header" else name


def _type(schema: Schema, indent: str, space: str = "") -> str:
    """Write a schema as a type; `space` is the namespace of named types."""
    if "$ref" in schema:
        return space + str(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return " | ".join(_type(each, indent, space) for each in schema[word])
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_type({**schema, "type": each}, indent, space) for each in kind)
    if kind == "null":
        return "null"
    if kind == "array":
        return f"Array<{_type(schema.get('items', {}), indent, space)}>"
    if kind == "object" or "properties" in schema:
        return _object(schema, indent, space)
    return SCALARS.get(str(kind), "unknown")


def _object(schema: Schema, indent: str, space: str) -> str:
    properties = schema.get("properties", {})
    further = schema.get("additionalProperties")
    if not properties:
        value = _type(further, indent, space) if isinstance(further, dict) else "unknown"
        return f"Record<string, {value}>"
    inside = f"{indent}  "
    members = [
        f"{_comment(member.get('description'), inside)}{inside}{name}"
        f"{'' if name in schema.get('required', []) else '?'}: {_type(member, inside, space)};\n"
        for name, member in properties.items()
    ]
    return "{\n" + "".join(members) + indent + "}"


def _comment(text: str | None, indent: str) -> str:
    plain = " ".join((text or "").split()).replace("*/", "* /")
    return f"{indent}/** {plain} */\n" if plain else ""
