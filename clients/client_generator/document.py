"""The operations of an OpenAPI document, as a client needs them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Schema = dict[str, Any]
Parameter = dict[str, Any]

JSON, NDJSON, MERGE = "application/json", "application/x-ndjson", "application/merge-patch+json"
METHODS = ("get", "post", "put", "patch", "delete")

IN_PROSE = {"listIssues": ("fields",), "readIssue": ("fields",)}
"""Query parameters that the document leaves to prose, because the answer then has another shape."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request."""

    media_type: str
    is_required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    segments: list[Parameter]
    query: list[Parameter]
    headers: list[Parameter]
    body: Body | None
    accept: str | None
    """The media type of the answer; `None` if it has no body."""
    answer: Schema


def operations_of(document: Document) -> Iterator[Operation]:
    """Yield the operations in the order of the document."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(document, path, method, item)


def _operation(document: Document, path: str, method: str, item: dict[str, Any]) -> Operation:
    described = item[method]
    declared = [*item.get("parameters", []), *described.get("parameters", [])]
    parameters = [resolved(document, each) for each in declared]
    if method == "get":
        # The clients send the ETags of reads by themselves.
        parameters = [each for each in parameters if each["name"] != "If-None-Match"]
    for name in IN_PROSE.get(described["operationId"], ()):
        parameters.append({"name": name, "in": "query", "schema": {"type": "string"}})
    accept, answer = _answer(described)
    return Operation(
        described["operationId"],
        method.upper(),
        path,
        described["summary"].rstrip("."),
        [each for each in parameters if each["in"] == "path"],
        [each for each in parameters if each["in"] == "query"],
        [each for each in parameters if each["in"] == "header"],
        _body(document, described, accept),
        accept,
        answer,
    )


def _answer(described: dict[str, Any]) -> tuple[str | None, Schema]:
    responses = described["responses"]
    success = next(responses[status] for status in responses if status.startswith("2"))
    forms = success.get("content", {})
    for media_type in (NDJSON, JSON, *forms):
        if media_type in forms:
            return media_type, forms[media_type].get("schema", {})
    return None, {}


def _body(document: Document, described: dict[str, Any], accept: str | None) -> Body | None:
    if "requestBody" not in described:
        return None
    body = resolved(document, described["requestBody"])
    if accept == NDJSON:
        return Body(NDJSON, True, {})
    media_type = MERGE if MERGE in body["content"] else JSON
    return Body(media_type, body.get("required", False), body["content"][media_type]["schema"])


def resolved(document: Document, node: dict[str, Any]) -> dict[str, Any]:
    """Follow the references of a node."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def snake(name: str) -> str:
    """Write a name in snake_case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("-", "_")).lower()


def camel(name: str) -> str:
    """Write a name of words that hyphens separate in camelCase."""
    first, *others = name.lower().split("-")
    return first + "".join(word.capitalize() for word in others)
