"""Sync: the health of the sources, the list of runs, and starting a run."""

from datetime import timedelta
from typing import Annotated

import orjson
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.content.commands.idempotency import WriteAnswer
from app.content.commands.transaction import Transaction
from app.content.queries import sync as queries
from app.content.validation import validate
from app.models.source import SOURCES
from app.models.values import MAX_INTEGER
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints.operation import reads, writes
from app.web.endpoints.read import page_response
from app.web.endpoints.write import Write
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.responses import private_answer
from app.web.rest import trending_shapes as shapes
from app.web.rest.parameters import DIGITS, Paging
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/sync", tags=["Sync"])

_AGE_HOLDS = timedelta(seconds=15)
"""How long a response is cached: it contains ages in seconds."""


@router.get(
    "/sources",
    operation_id="listSources",
    summary="List the sources and their health",
    response_model=shapes.SourceHealthPage,
    openapi_extra=reads(),
)
async def list_sources(request: Request, caller: Caller) -> Response:
    """List the sources with the age and the outcome of their last run."""
    now = app_state(request).clock()
    page = await queries.source_health(app_state(request).database.reader, now=now)
    fresh = Freshness(page.last_modified, stale_at=now + _AGE_HOLDS, depends_on=ON_TRENDS)
    return page_response(request, page, freshness=fresh)


@router.get(
    "/runs",
    operation_id="listRuns",
    summary="List sync runs",
    response_model=shapes.SyncRunPage,
    openapi_extra=needs("sync:run") | reads(),
)
async def list_runs(request: Request, caller: Caller, part: Paging) -> Response:
    """List the sync runs, newest first."""
    reader = app_state(request).database.reader
    page = await queries.list_runs(reader, principal=caller, part=part)
    return page_response(request, page)


@router.get(
    "/runs/{id}",
    operation_id="readRun",
    summary="Read a sync run",
    response_model=shapes.SyncRunShape,
    openapi_extra=needs("sync:run") | reads(is_private=True, refuses=["run_not_found"]),
)
async def read_run(
    request: Request,
    caller: Caller,
    id: Annotated[
        int, Path(ge=1, le=MAX_INTEGER, description="The number of the run.", examples=[1]), DIGITS
    ],
) -> Response:
    """Read one sync run, also while it is running."""
    reader = app_state(request).database.reader
    return private_answer(orjson.dumps(await queries.get_run(reader, id, principal=caller)))


@router.post(
    "/runs",
    operation_id="startRun",
    summary="Start a sync run",
    status_code=202,
    response_model=shapes.SyncRunShape,
    openapi_extra=needs("sync:run")
    | writes(
        takes=shapes.SyncRunInput,
        is_optional=True,
        is_once=True,
        headers=("Location",),
        refuses=("sync_running",),
    ),
)
async def start_run(request: Request, caller: Caller) -> Response:
    """Start a sync run in the background. Read it at the URL in `Location`."""
    write = await Write.begin(request, caller, has_body=False, once=True)
    begun = app_state(request).sync.prepare()

    def act(tx: Transaction) -> WriteAnswer:
        wanted = validate(shapes.SyncRunInput, write.payload() if write.has_body else {})
        known = [source.name for source in SOURCES]
        names = [name for name in known if wanted.sources is None or name in wanted.sources]
        run = begun.begin(tx, names)
        return WriteAnswer(
            status=202,
            body=orjson.dumps(run),
            location=f"{write.base_url}/v1/sync/runs/{run['id']}",
        )

    try:
        response = await write.run(act)
    except BaseException:
        await begun.abandon()
        raise
    begun.go()
    return response
