"""The methods of the Python client."""

import keyword
import subprocess
import sys

from client_generator.document import (
    JSON,
    NDJSON,
    Document,
    Operation,
    Parameter,
    operations_of,
    resolved,
    snake,
)

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


def operations(document: Document) -> str:
    """Write the module with both classes."""
    parts = [HEAD]
    for name, how, is_async in (("Operations", "", False), ("AsyncOperations", ", async", True)):
        parts.append(CLASS.format(name=name, how=how, define="async def" if is_async else "def"))
        parts += [_method(document, each, is_async=is_async) for each in operations_of(document)]
    return _formatted("\n".join(parts))


def _method(document: Document, operation: Operation, *, is_async: bool) -> str:
    returns = _returned(operation)
    kind = "NoneType" if returns == "None" else returns
    define, wait = ("async def", "await ") if is_async else ("def", "")
    summary = operation.summary.replace('"', "'")
    return (
        f"    {define} {snake(operation.id)}({_parameters(document, operation)}) -> {returns}:\n"
        f'        """{summary}."""\n'
        f"        return {wait}self._exchange(call_of({_arguments(operation)}), {kind})\n"
    )


def _parameters(document: Document, operation: Operation) -> str:
    by_position = ["self"]
    by_position += [
        f"{_name(each)}: {'Ref' if each['name'] == 'ref' else 'str | int'}"
        for each in operation.segments
    ]
    body = operation.body
    if body is not None:
        kind = "Lines" if body.media_type == NDJSON else "Mapping[str, Any]"
        by_position.append(f"body: {kind}" if body.is_required else f"body: {kind} | None = None")
    required = [each for each in operation.query if each.get("required")]
    optional = [each for each in operation.query if each not in required] + operation.headers
    named = [f"{_name(each)}: {_type(document, each)}" for each in required]
    named += [f"{_name(each)}: {_type(document, each)} | None = None" for each in optional]
    return ", ".join([*by_position, *(["*", *named] if named else [])])


def _arguments(operation: Operation) -> str:
    arguments = [
        f'"{operation.method}"',
        f'"{operation.path}"',
        f"path={_mapping(operation.segments)}",
        f"query={_mapping(operation.query)}",
        f"headers={_mapping(operation.headers)}",
    ]
    if operation.accept not in (None, JSON):
        arguments.append(f'accept="{operation.accept}"')
    if operation.body is not None:
        arguments.append("body=body")
        if operation.body.media_type != JSON:
            arguments.append(f'media_type="{operation.body.media_type}"')
    return ", ".join(arguments)


def _returned(operation: Operation) -> str:
    known = {None: "None", JSON: "Answer", NDJSON: "Rows"}
    return known.get(operation.accept, "Text")


def _mapping(parameters: list[Parameter]) -> str:
    return "{" + ", ".join(f'"{each["name"]}": {_name(each)}' for each in parameters) + "}"


def _type(document: Document, parameter: Parameter) -> str:
    kind = resolved(document, parameter["schema"]).get("type", "string")
    return SCALARS.get(kind[0] if isinstance(kind, list) else kind, "str")


def _name(parameter: Parameter) -> str:
    name = snake(parameter["name"])
    return f"{name}_" if keyword.iskeyword(name) else name


def _formatted(source: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--quiet", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
