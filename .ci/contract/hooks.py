"""What schemathesis has to know of this service to keep on asking; schemathesis.toml names it."""

import itertools
from typing import Any

import schemathesis

_numbers = itertools.count()


@schemathesis.hook
def map_headers(context: schemathesis.HookContext, headers: dict[str, Any]) -> dict[str, Any]:
    """Name each operation anew: what is asked for twice is answered as it was the first time."""
    key = headers.get("Idempotency-Key") if headers else None
    if isinstance(key, str) and 0 < len(key) < 200 and key.isascii() and key.isprintable():
        headers["Idempotency-Key"] = f"{key}-{next(_numbers)}"
    return headers


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]
) -> None:
    """Spare the very key that all requests bear: who revokes it asks no more."""
    headers = {**(case.headers or {}), **kwargs.get("headers", {})}
    own = str(headers.get("Authorization", "")).split("_")[1:2]
    if (case.path_parameters or {}).get("prefix") in own:
        case.path_parameters["prefix"] = "another"


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Allow any value where it is ignored. The document has types there, for generators."""
    for name, schema in raw_schema["components"]["schemas"].items():
        ignored = ["Ignored.", "Ignored:"]
        if name == "IssueCreate":
            ignored.append("Ignored on create;")
        for member in schema.get("properties", {}).values():
            if member.get("description", "").startswith(tuple(ignored)):
                for keyword in member.keys() - {"description"}:
                    del member[keyword]
