"""The OpenAPI document: what FastAPI derives from the routes, completed.

It depends on the code and not on settings, so one exported file holds for every server.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.web.admission.scopes import SECURITY_SCHEME
from app.web.documentation.components import static_components
from app.web.documentation.operations import complete_operation, is_for_clients
from app.web.documentation.problems import component_examples, problem_example
from app.web.documentation.schemas import component_schemas
from app.web.problems.registry import OF_REST

_SUMMARY = "Read, write and publish the issues of a daily newspaper on artificial intelligence."

_TAGS = {
    "Issues": "Lists of issues, whole issues, and their sections.",
    "Writing": "Create and change issues. Saving never publishes.",
    "Publishing": "Publish, schedule and unpublish an issue.",
    "Revisions": "Every saved state of an issue. A revision never changes.",
    "Corrections": "What was corrected in print, and every revision that was in print.",
    "Catalogue": "Published content across all issues.",
    "Trending": "Rankings and movers from our own snapshots of Hugging Face and GitHub.",
    "Open data": "Boards, histories, printed entries and daily observations as files and charts.",
    "Events": "Every change, in the order in which it happened.",
    "Sync": "Sync runs and the health of the sources.",
    "Webhooks": "Post events to a URL of yours, signed by Standard Webhooks.",
    "Keys": "Create, list and revoke API keys.",
    "Service": "The masthead, limits, and health checks.",
}


def describe(app: FastAPI) -> bytes:
    """Return the document as canonical JSON: sorted members, two spaces, a final newline."""
    derived = get_openapi(title=app.title, version=app.version, routes=app.routes)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": app.title,
            "version": app.version,
            "summary": _SUMMARY,
            "description": _guide(),
            "contact": {"name": app.title, "url": "https://paper.example"},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "The server that served this document."}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "security": [{}, {SECURITY_SCHEME: []}],
        "paths": {},
        "components": _components(),
    }
    refused = document["components"]["responses"]
    for path, derived_item in derived["paths"].items():
        item = {
            method: complete_operation(path, method, operation, refused=refused)
            for method, operation in derived_item.items()
            if is_for_clients(operation)
        }
        if item:
            document["paths"][path] = item
    _drop_unused(document)
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=options)


@cache
def _guide() -> str:
    return (Path(__file__).parent / "guide.md").read_text(encoding="utf-8")


def _components() -> dict[str, dict[str, Any]]:
    return {
        **static_components(),
        "schemas": dict(component_schemas()),
        "examples": component_examples(),
        "responses": {},
    }


def _drop_unused(document: dict[str, Any]) -> None:
    """Remove unreferenced components; their problem examples move to the schema `Problem`."""
    components = document["components"]
    kept: set[str] = set()
    waiting = set(_references(document["paths"]))
    while waiting:
        kept |= waiting
        found = (components[kind][name] for kind, name in map(_place, waiting))
        waiting = {ref for component in found for ref in _references(component)} - kept
    for kind in components.keys() - {"securitySchemes"}:
        names = [name for name in components[kind] if f"#/components/{kind}/{name}" in kept]
        components[kind] = {name: components[kind][name] for name in names}
    further = [problem_example(code) for code in OF_REST if code not in components["examples"]]
    if further:
        problem = components["schemas"]["Problem"]
        components["schemas"]["Problem"] = {**problem, "examples": further}


def _place(reference: str) -> tuple[str, str]:
    _, _, kind, name = reference.split("/")
    return kind, name


def _references(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for member in part:
            yield from _references(member)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref" and isinstance(value, str):
                yield value
            elif name == "mapping":
                yield from value.values()
            else:
                yield from _references(value)
