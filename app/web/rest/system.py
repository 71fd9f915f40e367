"""What machines ask: is it alive, is it ready, what does its contract say."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries.schema_version import schema_versions
from app.errors import DatabaseAway
from app.schema import SCHEMA_HEAD
from app.web.conditional import answer
from app.web.gate import Caller
from app.web.operation import tells
from app.web.representation import STATIC
from app.web.rest.shapes import State

router = APIRouter(tags=["Service"])


@router.get(
    "/livez", openapi_extra=tells("readLiveness", "Tell whether the process answers", State)
)
async def is_alive(request: Request, caller: Caller) -> Response:
    """Whether the process answers."""
    return _state("ok")


@router.get(
    "/readyz",
    openapi_extra=tells(
        "readReadiness", "Tell whether the service is ready", State, refuses=("not_ready",)
    ),
)
async def is_ready(request: Request, caller: Caller) -> Response:
    """Whether the database answers and has the schema of this version."""
    found = await schema_versions(request.app.state.database.reader)
    if not found:
        raise DatabaseAway("not_ready", "The database was never migrated; run morningpost migrate.")
    if found != {SCHEMA_HEAD}:
        raise DatabaseAway(
            "not_ready", "The database has the schema of another version; run morningpost migrate."
        )
    return _state("ok")


def _state(word: str) -> Response:
    return Response(
        orjson.dumps({"status": word}),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


@router.get("/openapi.json", include_in_schema=False)
async def read_openapi(request: Request, caller: Caller) -> Response:
    """The contract of this service: OpenAPI 3.1."""
    body: bytes = request.app.state.openapi()
    return answer(request, body, freshness=STATIC)
