"""Converts Pydantic's errors to faults: JSON pointers, stable codes, and no quoted input."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from app.errors import ContentInvalid, Fault, Hints, quoted
from app.wording import is_ours, right_value, words_in

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_FAULTS = 100
"""Maximum number of faults per answer; the first ones are reported."""

M = TypeVar("M", bound=BaseModel)

_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_long",
    "too_short": "too_short",
    "slug_format": "bad_format",
    "external_id_format": "bad_format",
    "date_format": "bad_format",
    "instant_format": "bad_format",
    "url_format": "bad_format",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
    "literal_error": "not_one_of",
    "union_tag_invalid": "not_one_of",
    "union_tag_not_found": "required",
    "forbidden_character": "forbidden_character",
    "too_many_members": "too_many_members",
    "one_of_both": "one_of_both",
}

_JSON_TYPES: dict[type, str] = {
    str: "a string",
    int: "a number",
    float: "a number",
    list: "an array",
    dict: "an object",
}


def validate(model: type[M], value: object, *, pointer: str = "") -> M:
    """Validate a value as a shape.

    Raises:
        ContentInvalid: with at most `MAX_FAULTS` faults.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(faults_of(error, model, value, pointer=pointer)) from None


def invalid(faults: Sequence[Fault]) -> ContentInvalid:
    """Make the error that carries these faults."""
    count = len(faults)
    noun = "field needs" if count == 1 else "fields need"
    more = "At least " if count >= MAX_FAULTS else ""
    return ContentInvalid(
        "validation_failed", f"{more}{count} {noun} attention.", faults=tuple(faults[:MAX_FAULTS])
    )


def faults_of(
    error: ValidationError, model: type[BaseModel], value: object, *, pointer: str = ""
) -> list[Fault]:
    """Convert Pydantic's errors; `value` is what was validated."""
    found = error.errors(include_url=False, include_context=True, include_input=True)
    hints = Hints()
    return [
        _fault(detail, model, value, hints).below(pointer) for detail in islice(found, MAX_FAULTS)
    ]


def _fault(found: "ErrorDetails", model: type[BaseModel], value: object, hints: Hints) -> Fault:
    kind, context = found["type"], found.get("ctx", {})
    path = _path(found["loc"], value)
    code = _CODES.get(kind, "wrong_type")
    if kind == "missing":
        detail = f"{quoted(str(path[-1]))} is required."
    elif kind == "extra_forbidden":
        word = str(path[-1])
        detail = f"There is no field {quoted(word)} here."
        beside = _object_at(model, path[:-1], value).get("properties", ())
        detail += hints.hint(word, list(beside))
    elif kind == "union_tag_not_found":
        path, detail = [*path, "kind"], "'kind' is required."
    elif kind == "union_tag_invalid":
        path = [*path, "kind"]
        detail = f"Give {right_value(kind, context)}."
        detail += hints.hint(_word_at(value, path), words_in(context["expected_tags"]))
    elif kind == "literal_error":
        detail = f"Give {right_value(kind, context)}."
        detail += hints.hint(_word_at(value, path), words_in(context["expected"]))
    elif is_ours(kind):
        detail = found["msg"]
    else:
        right = _range_of(kind, model, path, value) or right_value(kind, context)
        detail = "This is not valid here." if right is None else f"Give {right}{_given(found)}."
        if right == "not empty":
            detail = "This must not be empty."
    return Fault(pointer_to(path), code, detail[:200])


def _given(found: "ErrorDetails") -> str:
    """Name the JSON type that was given; empty if the type was right."""
    value = found["input"]
    # 1.5 is a number, so "not a number" would mislead where an integer is required.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not found["type"].endswith("_type") or (is_number and found["type"] == "int_type"):
        return ""
    if value is None or isinstance(value, bool):
        return f", not {orjson.dumps(value).decode()}"
    for type_, name in _JSON_TYPES.items():
        if isinstance(value, type_):
            return f", not {name}"
    return ""


_OF_NUMBERS = frozenset({"greater_than_equal", "less_than_equal", "int_type", "int_from_float"})


def _range_of(
    kind: str, model: type[BaseModel], path: Sequence[int | str], value: object
) -> str | None:
    """Both ends of the range of an integer, of which a finding names one or none."""
    if kind not in _OF_NUMBERS or not path:
        return None
    field = _object_at(model, path[:-1], value).get("properties", {}).get(path[-1])
    if field is None:
        return None
    schema = _resolved(field, _schema_of(model), None)
    least, most = schema.get("minimum"), schema.get("maximum")
    if schema.get("type") != "integer" or least is None or most is None:
        return None
    return f"an integer from {least:,} to {most:,}"


def pointer_to(path: Sequence[int | str]) -> str:
    """Format a path as an RFC 6901 JSON pointer; long member names are truncated."""
    return "".join("/" + str(step)[:80].replace("~", "~0").replace("/", "~1") for step in path)


def _path(location: Sequence[int | str], value: object) -> list[int | str]:
    # Pydantic includes the chosen member of a union in the location; it is not in the JSON.
    path: list[int | str] = []
    here: object = value
    for depth, step in enumerate(location):
        if isinstance(here, list) and isinstance(step, int):
            path.append(step)
            here = here[step] if step < len(here) else None
        elif isinstance(here, Mapping) and isinstance(step, str):
            # Only sections are such a union; the kind of an entry selects no shape.
            if depth == 2 and location[0] == "sections" and here.get("kind") == step:
                continue
            path.append(step)
            here = here.get(step)
    return path


def _word_at(value: object, path: Sequence[int | str]) -> str:
    here: object = value
    for step in path:
        if isinstance(here, list) and isinstance(step, int):
            here = here[step]
        elif isinstance(here, Mapping):
            here = here.get(step)
    return here if isinstance(here, str) else ""


def _object_at(model: type[BaseModel], path: Sequence[int | str], value: object) -> dict[str, Any]:
    """The schema of the object at a path, found by walking the shape's JSON Schema."""
    root = _schema_of(model)
    here, shown = _resolved(root, root, value), value
    for step in path:
        below = here.get("items") if isinstance(step, int) else here["properties"].get(step)
        if below is None:
            return {}
        if isinstance(shown, list) and isinstance(step, int):
            shown = shown[step]
        elif isinstance(shown, Mapping):
            shown = shown.get(step)
        here = _resolved(below, root, shown)
    return here


@cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _resolved(schema: dict[str, Any], root: dict[str, Any], value: object) -> dict[str, Any]:
    """Resolve references, unions by `kind`, and optional values to a plain schema."""
    while True:
        if "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
        elif "discriminator" in schema and isinstance(value, Mapping):
            schema = {"$ref": schema["discriminator"]["mapping"].get(value.get("kind"), "/")}
            if schema["$ref"] == "/":
                return {}
        elif "anyOf" in schema:
            schema = next(choice for choice in schema["anyOf"] if choice != {"type": "null"})
        else:
            return schema
