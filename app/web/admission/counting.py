"""Counts requests against the rate limit: for the gate, the fast path, WebSockets and refusals."""

from collections.abc import Sequence

from starlette.requests import HTTPConnection
from starlette.types import Scope

from app.content.access import PUBLIC, Principal
from app.errors import RateLimited
from app.web.http.negotiation import combined
from app.web.http.representation import Field
from app.web.limits.rate_limit import Quota, RateLimiter
from app.web.state import app_state, request_state

NOT_COUNTED = frozenset({"/livez", "/readyz", "/metrics", "/v1/limits"})
"""Paths that no rate limit counts."""

_FORWARDED_FOR = b"x-forwarded-for"


async def count_request(request: HTTPConnection, principal: Principal) -> None:
    """Count a request against its caller, unless an outer layer has counted it.

    Raises:
        RateLimited: the caller has used up this window.
    """
    state = request_state(request)
    if not state.is_counted:
        state.note_count(await app_state(request).limiter.hit(identity_of(request, principal)))
    _refuse_exceeded(state.quota)


async def count_operation(request: HTTPConnection, principal: Principal) -> None:
    """Count an operation on a WebSocket as a request of its caller. Raises `RateLimited`."""
    state = request_state(request)
    state.note_count(await app_state(request).limiter.hit(identity_of(request, principal)))
    _refuse_exceeded(state.quota)


async def count_public_read(
    limiter: RateLimiter, client: tuple[str, int] | None, fields: Sequence[Field]
) -> Quota | None:
    """Count a request without a credential that has no scope yet, by its raw header fields."""
    if limiter.rate is None:
        return None
    forwarded = [value.decode("latin-1") for name, value in fields if name == _FORWARDED_FOR]
    host = client[0] if client else None
    return await limiter.hit(limiter.identity_of(PUBLIC, host, ", ".join(forwarded) or None))


async def count_refusal(scope: Scope, status: int) -> bool:
    """Count a response of 400 to 499 that was not counted; whether to close the connection.

    Such are an unknown path, a wrong method, an invalid key and a missing scope. They are counted
    against the key, if a valid one was sent and read, else against the address. The refusal keeps
    its status; the next counted request gets the 429. Once the window is used up, each refused
    request costs its client the connection.
    """
    state, limiter = request_state(scope), app_state(scope).limiter
    is_refused = 400 <= status < 500
    if not is_refused or state.is_counted or scope["path"] in NOT_COUNTED:
        return False
    quota = await limiter.hit(identity_of(HTTPConnection(scope), state.principal))
    state.note_count(quota)
    if quota is None or not quota.exceeded:
        return False
    client = scope["client"]
    # A trusted proxy sends the requests of other callers over the same connection.
    return not limiter.addresses.is_trusted(client[0] if client else None)


def identity_of(request: HTTPConnection, principal: Principal) -> str:
    """Name the caller that the rate limit counts: the key, else the client's address."""
    client = request.client.host if request.client else None
    forwarded = combined(request.headers, "x-forwarded-for")
    return app_state(request).limiter.identity_of(principal, client, forwarded)


def caller_of(request: HTTPConnection, principal: Principal) -> str:
    """Name the caller that shares are held by: the key, else the client's address."""
    client = request.client.host if request.client else None
    forwarded = combined(request.headers, "x-forwarded-for")
    return app_state(request).limiter.caller_of(principal, client, forwarded)


def _refuse_exceeded(quota: Quota | None) -> None:
    if quota is None or not quota.exceeded:
        return
    detail = (
        f"More than {quota.limit} requests in {quota.window} seconds; "
        f"the next window begins in {quota.reset_seconds} seconds."
    )
    raise RateLimited("rate_limited", detail, retry_after_seconds=quota.reset_seconds)
