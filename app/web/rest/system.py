"""Endpoints for machines: liveness, readiness, metrics and the OpenAPI document."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import tells
from app.web.http.representation import STATIC
from app.web.observability.readiness import not_ready
from app.web.responses import answer
from app.web.rest.shapes import State
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, tags=["Service"])


@router.get(
    "/livez",
    operation_id="readLiveness",
    summary="Check liveness",
    response_model=State,
    openapi_extra=tells(),
)
async def is_alive(request: Request, caller: Caller) -> Response:
    """Check that the process responds."""
    return _state("ok")


@router.get(
    "/readyz",
    operation_id="readReadiness",
    summary="Check readiness",
    response_model=State,
    openapi_extra=tells(refuses=("not_ready",)),
)
async def is_ready(
    request: Request,
    caller: Caller,
    writes: Annotated[
        bool,
        Query(description="Also check that the database accepts writes; 503 if it does not."),
    ] = False,
) -> Response:
    """Check that this process can serve requests and that the database responds."""
    if app_state(request).ending.is_begun:
        raise not_ready("This server is about to end; send requests to another one.")
    readiness = app_state(request).readiness
    state = await readiness.state()
    if writes:
        await readiness.check_writes()
    return _state(state)


def _state(word: str) -> Response:
    return Response(
        orjson.dumps({"status": word}),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


@router.get("/openapi.json", include_in_schema=False)
async def read_openapi(request: Request, caller: Caller) -> Response:
    """Read the OpenAPI 3.1 document."""
    # The first call builds the document, which takes some 100 ms; a thread keeps the loop free.
    body = await off_the_loop(app_state(request).openapi)
    return answer(request, body, freshness=STATIC)


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, caller: Caller) -> Response:
    """Read the metrics of this process. With `drafts:read` they include requests of editors."""
    metrics = app_state(request).metrics
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    return Response(await metrics.text(whole=caller.sees_drafts), headers=headers)
