"""The Bruno collection: a request for each operation, in a folder for each tag.

The format is that of Bruno 2 and newer (`.bru` files, read 2026-11).
"""

import json
from typing import Any

from client_generator.document import (
    METHODS,
    NDJSON,
    Document,
    Operation,
    Parameter,
    operations_of,
    resolved,
)

_COLLECTION = {
    "version": "1",
    "name": "The AI Morning Post",
    "type": "collection",
    "ignore": ["node_modules", ".git"],
}
_ENVIRONMENT = """vars {
  baseUrl: http://127.0.0.1:8000
}
vars:secret [
  key
]
"""
_AUTHENTICATION = """auth {
  mode: bearer
}

auth:bearer {
  token: {{key}}
}
"""


def collection(document: Document) -> dict[str, str]:
    """Return the files of the collection by their paths."""
    described = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    }
    files = {
        "bruno.json": f"{json.dumps(_COLLECTION, indent=2)}\n",
        "collection.bru": _AUTHENTICATION,
        "environments/local.bru": _ENVIRONMENT,
    }
    places: dict[str, int] = {}
    for operation in operations_of(document):
        whole = described[operation.id]
        (tag,) = whole["tags"]
        places[tag] = places.get(tag, 0) + 1
        files[f"{tag}/{operation.id}.bru"] = _request(document, operation, whole, places[tag])
    return files


def _request(document: Document, operation: Operation, whole: dict[str, Any], place: int) -> str:
    example, media_type = _body(document, whole)
    form = "none" if example is None else "text" if media_type == NDJSON else "json"
    path = operation.path
    for segment in operation.segments:
        path = path.replace(f"{{{segment['name']}}}", f":{segment['name']}")
    url = "{{baseUrl}}" + path
    # Bruno sends what the URL has; the block of parameters is what it shows.
    needed = [each for each in operation.query if each.get("required")]
    if needed:
        url += "?" + "&".join(f"{each['name']}={_value(document, each)}" for each in needed)
    blocks = [
        ("meta", [f"name: {operation.id}", "type: http", f"seq: {place}"]),
        (operation.method.lower(), [f"url: {url}", f"body: {form}", f"auth: {_auth(whole)}"]),
        ("params:path", [f"{s['name']}: {_value(document, s)}" for s in operation.segments]),
        ("params:query", [_line(document, each) for each in operation.query]),
        ("headers", _headers(document, operation, None if example is None else media_type)),
    ]
    if example is not None:
        blocks.append((f"body:{form}", example.splitlines()))
    # For `bru run`: what is asked for may not be there, but the server understands the request.
    blocks.append(("assert", ["res.status: notIn 400, 405, 406, 415, 422, 500, 503"]))
    blocks.append(("docs", [operation.summary + ".", "", *whole["description"].splitlines()]))
    return "\n".join(_block(name, lines) for name, lines in blocks if lines)


def _block(name: str, lines: list[str]) -> str:
    return "\n".join([f"{name} {{", *(f"  {line}".rstrip() for line in lines), "}", ""])


def _auth(whole: dict[str, Any]) -> str:
    """The key goes only where one is needed: reads with a key are not cached."""
    return "inherit" if whole.get("security") else "none"


def _value(document: Document, parameter: Parameter) -> str:
    """The example of a parameter, else its default, else the first of its words."""
    schema = resolved(document, parameter["schema"])
    first, *_ = schema.get("enum", [""]) if parameter.get("required") else [""]
    value = parameter.get("example", parameter["schema"].get("default", first))
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _line(document: Document, parameter: Parameter) -> str:
    """A parameter; one that may be left out is switched off."""
    switch = "" if parameter.get("required") else "~"
    return f"{switch}{parameter['name']}: {_value(document, parameter)}".rstrip()


def _headers(document: Document, operation: Operation, media_type: str | None) -> list[str]:
    lines = [_line(document, each) for each in operation.headers]
    if operation.accept is not None:
        lines.append(f"Accept: {operation.accept}")
    if media_type is not None:
        lines.append(f"Content-Type: {media_type}")
    return lines


def _body(document: Document, whole: dict[str, Any]) -> tuple[str | None, str]:
    """Return the example of the body and its media type."""
    if "requestBody" not in whole:
        return None, ""
    forms = resolved(document, whole["requestBody"])["content"]
    media_type = next(reversed(forms))
    example = forms[media_type]["example"]
    if isinstance(example, str):
        return example, NDJSON
    return json.dumps(example, indent=2, ensure_ascii=False), media_type
