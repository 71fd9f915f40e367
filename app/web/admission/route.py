"""The route class of every router: a FastAPI route whose handler passes the gate first.

https://fastapi.tiangolo.com/how-to/custom-request-and-route/ (read 2026-11) documents the hook. The
gate runs before FastAPI reads any parameter, so that a 401 comes before a 400.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import Principal
from app.web.admission.gate import Admission, admit
from app.web.admission.query_parameters import declared_parameters
from app.web.state import request_state


class AdmittedRoute(APIRoute):
    """Admits a request by what the route declares, then handles it as FastAPI does.

    A route declares its whole path, including the prefix of its own router: the routers are joined
    into one list (`app/main.py`) and never included with a further prefix.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        admission = Admission(
            template=self.path_format,
            query_parameters=declared_parameters(self.dependant),
            openapi_extra=self.openapi_extra or {},
        )

        async def handle_admitted(request: Request) -> Response:
            await admit(request, admission)
            return await handle(request)

        return handle_admitted


async def _principal_of(request: Request) -> Principal:
    return request_state(request).principal


Caller = Annotated[Principal, Depends(_principal_of)]
"""The principal of an admitted request: the public, or an API key."""
