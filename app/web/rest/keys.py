"""Create, list and revoke API keys."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.content.commands import api_keys as commands
from app.content.commands.api_keys import KeyInput
from app.content.commands.idempotency import WriteAnswer
from app.content.commands.selection import members_of
from app.content.commands.transaction import Transaction
from app.content.queries import api_keys as queries
from app.content.validation import validate
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints.operation import reads, writes
from app.web.endpoints.read import page_response
from app.web.endpoints.write import Write
from app.web.rest.parameters import Paging
from app.web.rest.shapes import CreatedKey, KeyPage
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/keys", tags=["Keys"])


@router.post(
    "",
    operation_id="createKey",
    summary="Create a key",
    status_code=201,
    response_model=CreatedKey,
    openapi_extra=needs("keys:manage")
    | writes(
        takes=KeyInput,
        is_once=True,
        leads_to=("revokeKey",),
        refuses=("scope_not_held", "expiry_not_held"),
    ),
)
async def create_key(request: Request, caller: Caller) -> Response:
    """Create a key. Only this response shows it; a replayed response has null instead.

    A key can grant only scopes that it has, and a key that expires cannot create one that expires
    later.
    """
    write = await Write.begin(request, caller, once=True)

    def act(tx: Transaction) -> WriteAnswer:
        wanted = validate(KeyInput, members_of(write.payload()))
        row, new = commands.create_key(
            tx, name=wanted.name, scopes=wanted.scopes, expires_at=wanted.expires_at
        )
        document = queries.key_document(row)
        return WriteAnswer(
            status=201,
            body=orjson.dumps({"key": new.key, **document}),
            kept_body=orjson.dumps({"key": None, **document}),
        )

    return await write.run(act)


@router.get(
    "",
    operation_id="listKeys",
    summary="List the keys",
    response_model=KeyPage,
    openapi_extra=needs("keys:manage") | reads(),
)
async def list_keys(request: Request, caller: Caller, part: Paging) -> Response:
    """List the keys that are not revoked, newest first. The keys themselves are never shown."""
    reader = app_state(request).database.reader
    page = await queries.list_keys(reader, principal=caller, part=part)
    return page_response(request, page)


@router.delete(
    "/{prefix}",
    operation_id="revokeKey",
    summary="Revoke a key",
    status_code=204,
    openapi_extra=needs("keys:manage") | writes(refuses=("key_not_found", "scope_not_held")),
)
async def revoke_key(
    request: Request,
    caller: Caller,
    prefix: Annotated[
        str,
        Path(
            max_length=200,
            description="The prefix of the key.",
            examples=["5f1c0a9be2d4"],
            json_schema_extra={"pattern": "^[A-Za-z0-9]{1,32}$"},
        ),
    ],
) -> Response:
    """Revoke a key at once, on every process. Keys that it created stay valid.

    A key may revoke itself, and keys that have only scopes that it has.
    """
    write = await Write.begin(request, caller, has_body=False)

    def act(tx: Transaction) -> WriteAnswer:
        commands.revoke_key(tx, prefix)
        return WriteAnswer(status=204, body=b"")

    return await write.run(act)
