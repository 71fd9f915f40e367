"""Write `morningpost_client/operations.py` from the OpenAPI document.

    python clients/generate_python.py [--check]

One method for each operation, twice: blocking and asynchronous. With `--check` nothing is written,
and the exit code is 1 where the file differs.
"""

import json
import keyword
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "openapi" / "openapi.json"
TARGET = ROOT / "clients" / "python" / "morningpost_client" / "operations.py"
METHODS = ("get", "post", "put", "patch", "delete")
JSON, NDJSON, MERGE = "application/json", "application/x-ndjson", "application/merge-patch+json"
SCALARS = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}

HEAD = '''"""The operations of the API. Generated from the OpenAPI document; do not edit."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import NoneType
from typing import Any, TypeVar

from morningpost_client.answers import Answer, Rows, Text
from morningpost_client.call import Call, Lines, Ref, call_of

T = TypeVar("T")
'''

CLASS = '''

class {name}(ABC):
    """One method for each operation of the API{how}."""

    @abstractmethod
    {define} _exchange(self, call: Call, kind: type[T]) -> T: ...
'''


def main() -> int:
    """Write the file, or compare it."""
    document = json.loads(DOCUMENT.read_text())
    written = _formatted(_module(document))
    if "--check" in sys.argv:
        return int(TARGET.read_text() != written)
    TARGET.write_text(written)
    return 0


def _module(document: dict[str, Any]) -> str:
    parts = [HEAD]
    for name, how, define, wait in (
        ("Operations", "", "def", ""),
        ("AsyncOperations", ", asynchronous", "async def", "await "),
    ):
        parts.append(CLASS.format(name=name, how=how, define=define))
        parts += [
            _method(document, path, method, item[method], define=define, wait=wait)
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item
        ]
    return "\n".join(parts)


def _method(
    document: dict[str, Any],
    path: str,
    method: str,
    operation: dict[str, Any],
    *,
    define: str,
    wait: str,
) -> str:
    shared = document["paths"][path].get("parameters", [])
    parameters = [_resolved(document, each) for each in [*shared, *operation.get("parameters", [])]]
    places = {where: [p for p in parameters if p["in"] == where] for where in ("path", "query")}
    headers = [
        p
        for p in parameters
        # The client itself sends ETags on reads.
        if p["in"] == "header" and not (method == "get" and p["name"] == "If-None-Match")
    ]
    accept, returns = _answer_of(operation)
    media_type, body = _body_of(document, operation, accept)
    by_position = [
        f"{_name(p)}: {'Ref' if p['name'] == 'ref' else 'str | int'}" for p in places["path"]
    ]
    if body:
        by_position.append(body)
    required = [f"{_name(p)}: {_type(document, p)}" for p in places["query"] if p.get("required")]
    optional = [
        f"{_name(p)}: {_type(document, p)} | None = None"
        for p in [*places["query"], *headers]
        if not (p["in"] == "query" and p.get("required"))
    ]
    named = ["*", *required, *optional] if required or optional else []
    arguments = [
        f'"{method.upper()}"',
        f'"{path}"',
        f"path={_mapping(places['path'])}",
        f"query={_mapping(places['query'])}",
        f"headers={_mapping(headers)}",
    ]
    if accept != JSON:
        arguments.append(f'accept="{accept}"')
    if body:
        arguments.append("body=body")
    if media_type not in (None, JSON):
        arguments.append(f'media_type="{media_type}"')
    kind = "NoneType" if returns == "None" else returns
    summary = operation["summary"].replace('"', "'").rstrip(".")
    return (
        f"    {define} {_snake(operation['operationId'])}"
        f"({', '.join(['self', *by_position, *named])}) -> {returns}:\n"
        f'        """{summary}."""\n'
        f"        return {wait}self._exchange(call_of({', '.join(arguments)}), {kind})\n"
    )


def _answer_of(operation: dict[str, Any]) -> tuple[str, str]:
    """Return what to accept, and the type of the answer."""
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            forms = list(response.get("content", {}))
            if not forms:
                return JSON, "None"
            if NDJSON in forms:
                return NDJSON, "Rows"
            if JSON in forms:
                return JSON, "Answer"
            return forms[0], "Text"
    raise ValueError("an operation without a successful response")


def _body_of(
    document: dict[str, Any], operation: dict[str, Any], accept: str
) -> tuple[str | None, str | None]:
    """Return the media type of the body and its parameter."""
    body = operation.get("requestBody")
    if body is None:
        return None, None
    body = _resolved(document, body)
    if accept == NDJSON:
        return NDJSON, "body: Lines"
    media_type = MERGE if MERGE in body["content"] else JSON
    if body.get("required"):
        return media_type, "body: Mapping[str, Any]"
    return media_type, "body: Mapping[str, Any] | None = None"


def _mapping(parameters: list[dict[str, Any]]) -> str:
    return "{" + ", ".join(f'"{p["name"]}": {_name(p)}' for p in parameters) + "}"


def _type(document: dict[str, Any], parameter: dict[str, Any]) -> str:
    schema = _resolved(document, parameter["schema"])
    kind = schema.get("type", "string")
    return SCALARS.get(kind[0] if isinstance(kind, list) else kind, "str")


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _name(parameter: dict[str, Any]) -> str:
    name = _snake(parameter["name"].replace("-", "_"))
    return f"{name}_" if keyword.iskeyword(name) else name


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _formatted(source: str) -> str:
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--quiet",
        "--stdin-filename",
        str(TARGET),
        "-",
    ]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
