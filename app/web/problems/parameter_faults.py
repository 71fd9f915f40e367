"""Translates the parameter errors of FastAPI into faults that do not repeat the value."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.content.trends.board_filter import ONE_WORD, WORD
from app.errors import (
    BadRequest,
    ContentInvalid,
    Fault,
    Hints,
    MorningPostError,
    NotFound,
)
from app.wording import is_ours, right_value, words_in

MAX_MESSAGE = 200


def error_of(found: Sequence[Mapping[str, Any]]) -> MorningPostError:
    """Make one refusal of all errors that FastAPI found.

    A path that does not parse is a path that does not exist; query, header and cookie parameters
    are a 400, a body is a 422.
    """
    places = {str(error["loc"][0]) for error in found}
    if "path" in places:
        return NotFound("not_found", "There is nothing at this path; /openapi.json lists all.")
    hints = Hints()
    faults = [_fault(error, hints) for error in found]
    if places == {"body"}:
        if any(error["type"] == "json_invalid" for error in found):
            return BadRequest("malformed_json", "The body is not valid JSON.")
        first = faults[0]
        return ContentInvalid(
            "validation_failed", f"{first.pointer or 'The body'} {first.detail}", faults=faults
        )
    named = next(fault for fault in faults if fault.parameter is not None)
    return BadRequest("invalid_parameter", named.detail, faults=faults)


def _fault(error: Mapping[str, Any], hints: Hints) -> Fault:
    place, *names = error["loc"]
    code, detail = _judge(error, hints)
    if place == "body":
        escaped = (str(name).replace("~", "~0").replace("/", "~1") for name in names)
        return Fault("".join(f"/{name}" for name in escaped), code, detail)
    name = str(names[0]) if names else str(place)
    return Fault("", code, f"The parameter {name} {detail}", parameter=name)


_CODES = {
    **dict.fromkeys(("greater_than", "greater_than_equal"), "out_of_range"),
    **dict.fromkeys(("less_than", "less_than_equal"), "out_of_range"),
    **dict.fromkeys(("string_too_short", "string_too_long"), "wrong_length"),
    "string_pattern_mismatch": "wrong_form",
}
_LENGTHS = ("string_too_short", "string_too_long")
_FORMS = {
    WORD: "must be one line of text that is not blank.",
    ONE_WORD: "must be one word, without spaces and slashes.",
}
"""Describe parameters with a pattern in words, since users cannot read regular expressions."""
_WRONG_FORM = "does not have the form that /docs describes for it."
_TYPES = ("bool", "int", "float", "date", "datetime", "uuid")


def _judge(error: Mapping[str, Any], hints: Hints) -> tuple[str, str]:
    """Translate an error of Pydantic into a code and a sentence."""
    kind: str = error["type"]
    context: Mapping[str, Any] = error.get("ctx") or {}
    if kind == "missing":
        return "required", "is required."
    if kind in {"literal_error", "enum"}:
        words = words_in(str(context.get("expected", "")))
        given = error.get("input")
        hint = hints.hint(given, words) if isinstance(given, str) else ""
        return "not_one_of", f"must be {'one of ' * (len(words) > 1)}{', '.join(words)}.{hint}"
    if kind == "int_parsing_size":
        return "out_of_range", "is too large."
    if is_ours(kind):
        return "invalid", str(error["msg"])[:MAX_MESSAGE]
    right = right_value(kind, context)
    if right is None:
        return _CODES.get(kind, "invalid"), _FORMS.get(str(context.get("pattern")), _WRONG_FORM)
    if right == "not empty":
        return "wrong_length", "must not be empty."
    verb = "must have" if kind in _LENGTHS else "must be"
    is_type = kind.partition("_")[0] in _TYPES and kind not in _CODES
    return _CODES.get(kind, "wrong_type" if is_type else "invalid"), f"{verb} {right}."
