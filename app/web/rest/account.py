"""The caller's own key, the limits of the service, and the masthead."""

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.config import Settings
from app.content.access import Principal, in_order
from app.content.commands.idempotency import KEPT_FOR
from app.content.documents import MAX_SECTIONS
from app.content.publication import Publication, publication
from app.content.queries.paging import DEFAULT_LIMIT, MAX_LIMIT
from app.models.values import format_instant
from app.web.admission.route import AdmittedRoute, Caller
from app.web.admission.scopes import needs
from app.web.endpoints.operation import reads
from app.web.http.payload import BODY_TIMEOUT_SECONDS
from app.web.http.representation import STATIC
from app.web.responses import answer, private_answer
from app.web.rest.shapes import Limits, OwnKey
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1", tags=["Service"])


@router.get(
    "/publication",
    operation_id="readPublication",
    summary="Read the masthead",
    response_model=Publication,
    openapi_extra=reads(),
)
async def read_publication(request: Request, caller: Caller) -> Response:
    """Read the masthead, the rubrics, and where the paper can be followed."""
    settings = app_state(request).settings
    frame = publication(base_url=settings.public_url, telegram_url=settings.telegram_url)
    return answer(request, orjson.dumps(frame.model_dump()), freshness=STATIC)


@router.get(
    "/me",
    operation_id="readOwnKey",
    summary="Read the key in use",
    response_model=OwnKey,
    openapi_extra=needs() | reads(is_private=True),
)
async def read_me(request: Request, caller: Caller) -> Response:
    """Read the scopes, the expiry and the limits of the key in use."""
    limits = _limits(app_state(request).settings)
    return private_answer(orjson.dumps({**_key(caller), "limits": limits}))


@router.get(
    "/limits",
    operation_id="readLimits",
    summary="Read the limits",
    response_model=Limits,
    openapi_extra=reads(),
)
async def read_limits(request: Request, caller: Caller) -> Response:
    """Read every limit of the service. This request does not count against the rate limit."""
    body = orjson.dumps(_limits(app_state(request).settings))
    return answer(request, body, freshness=STATIC)


def _key(principal: Principal) -> dict[str, object]:
    expires, used = principal.expires_at, principal.last_used_at
    return {
        "prefix": principal.prefix,
        "name": principal.name,
        "scopes": in_order(principal.granted),
        "expires_at": format_instant(expires) if expires else None,
        "last_used_at": format_instant(used) if used else None,
    }


def _limits(settings: Settings) -> dict[str, object]:
    rate = settings.rate
    return {
        "rate_limit": {"requests": rate[0], "window_seconds": rate[1]} if rate else None,
        "max_body_bytes": settings.max_body_bytes,
        "body_timeout_seconds": int(BODY_TIMEOUT_SECONDS),
        "page": {"default": DEFAULT_LIMIT, "max": MAX_LIMIT},
        "max_sections": MAX_SECTIONS,
        "idempotency_key_days": KEPT_FOR.days,
    }
