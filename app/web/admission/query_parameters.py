"""Checks of the query string that FastAPI does not make: names, repetition, and text."""

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Union, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant

from app.errors import BadRequest, Fault, Hints, quoted
from app.models.values import NOT_TEXT
from app.web.problems.handlers import MAX_FAULTS


def declared_parameters(dependant: Dependant) -> Mapping[str, bool]:
    """Name the query parameters of a route, and whether each may be repeated."""
    return dict(_declared(dependant))


def check_query(query_string: bytes, known: Mapping[str, bool], *, is_strict: bool) -> None:
    """Refuse values that are not text; if strict, unknown and repeated parameters as well.

    `known`: as `declared_parameters` returns it.

    Raises:
        BadRequest: `unknown_parameter` or `invalid_parameter`, with all faults up to `MAX_FAULTS`.
    """
    if not query_string:
        return
    faults: list[Fault] = []
    seen: set[str] = set()
    hints = Hints()
    pairs = parse_qsl(
        query_string.decode("latin-1"), keep_blank_values=True, errors="surrogateescape"
    )
    for name, value in pairs:
        if name not in known:
            if is_strict and name not in seen:
                faults.append(_unknown(name, list(known), hints))
        elif NOT_TEXT.search(value):
            faults.append(
                _wrong_value(name, "invalid_text", "must be UTF-8 without control characters.")
            )
        elif name in seen and not known[name] and is_strict:
            faults.append(_wrong_value(name, "doubled", "may be given only once."))
        seen.add(name)
        if len(faults) == MAX_FAULTS:
            break  # the limit of a problem document
    if not faults:
        return
    first = faults[0]
    if first.code == "unknown_parameter":
        raise BadRequest("unknown_parameter", first.detail, faults=faults)
    raise BadRequest("invalid_parameter", first.detail, faults=faults)


def _declared(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    for field in dependant.query_params:
        yield field.validation_alias or field.alias, _is_list(field.field_info.annotation)
    for inner in dependant.dependencies:
        yield from _declared(inner)


def _is_list(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return any(_is_list(argument) for argument in get_args(annotation))
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    return (origin or annotation) in (list, tuple, set, frozenset)


def _unknown(name: str, known: list[str], hints: Hints) -> Fault:
    hint = hints.hint(name, known) or (
        f" This path takes {', '.join(known)}." if known else " This path takes none."
    )
    return _wrong(name, "unknown_parameter", f"There is no parameter {quoted(name)} here.{hint}")


def _wrong_value(name: str, code: str, demand: str) -> Fault:
    return _wrong(name, code, f"The parameter {quoted(name)[1:-1]} {demand}")


def _wrong(name: str, code: str, detail: str) -> Fault:
    return Fault("", code, detail, parameter=quoted(name)[1:-1])
