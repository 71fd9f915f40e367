"""What FastAPI found wrong with parameters, said in our words and without repeating the value."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import (
    BadRequest,
    ContentInvalid,
    Fault,
    MorningPostError,
    NotFound,
    did_you_mean,
)

MAX_MESSAGE = 200

_QUOTED_WORD = re.compile(r"'([^']*)'")
_LIMITS = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_LENGTHS = {"string_too_short": ("min_length", "least"), "string_too_long": ("max_length", "most")}
_FORMS = {
    "bool": "true or false",
    "int": "an integer",
    "float": "a number",
    "date": "a date such as 2026-05-03",
    "datetime": "an instant such as 2026-05-03T06:00:00Z",
    "uuid": "a UUID",
}


def error_of(found: Sequence[Mapping[str, Any]]) -> MorningPostError:
    """Make one refusal of all that FastAPI found.

    A path that does not parse is a path that does not exist; query, header and cookie parameters
    are a 400, a body is a 422.
    """
    places = {str(error["loc"][0]) for error in found}
    if "path" in places:
        return NotFound("not_found", "There is nothing at this path.")
    faults = [_fault(error) for error in found]
    if places == {"body"}:
        if any(error["type"] == "json_invalid" for error in found):
            return BadRequest("malformed_json", "The body is not valid JSON.")
        first = faults[0]
        return ContentInvalid(
            "validation_failed", f"{first.pointer or 'The body'} {first.detail}", faults=faults
        )
    named = next(fault for fault in faults if fault.parameter is not None)
    return BadRequest(
        "invalid_parameter", f"The parameter {named.parameter} {named.detail}", faults=faults
    )


def _fault(error: Mapping[str, Any]) -> Fault:
    place, *names = error["loc"]
    code, detail = _judge(error)
    if place == "body":
        escaped = (str(name).replace("~", "~0").replace("/", "~1") for name in names)
        return Fault("".join(f"/{name}" for name in escaped), code, detail)
    return Fault("", code, detail, parameter=str(names[0]) if names else str(place))


def _judge(error: Mapping[str, Any]) -> tuple[str, str]:
    """Put one of Pydantic's findings as code and sentence: https://docs.pydantic.dev/errors."""
    kind: str = error["type"]
    context: Mapping[str, Any] = error.get("ctx") or {}
    if kind == "missing":
        return "required", "is required."
    if kind in {"literal_error", "enum"}:
        words = _QUOTED_WORD.findall(str(context.get("expected", "")))
        given = error.get("input")
        hint = did_you_mean(given, words) if isinstance(given, str) else ""
        return "not_one_of", f"must be one of {', '.join(words)}.{hint}"
    if kind in _LIMITS:
        name, words_of_limit = _LIMITS[kind]
        return "out_of_range", f"must be {words_of_limit} {context[name]}."
    if kind in _LENGTHS:
        name, side = _LENGTHS[kind]
        return "wrong_length", f"must have at {side} {context[name]} characters."
    if kind == "string_pattern_mismatch":
        return "wrong_form", f"must match {str(context['pattern'])[:MAX_MESSAGE]}"
    form, _, trouble = kind.partition("_")
    if form in _FORMS and trouble in {"parsing", "type", "from_float", "from_datetime_parsing"}:
        return "wrong_type", f"must be {_FORMS[form]}."
    if kind == "int_parsing_size":
        return "out_of_range", "is too large."
    if kind == "value_error":
        # A validator of ours: its sentence is made for the caller.
        return "invalid", str(context.get("error", "is invalid"))[:MAX_MESSAGE]
    return "invalid", f"is not valid: {str(error['msg'])[:MAX_MESSAGE].lower()}."
