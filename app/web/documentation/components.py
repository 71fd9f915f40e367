"""The parts of the document that `components.json` holds as they stand in OpenAPI, and references.

Header fields of requests (`parameters`) and responses (`headers`), links between operations, and
the security scheme.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

_IN_EVERY_RESPONSE = ("X-Request-Id", "RateLimit", "RateLimit-Policy")


@cache
def static_components() -> dict[str, dict[str, Any]]:
    """Read the components by section. Shared: copy before changing one."""
    text = files("app.web.documentation").joinpath("components.json").read_bytes()
    components: dict[str, dict[str, Any]] = orjson.loads(text)
    return components


def headers_of(*names: str) -> dict[str, Any]:
    """Refer to response headers: these, and those of every response."""
    return {name: _reference("headers", name) for name in (*names, *_IN_EVERY_RESPONSE)}


def links_to(*names: str) -> dict[str, Any]:
    """Refer to the links to these operations."""
    return {name: _reference("links", name) for name in names}


def parameter(name: str) -> dict[str, Any]:
    """Refer to a request header."""
    return _reference("parameters", name)


def _reference(section: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{section}/{name}"}
