"""Problems in the document: an example for each code, and the refusals of an operation."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from app.web.documentation.components import headers_of
from app.web.problems.handlers import MEDIA_TYPE, problem_document
from app.web.problems.registry import OF_REST, PROBLEMS

PUBLIC_URL = "https://paper.example"
"""The host of examples, the same on every server."""

_HEADERS = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    412: ("ETag",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}

# RFC 9110's own; those of http.HTTPStatus differ from one Python to the next.
_PHRASES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Request timeout",
    409: "Conflict",
    412: "Precondition failed",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    428: "Precondition required",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
}


@cache
def _details() -> dict[str, dict[str, Any]]:
    """What an example says where the meaning of its code alone would be too general."""
    text = files("app.web.documentation").joinpath("examples", "problems.json").read_bytes()
    details: dict[str, dict[str, Any]] = orjson.loads(text)
    return details


@cache
def problem_example(code: str) -> dict[str, Any]:
    """A problem document with this code."""
    details = _details().get(code, {})
    document = problem_document(
        code=code,
        status=PROBLEMS[code].status,
        detail=details.get("detail", PROBLEMS[code].meaning),
        public_url=PUBLIC_URL,
        instance="/v1/issues/95",
        request_id="req_0123456789abcdef01234567",
    )
    return {**document, **details}


def component_examples() -> dict[str, Any]:
    """Return an example of every problem, by code."""
    return {
        code: {"summary": kind.title, "value": problem_example(code)}
        for code, kind in OF_REST.items()
    }


def refusals(codes: Iterable[str], components: dict[str, Any]) -> dict[str, Any]:
    """Return the error responses for these codes by status, as references.

    Each status has one response in `components`, with an example of every code that was given for
    it. Raises `KeyError` for a code that is not in the registry.
    """
    answers = {}
    for code in codes:
        status = PROBLEMS[code].status
        name = _name(status)
        shared = components.setdefault(name, _response(status))
        shown = shared["content"][MEDIA_TYPE]["examples"]
        shown[code] = {"$ref": f"#/components/examples/{code}"}
        answers[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(answers.items()))


def _response(status: int) -> dict[str, Any]:
    return {
        "description": f"{_PHRASES[status]}. `x-problem-codes` lists the codes of an operation.",
        "headers": headers_of(*_HEADERS.get(status, ()), "Cache-Control"),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {},
            }
        },
    }


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in _PHRASES[status].split())
