"""Public lists by GET without the framework: their routes are called by the fast path.

The parameters are validated by the fields that FastAPI made for the route, so that both agree. What
the route would refuse is left to the route. Reasons and figures: docs/adr/0017.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from starlette.requests import Request

from app.models.values import NOT_TEXT
from app.web.admission.query_parameters import declared_parameters
from app.web.admission.route import AdmittedRoute
from app.web.admission.scopes import WITH_STATUS, scopes_of
from app.web.caching.fast_path import Represented, SelectedRead
from app.web.http.framing import is_key
from app.web.state import AppState, request_state

Values = Mapping[str, Any]
"""The validated parameters of a route and its dependencies, by the names of their arguments."""

_PLAIN_QUERY = re.compile(rb"[!-\"$-~]*")


class _Host(NamedTuple):
    """Stands for the application in the scope of a request."""

    state: AppState


class ListFastPath:
    """One public list."""

    def __init__(
        self,
        state: AppState,
        router: APIRouter,
        endpoint: Callable[..., object],
        *,
        reads_at_once: Callable[[Values], bool] = lambda _: False,
    ) -> None:
        """`reads_at_once`: whether it waits for nothing, as a rule, where the database does not.

        Other lists wait where a total has to be counted.
        """
        (route,) = (
            route
            for route in router.routes
            if isinstance(route, AdmittedRoute) and route.endpoint is endpoint
        )
        extra = route.openapi_extra or {}
        assert scopes_of(extra) is None, "it is public"
        self._of_editors = extra.get(WITH_STATUS, [])
        self._host = _Host(state)
        self._route = route
        self._path = route.path.encode()
        self._known = declared_parameters(route.dependant)
        self._reads_at_once = reads_at_once

    def select(self, target: bytes, accept: bytes | None) -> SelectedRead | None:
        """Find the read of a request; `None` if the fast path does not serve it."""
        path, _, query = target.partition(b"?")
        if path != self._path or not _PLAIN_QUERY.fullmatch(query):
            return None
        given = self._given(query.decode())
        if given is None or given.get("status") in self._of_editors:
            return None
        values = _validated(self._route.dependant, given)
        if values is None:
            return None
        return SelectedRead(
            self._route.path,
            partial(self._represent, query, accept, values),
            reads_at_once=self._reads_at_once(values),
            is_long=True,
        )

    def _given(self, query: str) -> dict[str, str] | None:
        """Read a query string; `None` for one that the gate or an outer layer refuses."""
        given: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
            if name in given or name not in self._known:
                return None
            if NOT_TEXT.search(value) or is_key(name, value):
                return None
            given[name] = value
        return given

    async def _represent(self, query: bytes, accept: bytes | None, values: Values) -> Represented:
        request = Request(
            {
                "type": "http",
                "app": self._host,
                "method": "GET",
                "path": self._route.path,
                "query_string": query,
                "headers": [] if accept is None else [(b"accept", accept)],
            }
        )
        state = request_state(request)
        state.wants_representation = True
        await _call(self._route.dependant, request, values)
        return Represented(state.representation, state.offered)


def _validated(dependant: Dependant, given: Mapping[str, str]) -> dict[str, Any] | None:
    """Validate the parameters of a function and its dependencies; `None` if one is wrong."""
    values: dict[str, Any] = {}
    for field in dependant.query_params:
        value = given.get(field.validation_alias or field.alias)
        if value is not None:
            values[field.name], errors = field.validate(value)
            if errors:
                return None
        elif field.field_info.is_required():
            return None
        else:
            values[field.name] = field.get_default()
    for inner in dependant.dependencies:
        found = _validated(inner, given)
        if found is None:
            return None
        values |= found
    return values


async def _call(dependant: Dependant, request: Request, values: Values) -> Any:
    """Call a function with its parameters, after its dependencies."""
    assert dependant.call is not None
    arguments = {field.name: values[field.name] for field in dependant.query_params}
    for inner in dependant.dependencies:
        assert inner.name is not None
        arguments[inner.name] = await _call(inner, request, values)
    if dependant.request_param_name is not None:
        arguments[dependant.request_param_name] = request
    return await dependant.call(**arguments)
