"""The watch list: subjects that every sync run observes."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.content.commands import watch as commands
from app.content.commands.idempotency import WriteAnswer
from app.content.commands.transaction import Transaction
from app.content.commands.watch import WatchInput
from app.content.queries import watch as queries
from app.content.validation import validate
from app.models.values import MAX_INTEGER
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints.operation import reads, writes
from app.web.endpoints.read import page_response
from app.web.endpoints.write import Write
from app.web.rest.parameters import DIGITS, Paging
from app.web.rest.trending_shapes import WatchPage, WatchShape
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/watch", tags=["Sync"])


@router.get(
    "",
    operation_id="listWatched",
    summary="List the watch list",
    response_model=WatchPage,
    openapi_extra=needs("sync:run") | reads(),
)
async def list_watched(request: Request, caller: Caller, part: Paging) -> Response:
    """List the entries of the watch list, newest first."""
    reader = app_state(request).database.reader
    page = await queries.list_watched(reader, principal=caller, part=part)
    return page_response(request, page)


@router.post(
    "",
    operation_id="watchSubject",
    summary="Watch a subject",
    status_code=201,
    response_model=WatchShape,
    openapi_extra=needs("sync:run")
    | writes(takes=WatchInput, is_once=True, refuses=("already_watched", "watch_list_full")),
)
async def watch_subject(request: Request, caller: Caller) -> Response:
    """Add a subject to the watch list. The next sync run looks it up by its name."""
    write = await Write.begin(request, caller, once=True)

    def act(tx: Transaction) -> WriteAnswer:
        watch = commands.add_watch(tx, validate(WatchInput, write.payload()))
        return WriteAnswer(status=201, body=orjson.dumps(queries.watch_document(watch)))

    return await write.run(act)


@router.delete(
    "/{id}",
    operation_id="unwatchSubject",
    summary="Unwatch a subject",
    status_code=204,
    openapi_extra=needs("sync:run") | writes(refuses=("watch_not_found",)),
)
async def unwatch_subject(
    request: Request,
    caller: Caller,
    id: Annotated[
        int, Path(ge=1, le=MAX_INTEGER, description="The id of the entry.", examples=[1]), DIGITS
    ],
) -> Response:
    """Remove an entry. The subject it refers to, if any, stays and is observed like any other."""
    write = await Write.begin(request, caller, has_body=False)

    def act(tx: Transaction) -> WriteAnswer:
        commands.remove_watch(tx, id)
        return WriteAnswer(status=204, body=b"")

    return await write.run(act)
