"""Every route of an app as tests walk them: what it is called, what it takes, who may use it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Path, Query
from fastapi.routing import iter_route_contexts

from app.content.access import Scope
from app.web.admission.gate import scopes_of

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
    for context in iter_route_contexts(app.routes):
        route = getattr(context, "starlette_route", None) or context
        dependant = getattr(route, "dependant", None)
        fields = get_flat_params(dependant) if isinstance(dependant, Dependant) else []
        extra = getattr(route, "openapi_extra", None) or {}
        for method in sorted(context.methods or ()):
            yield Route(
                method=method,
                template=str(getattr(route, "path_format", "") or context.path),
                path_parameters=_names(fields, Path),
                query_parameters=_names(fields, Query),
                scopes=scopes_of(extra),
                publishes="x-scopes-with-publish" in extra,
            )


def _names(fields: Sequence[ModelField], kind: type) -> tuple[str, ...]:
    return tuple(
        field.validation_alias or field.alias
        for field in fields
        if isinstance(field.field_info, kind)
    )
