"""Walking the tree of a JSON Schema."""

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/"
"""The beginning of a reference to a component schema."""


def visit(schema: object, change: Callable[[Schema], None]) -> None:
    """Change a schema and every schema in it, inner ones first."""
    if isinstance(schema, list):
        for member in schema:
            visit(member, change)
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword == "properties":
            visit(list(value.values()), change)
        elif keyword not in ("const", "enum", "default", "discriminator", "examples"):
            visit(value, change)
    change(schema)
