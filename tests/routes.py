"""Every route of an app as tests walk them: what it is called, what it takes, who may use it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route as StarletteRoute

from app.content.access import Scope
from app.web.admission.query_parameters import declared_parameters
from app.web.admission.scopes import scopes_of

MUTATING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Route:
    """One method at one path template."""

    method: str
    template: str
    path_parameters: tuple[str, ...]
    query_parameters: tuple[str, ...]
    scopes: tuple[Scope, ...] | None
    """What a key needs; `None` where none is needed."""
    publishes: bool
    """Whether `?publish=true` asks for another scope."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"


def routes_of(app: FastAPI) -> Iterator[Route]:
    """All routes, in the order in which they are looked through."""
    for route in app.routes:
        if not isinstance(route, StarletteRoute):
            continue
        extra: Mapping[str, object] = {}
        query: Iterable[str] = ()
        if isinstance(route, APIRoute):
            extra = route.openapi_extra or {}
            query = declared_parameters(route.dependant)
        for method in sorted(route.methods or ()):
            yield Route(
                method=method,
                template=route.path_format,
                path_parameters=tuple(route.param_convertors),
                query_parameters=tuple(query),
                scopes=scopes_of(extra),
                publishes="x-scopes-with-publish" in extra,
            )
