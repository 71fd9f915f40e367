"""Which route a request matched, and which methods a path takes."""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route

SAFE_METHODS = frozenset({"GET", "HEAD"})

_METHOD_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def template_of(scope: Mapping[str, Any]) -> str | None:
    """Return the path template of the route that matched, such as `/v1/issues/{ref}`.

    `None` if no route matched, or none was looked for.
    """
    route = scope.get("route")
    return route.path_format if isinstance(route, Route) else None


def allowed_methods(routes: Sequence[BaseRoute], path: str) -> list[str]:
    """List the methods of all routes that share the template of a path; HEAD goes with GET.

    Starlette's own 405 lists the methods of the first route only. Of several templates that match,
    the one without parameters counts, else the first.
    """
    fitting = [r for r in routes if isinstance(r, Route) and r.methods and r.path_regex.match(path)]
    template = path if any(r.path == path for r in fitting) else fitting and fitting[0].path
    methods = {method for r in fitting if r.path == template for method in r.methods or ()}
    if "GET" in methods:
        methods.add("HEAD")
    known = [method for method in _METHOD_ORDER if method in methods]
    return known + sorted(methods.difference(known))


def carry_over(inner: Mapping[str, Any], outer: MutableMapping[str, Any]) -> None:
    """Note in an outer scope which route its copy matched."""
    if "route" in inner:
        outer["route"] = inner["route"]
