"""Which route a request met, and what that route says of itself.

The one place that knows how FastAPI 0.165 hands over a matched route: `scope["route"]` is the
route as it was written, without the prefix and the dependencies of the routers that include it;
those are in the effective context beside it.
"""

import types
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import iter_route_contexts

SAFE_METHODS = frozenset({"GET", "HEAD"})

_METHOD_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What a route declares, flattened over everything that it depends on."""

    template: str
    """The path as declared, such as `/v1/issues/{ref}`; never a path that somebody sent."""
    query_parameters: Mapping[str, bool]
    """Names of the declared query parameters, and whether each may be repeated."""
    openapi_extra: Mapping[str, object]


class _Identity:
    """A key for things that cannot be hashed, such as FastAPI's route contexts."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.thing is self.thing


def facts_of(scope: Mapping[str, Any]) -> RouteFacts | None:
    """Tell what the route declares that this request met; `None` where it met none."""
    route = scope.get("route")
    context = scope.get("fastapi", {}).get("effective_route_context")
    if context is not None and (route is None or context.original_route is route):
        route = context.starlette_route or context
    return None if route is None else _facts(_Identity(route))


def template_of(scope: Mapping[str, Any]) -> str | None:
    """Name the path template that this request met, for counting."""
    facts = facts_of(scope)
    if facts is None:
        named: str | None = scope.get("state", {}).get("route_template")
        return named  # by the edge, where the request never came to the router
    return facts.template


# Every route of an application fits twice over; the flattening costs some 50 us a request. No more,
# since what is remembered keeps its whole application alive, of which tests make thousands.
@lru_cache(maxsize=256)
def _facts(key: _Identity) -> RouteFacts:
    route = key.thing
    dependant = getattr(route, "dependant", None)
    names: dict[str, bool] = {}
    if isinstance(dependant, Dependant):
        for field in get_flat_params(dependant):
            if isinstance(field.field_info, Query):
                names[field.validation_alias or field.alias] = _is_list(field.field_info.annotation)
    return RouteFacts(
        template=str(getattr(route, "path_format", "") or getattr(route, "path", "")),
        query_parameters=types.MappingProxyType(names),
        openapi_extra=getattr(route, "openapi_extra", None) or {},
    )


def _is_list(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return any(_is_list(argument) for argument in get_args(annotation))
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    return (origin or annotation) in (list, tuple, set, frozenset)


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """List the methods that a path takes, HEAD with every GET, of all routes with its template.

    Starlette's own 405 names those of the first route only. Of templates that fit alike, one
    without parameters is the path's own.
    """
    fitting = [
        context
        for context in iter_route_contexts(app.routes)
        if context.methods and context.path_regex.match(path)
    ]
    template = path if any(c.path == path for c in fitting) else fitting and fitting[0].path
    methods = {m for c in fitting if c.path == template for m in c.methods or ()}
    if "GET" in methods:
        methods.add("HEAD")
    known = [method for method in _METHOD_ORDER if method in methods]
    return known + sorted(methods.difference(known))


def carry_over(inner: Mapping[str, Any], outer: MutableMapping[str, Any]) -> None:
    """Show an outer layer which route was met in a copy of its scope."""
    outer.update({name: inner[name] for name in ("route", "fastapi") if name in inner})
