"""The gate: checks a request before its route handles it, in the order of the contract.

Method 405, key 401, scope 403, rate limit 429, query parameters 400. `AdmittedRoute` passes every
REST route and page through it; GraphQL calls it itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection, Request

from app.content.access import Principal
from app.errors import MethodNotAllowed, RateLimited, Unauthenticated
from app.web.admission.credentials import authenticate
from app.web.admission.query_parameters import check_query
from app.web.admission.scopes import WITH_PUBLISH, WITH_STATUS, known_scopes, scopes_of
from app.web.http.negotiation import combined
from app.web.http.route_match import SAFE_METHODS
from app.web.limits.rate_limit import Quota
from app.web.state import app_state, request_state

NOT_COUNTED = frozenset({"/livez", "/readyz", "/metrics", "/v1/limits"})
"""Paths that no rate limit counts."""
ACTIONS = frozenset({"import", "validate"})
"""Last segments of POST /v1/issues/<action>, which therefore cannot name an issue."""
_TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})
"""The values that Pydantic reads as true."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a route declares for the gate."""

    template: str
    """The path as declared, such as `/v1/issues/{ref}`."""
    query_parameters: Mapping[str, bool] = field(default_factory=dict)
    """Names of the query parameters, and whether each may be repeated."""
    openapi_extra: Mapping[str, object] = field(default_factory=dict)
    """Holds what `needs` or `key_is_optional` declared."""


async def admit(request: Request, admission: Admission) -> Principal:
    """Admit a request and note its principal in the request state, or raise the first refusal.

    Raises:
        MethodNotAllowed: a write to `latest`, or a method that an action or the Markdown of an
            issue does not take.
        Unauthenticated: no key where one is needed, or a key that is not valid.
        Forbidden: the key lacks a scope of the route.
        RateLimited: the caller has used up this window.
        BadRequest: a query parameter that is unknown, repeated, or not text.
    """
    _refuse_reserved_words(request, admission)
    principal = await authenticate(request)
    request_state(request).principal = principal
    _require(principal, admission, request)
    if admission.template not in NOT_COUNTED:
        await _count(request, principal)
    check_query(
        request.scope["query_string"],
        admission.query_parameters,
        is_strict=admission.template.startswith("/v1/"),
    )
    return principal


def _refuse_reserved_words(request: Request, admission: Admission) -> None:
    """Refuse methods on `latest`, on the Markdown of an issue, and on the names of actions."""
    if not admission.template.startswith("/v1/issues/{ref}"):
        return
    ref = request.path_params.get("ref")
    if ref == "latest" and request.method not in SAFE_METHODS:
        raise MethodNotAllowed(
            "method_not_allowed",
            "What is latest may change between reading and writing; name the issue by its "
            "number, date or slug.",
            allow=("GET", "HEAD"),
        )
    if admission.template != "/v1/issues/{ref}" or not isinstance(ref, str):
        return
    if ref.endswith(".md"):
        raise MethodNotAllowed(
            "method_not_allowed", "The Markdown of an issue is only read.", allow=("GET", "HEAD")
        )
    if ref in ACTIONS:
        raise MethodNotAllowed(
            "method_not_allowed", f"This is not an issue; POST to {ref}.", allow=("POST",)
        )


def _require(principal: Principal, admission: Admission, request: Request) -> None:
    query, declared = request.query_params, admission.openapi_extra
    for_drafts = declared.get(WITH_STATUS)
    if isinstance(for_drafts, list) and set(for_drafts) & set(query.getlist("status")):
        principal.require("drafts:read")
    scopes = scopes_of(declared)
    if scopes is None:
        return
    if not scopes and principal.is_public:
        raise Unauthenticated(
            "unauthenticated", "This needs a key: send Authorization: Bearer <key>."
        )
    principal.require(*scopes)
    with_publish = declared.get(WITH_PUBLISH)
    if with_publish and any(value.lower() in _TRUE for value in query.getlist("publish")):
        principal.require(*known_scopes(with_publish))


async def _count(request: Request, principal: Principal) -> None:
    """Count a request against its caller, unless the caching middleware has counted it.

    Raises:
        RateLimited: the caller has used up this window.
    """
    state = request_state(request)
    if not state.is_counted:
        limiter = app_state(request).limiter
        state.note_count(await limiter.hit(identity_of(request, principal)))
    quota = state.quota
    if quota is not None and quota.exceeded:
        raise RateLimited("rate_limited", _sentence(quota), retry_after_seconds=quota.reset_seconds)


def identity_of(request: HTTPConnection, principal: Principal) -> str:
    """Name the caller that the rate limit counts: the key, else the client's address."""
    limiter = app_state(request).limiter
    client = request.client.host if request.client else None
    return limiter.identity_of(principal, client, combined(request.headers, "x-forwarded-for"))


def caller_of(request: Request, principal: Principal) -> str:
    """Name the caller that shares are held by: the key, else the client's address."""
    limiter = app_state(request).limiter
    client = request.client.host if request.client else None
    return limiter.caller_of(principal, client, combined(request.headers, "x-forwarded-for"))


def _sentence(quota: Quota) -> str:
    return (
        f"More than {quota.limit} requests in {quota.window} seconds; "
        f"the next window begins in {quota.reset_seconds} seconds."
    )
